using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hotline.Intake.Messages;
using Hotline.Intake.WeChat.Protocol;

namespace Hotline.AllInOne.Practice;

/// <summary>WeChat's servers for practice and tests: push what a citizen writes to the account's address, signed and sealed as in safe mode.</summary>
public sealed class WeChatPushes(HttpClient http, string appId, string token, string encodingAesKey, TimeProvider time)
{
    private readonly WeChatCrypt _crypt = new(encodingAesKey, appId);

    /// <summary>A message as the platform writes it.</summary>
    /// <param name="inner">The elements of its type.</param>
    /// <param name="id">The platform's number of it: a push made again has the same.</param>
    public string Message(string openid, string inner, long id) =>
        $"<xml><ToUserName><![CDATA[gh_12345]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{time.GetUtcNow().ToUnixTimeSeconds()}</CreateTime>{inner}<MsgId>{id}</MsgId></xml>";

    public string Text(string openid, string text, long id) => Message(openid, $"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>", id);

    /// <returns>The answer as it came.</returns>
    public async Task<HttpResponseMessage> SendAsync(string message, string? signature = null, CancellationToken cancellation = default)
    {
        var frame = _crypt.Encrypt(Encoding.UTF8.GetBytes(message), RandomNumberGenerator.GetBytes(16));
        var (at, nonce) = (time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)));
        var address = $"/intake/wechat/callback?signature={signature ?? WeChatSignature.Of(token, at, nonce)}&timestamp={at}&nonce={nonce}&encrypt_type=aes&msg_signature={WeChatSignature.Of(token, at, nonce, frame)}";
        using var content = new StringContent($"<xml><ToUserName><![CDATA[gh_12345]]></ToUserName><Encrypt><![CDATA[{frame}]]></Encrypt></xml>", Encoding.UTF8, "text/xml");
        return await http.PostAsync(new Uri(address, UriKind.Relative), content, cancellation);
    }

    /// <returns>What the account says to the citizen, opened; empty when it says nothing.</returns>
    /// <exception cref="HttpRequestException">The push was not taken.</exception>
    public async Task<string> PushAsync(string message, CancellationToken cancellation = default)
    {
        using var answer = await SendAsync(message, null, cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        return !answer.IsSuccessStatusCode ? throw new HttpRequestException(Encoding.UTF8.GetString(body), null, answer.StatusCode)
            : WeChatReader.Read(body) is { } sealedReply ? WeChatReader.Read(_crypt.Decrypt(sealedReply.Text("Encrypt"))!)!.Content
            : "";
    }
}

using System.Security.Cryptography;
using System.Text;
using Hotline.Hosting;
using Hotline.Intake.Messages;
using Hotline.Intake.WeChat.Conversations;
using Hotline.Intake.WeChat.Protocol;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat;

/// <summary>The account's server address: proves the platform, keeps the push, answers within its patience.</summary>
internal sealed class WeChatReceiver(
    [FromKeyedServices(WeChatChannel.Name)] AppealIntake intake, PushStore pushes, ConversationDesk desk, IOptions<WeChatOptions> options, TimeProvider time)
{
    private const int MostBytes = 256 * 1024;
    private static readonly string[] Signed = ["signature", "timestamp", "nonce"];

    /// <summary>The platform waits five seconds, then it sends again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly WeChatCrypt? _crypt = options.Value.EncodingAesKey.Length > 0 ? new WeChatCrypt(options.Value.EncodingAesKey, options.Value.AppId) : null;

    /// <summary>The platform verifies the address when it is set, and now and then after.</summary>
    public IResult Verify(HttpContext http)
    {
        var query = http.Request.Query;
        return Refusal(query) is { } refusal ? refusal
            : query["echostr"] is [{ Length: > 0 } echo] ? TypedResults.Text(echo)
            : Problems.Invalid(new FieldError("echostr", "缺少 echostr。"));
    }

    public async Task<IResult> ReceiveAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (Refusal(query) is { } refusal)
        {
            return refusal;
        }

        using var body = await RequestBytes.ReadAsync(http.Request, MostBytes, http.RequestAborted);
        var outer = WeChatReader.Read(body.Content);
        var encrypted = outer?.Text("Encrypt") ?? "";
        var safe = encrypted.Length > 0 && _crypt is not null;
        var plain = body.Content;
        if (safe)
        {
            if (!WeChatSignature.Matches(query["msg_signature"], options.Value.Token, query["timestamp"].ToString(), query["nonce"].ToString(), encrypted) || _crypt!.Decrypt(encrypted) is not { } opened)
            {
                return Problems.Of(StatusCodes.Status401Unauthorized, "密文的签名不对，或不是用本账号的密钥加密的。", "请核对 Token、EncodingAESKey 和 AppId。");
            }

            plain = opened;
        }

        // In compatible mode the same stands beside the ciphertext in clear, so encrypting it hid nothing.
        if (!options.Value.AllowPlain && (!safe || outer!.Text("FromUserName").Length > 0))
        {
            return Problems.Of(StatusCodes.Status403Forbidden, "本账号只接受安全模式的消息。", $"请在公众平台选择安全模式；确需明文时设置 {WeChatOptions.Section}:AllowPlain=true。");
        }

        var json = plain.Span.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{', ..];
        var message = safe ? WeChatReader.Read(plain) : outer;
        var reply = await AnswerAsync(message, plain, json, http.RequestAborted);
        return Answer(message, reply, safe, json);
    }

    /// <returns>What to say; empty for nothing, also when it takes longer than the platform waits.</returns>
    /// <exception cref="EngineAwayException">The push is not stored: the platform must send it again.</exception>
    private async ValueTask<string> AnswerAsync(WeChatMessage? message, ReadOnlyMemory<byte> plain, bool json, CancellationToken cancellation)
    {
        if (message is null || message.From.Length == 0)
        {
            await intake.KeepForReviewAsync("platform", new Original(plain, json ? "application/json" : "text/xml"), "不是可识别的微信消息。", cancellation);
            return "";
        }

        // Not the request's token: what is begun is finished though the platform hangs up.
        var push = await StoredAsync(pushes.KeepAsync(message, plain.ToArray(), json, CancellationToken.None).AsTask());
        var work = desk.AnswerAsync(push, CancellationToken.None);
        try
        {
            return await work.WaitAsync(Patience, time, CancellationToken.None);
        }
        catch (Exception late) when (late is TimeoutException or EngineAwayException)
        {
            _ = work.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            intake.Balance.Became(EntryOutcome.Collected);
            return ""; // it is stored; the sweep goes on with it
        }
    }

    private async ValueTask<Document<PushedMessage>> StoredAsync(Task<Document<PushedMessage>> keeping)
    {
        try
        {
            return await keeping.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            throw new EngineAwayException("The store did not keep a push in time.");
        }
    }

    private ContentHttpResult Answer(WeChatMessage? message, string reply, bool safe, bool json)
    {
        if (message is null || reply.Length == 0)
        {
            return TypedResults.Text(WeChatReply.Nothing);
        }

        var now = time.GetUtcNow();
        var text = WeChatReply.Of(message, reply, now, json);
        if (safe)
        {
            var frame = _crypt!.Encrypt(Encoding.UTF8.GetBytes(text), RandomNumberGenerator.GetBytes(16));
            text = WeChatReply.Sealed(frame, options.Value.Token, now, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), json);
        }

        return TypedResults.Text(text, json ? "application/json" : "application/xml", Encoding.UTF8);
    }

    private ProblemHttpResult? Refusal(IQueryCollection query)
    {
        if (options.Value.Closed is not null)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "微信渠道尚未配置。", $"请管理员设置 {WeChatOptions.Section}:Token 和 {WeChatOptions.Section}:EncodingAesKey。");
        }

        var missing = Signed.Where(name => query[name] is not [{ Length: > 0 and <= 200 }]).ToList();
        return missing.Count > 0 ? Problems.Invalid(missing.Select(name => new FieldError(name, "缺少这个参数，或不止一个。")))
            : WeChatSignature.Matches(query["signature"], options.Value.Token, query["timestamp"].ToString(), query["nonce"].ToString()) ? null
            : Problems.Of(StatusCodes.Status401Unauthorized, "签名不对。", $"请核对公众平台与 {WeChatOptions.Section}:Token 是否一致。");
    }
}

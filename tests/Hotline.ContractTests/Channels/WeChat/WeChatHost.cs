using System.Net;
using System.Security.Cryptography;
using System.Text;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Messages;
using Hotline.Intake.WeChat;
using Hotline.Intake.WeChat.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hotline.ContractTests.Channels.WeChat;

/// <summary>The account's server as it runs, and the platform that pushes to it: signed and sealed as WeChat does.</summary>
public sealed class WeChatHost : IAsyncLifetime
{
    public const string Token = "practice-token";
    private const string AppId = "wx0123456789abcdef";
    private const string Key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    private readonly WeChatCrypt _crypt = new(Key, AppId);
    private readonly LogCapture _logs = new();
    private WebApplication? _application;
    private HttpClient? _http;
    private long _messages = 1_000_000;

    public string Folder { get; } = Directory.CreateTempSubdirectory("hotline-wechat-").FullName;

    public ShiftedTime Time { get; } = new();

    public IReadOnlyCollection<string> LogLines => _logs.Lines;

    public HttpClient Http => _http!;

    internal IServiceProvider Services => _application!.Services;

    internal AppealIntake Intake => _application!.Services.GetRequiredKeyedService<AppealIntake>(WeChatChannel.Name);

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public async Task StartAsync(params string[] options)
    {
        _application = new HotlineHost(
            [
                $"--Hotline:Data={Folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", $"--Hotline:WeChat:AppId={AppId}", $"--Hotline:WeChat:Token={Token}",
                $"--Hotline:WeChat:EncodingAesKey={Key}", "--Hotline:WeChat:SweepSeconds=1", .. options,
            ],
            Time).Add<WeChatChannel>().Build();
        _application.Services.GetRequiredService<ILoggerFactory>().AddProvider(_logs);
        await _application.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_application.Urls.Single()) };
    }

    public async Task StopAsync()
    {
        _http!.Dispose();
        await _application!.StopAsync();
        await _application.DisposeAsync();
    }

    /// <summary>A text message of a citizen; each with its own number.</summary>
    public string Text(string openid, string text) => Message(openid, $"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>");

    public string Message(string openid, string inner) =>
        $"<xml><ToUserName><![CDATA[gh_12345]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>1700000000</CreateTime>{inner}<MsgId>{Interlocked.Increment(ref _messages)}</MsgId></xml>";

    /// <summary>Pushes in safe mode.</summary>
    /// <returns>What the account says, in clear; empty when it says nothing.</returns>
    public async Task<string> PushAsync(string message)
    {
        using var answer = await SendAsync(message);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}: {body}");
        if (body == WeChatReply.Nothing)
        {
            return "";
        }

        var sealedReply = WeChatReader.Read(Encoding.UTF8.GetBytes(body))!;
        Assert.True(WeChatSignature.Matches(sealedReply.Text("MsgSignature"), Token, sealedReply.Text("TimeStamp"), sealedReply.Text("Nonce"), sealedReply.Text("Encrypt")));
        var reply = WeChatReader.Read(_crypt.Decrypt(sealedReply.Text("Encrypt"))!)!;
        Assert.Equal("text", reply.Type);
        Assert.Equal(WeChatReader.Read(Encoding.UTF8.GetBytes(message))!.To, reply.From);
        return reply.Content;
    }

    public Task<HttpResponseMessage> SendAsync(string message, bool json = false)
    {
        var frame = _crypt.Encrypt(Encoding.UTF8.GetBytes(message), RandomNumberGenerator.GetBytes(16));
        var body = json ? $$"""{"ToUserName":"gh_12345","Encrypt":"{{frame}}"}""" : $"<xml><ToUserName><![CDATA[gh_12345]]></ToUserName><Encrypt><![CDATA[{frame}]]></Encrypt></xml>";
        return Http.PostAsync(Address(frame), new StringContent(body, Encoding.UTF8, json ? "application/json" : "text/xml"));
    }

    /// <summary>The callback with the query the platform would write.</summary>
    public static Uri Address(string? frame = null, string rest = "")
    {
        var signature = WeChatSignature.Of(Token, "1700000000", "n0nce");
        var sealing = frame is null ? "" : $"&encrypt_type=aes&msg_signature={WeChatSignature.Of(Token, "1700000000", "n0nce", frame)}";
        return new Uri($"/intake/wechat/callback?signature={signature}&timestamp=1700000000&nonce=n0nce{sealing}{rest}", UriKind.Relative);
    }
}

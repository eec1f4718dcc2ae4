using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Hotline.AllInOne.Practice;
using Hotline.Intake.Messages;
using Hotline.Intake.WeChat.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>WeChat as a channel meets it: pushes that are signed and sealed, and the interface that gives tokens and photos.</summary>
internal sealed class WeChatPlatform : IAsyncDisposable
{
    private const string Secret = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    private const string AppId = "wx0123456789abcdef";
    private static readonly WeChatCrypt Crypt = new(Secret, AppId);
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly WebApplication _application;

    private WeChatPlatform(WebApplication application) => _application = application;

    /// <summary>Calls for photos are taken and not answered.</summary>
    public bool Stalls { get; set; }

    /// <summary>What the channel is to be told, its secrets included.</summary>
    public static string[] Options { get; } = [$"--Hotline:WeChat:AppId={AppId}", $"--Hotline:WeChat:Token={Secret}", $"--Hotline:WeChat:EncodingAesKey={Secret}"];

    /// <summary>What it is to be told to fetch photos here.</summary>
    public string[] MediaOptions => [$"--Hotline:WeChat:AppSecret={Secret}", $"--Hotline:WeChat:ApiBase={_application.Urls.Single()}", "--Hotline:WeChat:SweepSeconds=1"];

    public static async Task<WeChatPlatform> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var platform = new WeChatPlatform(builder.Build());
        platform._application.MapPost("/cgi-bin/stable_token", static () => Results.Text("""{"access_token":"t","expires_in":7200}""", "application/json"));
        platform._application.MapPost("/cgi-bin/message/custom/send", new RequestDelegate(platform.TakeAsync));
        platform._application.MapGet("/cgi-bin/media/get", new RequestDelegate(platform.GiveAsync));
        await platform._application.StartAsync();
        return platform;
    }

    /// <summary>What citizens were told by customer-service messages.</summary>
    public ConcurrentQueue<string> Told { get; } = new();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    public int AskedFor(string media) => _asked.GetValueOrDefault(media);

    public static byte[] PhotoOf(string media) => [0xFF, 0xD8, 0xFF, 0xE0, .. Encoding.UTF8.GetBytes(media)];

    public static Task<string> PushAsync(HttpClient http, string text, int message) =>
        SendAsync(http, $"<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content>", message);

    public static Task<string> PushPhotoAsync(HttpClient http, string media, int message) =>
        SendAsync(http, $"<MsgType>image</MsgType><PicUrl>x</PicUrl><MediaId>{media}</MediaId>", message);

    /// <summary>Pushes as the platform would, sealed.</summary>
    /// <returns>What the account says.</returns>
    private static async Task<string> SendAsync(HttpClient http, string inner, int message)
    {
        var body = await PushRawAsync(
            http, $"<xml><ToUserName>gh_1</ToUserName><FromUserName>citizen-1</FromUserName><CreateTime>1772413200</CreateTime>{inner}<MsgId>{message}</MsgId></xml>");
        return WeChatReader.Read(Crypt.Decrypt(WeChatReader.Read(Encoding.UTF8.GetBytes(body))!.Text("Encrypt"))!)!.Content;
    }

    /// <returns>The answer as it came.</returns>
    public static async Task<string> PushRawAsync(HttpClient http, string plain)
    {
        using var answer = await new WeChatPushes(http, AppId, Secret, Secret, TimeProvider.System).SendAsync(plain);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return body;
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var message = await JsonDocument.ParseAsync(http.Request.Body);
        Told.Enqueue(message.RootElement.GetProperty("text").GetProperty("content").GetString()!);
        await http.Response.WriteAsync("""{"errcode":0,"errmsg":"ok"}""");
    }

    private async Task GiveAsync(HttpContext http)
    {
        var media = http.Request.Query["media_id"].ToString();
        _asked.AddOrUpdate(media, 1, static (_, count) => count + 1);
        if (Stalls)
        {
            var hungUp = new TaskCompletionSource();
            await using var registration = http.RequestAborted.Register(hungUp.SetResult);
            await hungUp.Task;
            return;
        }

        http.Response.ContentType = "image/jpeg";
        await http.Response.Body.WriteAsync(PhotoOf(media));
    }
}

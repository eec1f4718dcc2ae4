using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hotline.ContractTests.Channels.WeChat;

/// <summary>WeChat's interface as far as the channel calls it: tokens that are spent when replaced, media by their id. It misbehaves on demand.</summary>
internal sealed class FakePlatform : IAsyncDisposable
{
    public const string Secret = "practice-app-secret";
    private const int Spent = -1;
    private readonly ConcurrentDictionary<string, byte[]> _media = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private WebApplication? _application;
    private int _tokens;
    private int _valid;

    public Uri Address => new(_application!.Urls.Single());

    /// <summary>How often a token was asked for, by force or not.</summary>
    public int TokenCalls { get; private set; }

    public int Forced { get; private set; }

    /// <summary>How many tokens of the older call were asked for.</summary>
    public int OldCalls { get; private set; }

    /// <summary>Gives the spent token again until it is asked by force.</summary>
    public bool Stubborn { get; set; }

    /// <summary>What the token call answers in place of a token.</summary>
    public string? TokenTrouble { get; set; }

    /// <summary>Messages to citizens that were asked for, by kind and body, in their order: taken or not.</summary>
    public ConcurrentQueue<(string Kind, string Body)> Sends { get; } = new();

    /// <summary>Answers a message to a citizen otherwise than it should; null, or an answer of null, where the platform behaves.</summary>
    public Func<HttpContext, string, Task?>? BeforeSend { get; set; }

    /// <summary>Answers a call for media otherwise than it should; null, or an answer of null, where the platform behaves.</summary>
    public Func<HttpContext, string, Task?>? Before { get; set; }

    /// <summary>Answers a call for media before its token is looked at.</summary>
    public Func<HttpContext, Task>? BeforeToken { get; set; }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.MapPost("/cgi-bin/stable_token", new RequestDelegate(StableTokenAsync));
        _application.MapGet("/cgi-bin/token", new RequestDelegate(OldTokenAsync));
        _application.MapGet("/cgi-bin/media/get", new RequestDelegate(MediaAsync));
        _application.MapPost("/cgi-bin/message/custom/send", new RequestDelegate(http => SendAsync(http, "custom")));
        _application.MapPost("/cgi-bin/message/template/send", new RequestDelegate(http => SendAsync(http, "template")));
        await _application.StartAsync();
    }

    public async ValueTask DisposeAsync() => await _application!.DisposeAsync();

    public void Add(string media, byte[] content) => _media[media] = content;

    /// <summary>How often a medium was asked for.</summary>
    public int AskedFor(string media) => _asked.GetValueOrDefault(media);

    /// <summary>Spends the token in use, as somebody does who fetches one for the same account.</summary>
    public void SpendToken() => _valid = Spent;

    public static Task ErrorAsync(HttpContext http, int code)
    {
        http.Response.ContentType = "text/plain"; // as the real one does
        return http.Response.WriteAsync($$"""{"errcode":{{code}},"errmsg":"says something"}""");
    }

    private async Task StableTokenAsync(HttpContext http)
    {
        TokenCalls++;
        using var request = await JsonDocument.ParseAsync(http.Request.Body);
        if (request.RootElement.GetProperty("grant_type").GetString() != "client_credential" || request.RootElement.GetProperty("secret").GetString() != Secret)
        {
            await ErrorAsync(http, 40125);
            return;
        }

        // Unforced it gives the token in use, and a new one when there is none.
        var force = request.RootElement.GetProperty("force_refresh").GetBoolean();
        Forced += force ? 1 : 0;
        if (force || _tokens == 0 || (_valid == Spent && !Stubborn))
        {
            _valid = ++_tokens;
        }

        await AnswerTokenAsync(http);
    }

    private async Task OldTokenAsync(HttpContext http)
    {
        OldCalls++;
        if (http.Request.Query["secret"] != Secret)
        {
            await ErrorAsync(http, 40125);
            return;
        }

        _valid = ++_tokens;
        await AnswerTokenAsync(http);
    }

    private async Task AnswerTokenAsync(HttpContext http)
    {
        if (TokenTrouble is { } trouble)
        {
            await http.Response.WriteAsync(trouble);
            return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($$"""{"access_token":"token-{{_tokens.ToString(CultureInfo.InvariantCulture)}}","expires_in":7200}""");
    }

    private async Task SendAsync(HttpContext http, string kind)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        if (http.Request.Query["access_token"] != $"token-{_valid.ToString(CultureInfo.InvariantCulture)}")
        {
            await ErrorAsync(http, 42001);
            return;
        }

        Sends.Enqueue((kind, body));
        if (BeforeSend?.Invoke(http, kind) is { } otherwise)
        {
            await otherwise;
            return;
        }

        using var message = JsonDocument.Parse(body);
        var isEscaped = body.Contains("\\u", StringComparison.Ordinal); // as the real one: raw UTF-8 only
        var isLong = kind == "custom" && System.Text.Encoding.UTF8.GetByteCount(message.RootElement.GetProperty("text").GetProperty("content").GetString()!) > 2048;
        await (isEscaped ? ErrorAsync(http, 40033) : isLong ? ErrorAsync(http, 45002)
            : http.Response.WriteAsync(kind == "template" ? """{"errcode":0,"errmsg":"ok","msgid":200228332}""" : """{"errcode":0,"errmsg":"ok"}"""));
    }

    private async Task MediaAsync(HttpContext http)
    {
        var media = http.Request.Query["media_id"].ToString();
        _asked.AddOrUpdate(media, 1, static (_, count) => count + 1);
        if (BeforeToken is { } before)
        {
            await before(http);
            return;
        }

        if (http.Request.Query["access_token"] != $"token-{_valid.ToString(CultureInfo.InvariantCulture)}")
        {
            await ErrorAsync(http, 40001);
            return;
        }

        if (Before?.Invoke(http, media) is { } otherwise)
        {
            await otherwise;
            return;
        }

        if (!_media.TryGetValue(media, out var content))
        {
            await ErrorAsync(http, 40007);
            return;
        }

        http.Response.ContentType = "image/jpeg";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{media}.jpg\"";
        http.Response.ContentLength = content.Length;
        await http.Response.Body.WriteAsync(content);
    }
}

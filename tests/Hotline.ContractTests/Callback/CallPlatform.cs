using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.AllInOne.Practice;
using Hotline.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hotline.ContractTests.Callbacks;

/// <summary>A platform that rings, as its protocol says: once for each id. What it does beside that a test decides.</summary>
internal sealed partial class CallPlatform : IAsyncDisposable
{
    public const string Key = "shared-key-of-the-platform";
    private readonly WebApplication _server;

    private CallPlatform(WebApplication server) => _server = server;

    public string Url => $"{_server.Urls.Single()}/v1/calls?a=1";

    /// <summary>The calls it has, each rung once.</summary>
    public ConcurrentDictionary<string, JsonObject> Calls { get; } = new();

    public ConcurrentQueue<string> Told { get; } = new();

    public ConcurrentQueue<string> Asked { get; } = new();

    public ConcurrentQueue<string> Unsigned { get; } = new();

    /// <summary>What it says of a call, when it is asked.</summary>
    public ConcurrentDictionary<string, JsonObject> Reports { get; } = new();

    /// <summary>Answers a request otherwise; null for as usual. The second is whether the call was taken before.</summary>
    public Func<HttpContext, Task?>? Before { get; set; }

    public Func<HttpContext, Task?>? AfterTaking { get; set; }

    public static async Task<CallPlatform> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var platform = new CallPlatform(builder.Build());
        platform._server.MapPut("/v1/calls/{call}", new RequestDelegate(platform.TakeAsync));
        platform._server.MapGet("/v1/calls/{call}", new RequestDelegate(platform.AnswerAsync));
        await platform._server.StartAsync();
        return platform;
    }

    /// <summary>Tells Hotline how a call ended, signed.</summary>
    public static async Task<HttpResponseMessage> ReportAsync(HttpClient hotline, JsonObject report, TimeProvider time, string path = "/intake/app/callback-calls", string key = Key)
    {
        var body = report.ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = AppClient.Json(body) };
        var signature = RequestSignature.Of(
            key,
            "hotline",
            time.GetUtcNow().ToUnixTimeSeconds(),
            RandomNumberGenerator.GetHexString(32, lowercase: true),
            "POST",
            path,
            request.Content.Headers.ContentType!.ToString(),
            Encoding.UTF8.GetBytes(body));
        request.Headers.TryAddWithoutValidation(RequestSignature.Header, signature);
        return await hotline.SendAsync(request);
    }

    /// <summary>The end of a call, with the key 1 at each question he is asked where no other is given.</summary>
    public static JsonObject Ended(JsonObject call, string outcome, DateTimeOffset at, params (string Question, string Key)[] keys) => new()
    {
        ["call"] = (string)call["call"]!,
        ["state"] = "ended",
        ["at"] = at.ToString("O", CultureInfo.InvariantCulture),
        ["outcome"] = outcome,
        ["keys"] = new JsonArray([.. keys.Select(key => new JsonObject { ["question"] = key.Question, ["key"] = key.Key })]),
    };

    /// <summary>Every question that is asked of everybody, answered with 1: contacted, solved, satisfied.</summary>
    public static (string Question, string Key)[] Ones(JsonObject call) =>
        [.. call["script"]!["questions"]!.AsArray().Where(question => question!["if"] is null).Select(question => ((string)question!["name"]!, "1"))];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var id = (string)http.Request.RouteValues["call"]!;
        Check(http, body.ToArray());
        Told.Enqueue(id);
        if (Before?.Invoke(http) is { } otherwise)
        {
            await otherwise;
            return;
        }

        Calls.TryAdd(id, JsonNode.Parse(body.ToArray())!.AsObject());
        if (AfterTaking?.Invoke(http) is { } spoilt)
        {
            await spoilt;
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["call"]!;
        Check(http, []);
        Asked.Enqueue(id);
        if (Before?.Invoke(http) is { } otherwise)
        {
            await otherwise;
            return;
        }

        if (!Calls.ContainsKey(id))
        {
            http.Response.StatusCode = 404;
            return;
        }

        var report = Reports.GetValueOrDefault(id) ?? new JsonObject { ["call"] = id, ["state"] = "queued", ["at"] = DateTimeOffset.UnixEpoch.ToString("O", CultureInfo.InvariantCulture) };
        await http.Response.WriteAsync(report.ToJsonString());
    }

    private void Check(HttpContext http, byte[] body)
    {
        var header = http.Request.Headers[RequestSignature.Header].ToString();
        var parts = Signature().Match(header);
        var expected = parts.Success
            ? RequestSignature.Of(
                Key, "hotline", long.Parse(parts.Groups[1].ValueSpan, CultureInfo.InvariantCulture), parts.Groups[2].Value, http.Request.Method,
                $"{http.Request.Path}{http.Request.QueryString}", http.Request.ContentType ?? "", body)
            : "none";
        if (header != expected)
        {
            Unsigned.Enqueue(header);
        }
    }

    [GeneratedRegex("t=([0-9]+),n=([0-9a-f]+),")]
    private static partial Regex Signature();
}

using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Dapr;

/// <summary>
/// What the sidecar asks of this process, below <c>/dapr</c>: what it is to subscribe to, and an answer for each event. It stands before the edge, which
/// knows clients and gateways and not sidecars; so it lets nobody else in by itself, and nothing else past the edge.
/// </summary>
/// <remarks>Not by MapSubscribeHandler: that writes its answer by reflection, which our programs are built without, and has no say in who may ask.</remarks>
internal sealed partial class DaprCallbacks(DaprEventLog log, IOptions<DaprOptions> options, TimeProvider time, ILogger<DaprCallbacks> logger) : IStartupFilter
{
    public const string TokenHeader = "dapr-api-token";
    private const string Prefix = "/dapr";
    private const string Events = "/events/";

    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];
    private static readonly Meter Meter = new("Hotline.Providers.Dapr");
    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("hotline.dapr.deliveries");

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Map(Prefix, branch => branch.Run(AnswerAsync));
        next(application);
    };

    private Task AnswerAsync(HttpContext http)
    {
        if (!IsSidecar(http))
        {
            LogRefused(logger);
            http.Response.StatusCode = StatusCodes.Status401Unauthorized; // not 404: that would have a sidecar with a wrong token drop its events
            return Task.CompletedTask;
        }

        var (method, path) = (http.Request.Method, http.Request.Path.Value ?? "");
        if (HttpMethods.IsGet(method) && path == "/subscribe")
        {
            return SubscribeAsync(http.Response);
        }

        if (HttpMethods.IsPost(method) && path.StartsWith(Events, StringComparison.Ordinal))
        {
            return DeliverAsync(http, path[Events.Length..]);
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound; // the sidecar also asks for actors, of which there are none
        return Task.CompletedTask;
    }

    private async Task SubscribeAsync(HttpResponse response)
    {
        response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(response.BodyWriter);
        writer.WriteStartArray();
        foreach (var topic in log.Topics)
        {
            writer.WriteStartObject();
            writer.WriteString("pubsubname", options.Value.PubSub);
            writer.WriteString("topic", topic);
            writer.WriteString("route", $"{Prefix}{Events}{topic}");
            writer.WriteStartObject("metadata");
            writer.WriteString("rawPayload", "true");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private async Task DeliverAsync(HttpContext http, string topic)
    {
        string status;
        if (!log.IsAskedFor(topic))
        {
            status = "DROP";
            LogUnasked(logger, topic);
        }
        else
        {
            using var body = new MemoryStream((int)(http.Request.ContentLength ?? 0));
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            var envelope = DaprWire.Read(topic, body.GetBuffer().AsMemory(0, (int)body.Length), time.GetUtcNow());
            status = await log.DeliverAsync(topic, envelope, http.RequestAborted) ? "SUCCESS" : "RETRY";
        }

        Deliveries.Add(1, new KeyValuePair<string, object?>("topic", topic), new KeyValuePair<string, object?>("status", status));
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($"{{\"status\":\"{status}\"}}", http.RequestAborted);
    }

    private bool IsSidecar(HttpContext http)
    {
        if (options.Value.AppToken is { } token)
        {
            return http.Request.Headers[TokenHeader] is [{ } shown]
                && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(shown)), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        }

        return http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !ProxyHeaders.Any(http.Request.Headers.ContainsKey); // a proxy on this machine speaks for somebody elsewhere
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody who is not the sidecar asked below /dapr and was refused: if it was the sidecar, give both the same token (Hotline:Dapr:AppToken, APP_API_TOKEN)")]
    private static partial void LogRefused(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sidecar delivered from topic {Topic}, for which nobody here asked: dropped")]
    private static partial void LogUnasked(ILogger logger, string topic);
}

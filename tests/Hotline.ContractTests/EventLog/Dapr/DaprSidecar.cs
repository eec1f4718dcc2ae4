using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Hotline.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Hotline.ContractTests.EventLog.Dapr;

/// <summary>
/// A sidecar as daprd is one towards its program: gRPC for what is published and for secrets, HTTP for invocation, and deliveries by POST of
/// an envelope of its own around a raw message, again and again until they are taken. The group is its app id.
/// </summary>
internal sealed class DaprSidecar(DaprBroker broker, string appId) : IAsyncDisposable
{
    public const string AppToken = "the-sidecar's-own";

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _app = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };
    private readonly ConcurrentDictionary<Task, byte> _deliveries = new();
    private WebApplication? _server;
    private Task _consuming = Task.CompletedTask;

    public int GrpcPort { get; private set; }

    public int HttpPort { get; private set; }

    /// <summary>Publishing breaks off before the broker has the message, or after: the publisher cannot tell.</summary>
    public Func<PublishEventRequest, Fault>? Publishing { get; set; }

    public Dictionary<string, Dictionary<string, string>> Secrets { get; } = [];

    public ConcurrentQueue<PublishEventRequest> Published { get; } = [];

    /// <summary>What the program answered to deliveries, and to whom they were.</summary>
    public ConcurrentQueue<string> Answers { get; } = [];

    public ConcurrentQueue<(string Path, string? Token, string? Authorization)> Invoked { get; } = [];

    public enum Fault
    {
        None,
        Before,
        After,
    }

    /// <param name="grpcPort">The port of one that ran before; 0 for any.</param>
    public async Task<DaprSidecar> StartAsync(int grpcPort = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, grpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        var ports = _server.Urls.Select(url => new Uri(url).Port).ToArray();
        (GrpcPort, HttpPort) = (ports[0], ports[1]);
        return this;
    }

    /// <summary>Asks the program what to subscribe to, once it answers, and delivers until disposed.</summary>
    public void Attach(Uri app, string? token = AppToken)
    {
        _app.BaseAddress = app;
        if (token is not null)
        {
            _app.DefaultRequestHeaders.Add("dapr-api-token", token);
        }

        _consuming = Task.Run(ConsumeAsync);
    }

    public static StringContent Wrap(byte[] message, string topic) => new(
        $$"""{"id":"{{new Uuid7(TimeProvider.System).Next()}}","specversion":"1.0","datacontenttype":"application/octet-stream","source":"Dapr","type":"com.dapr.event.sent","topic":"{{topic}}","pubsubname":"hotline-pubsub","data_base64":"{{Convert.ToBase64String(message)}}"}""",
        Encoding.UTF8,
        new MediaTypeHeaderValue("application/cloudevents+json"));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _consuming;
        await Task.WhenAll(_deliveries.Keys);
        if (_server is not null)
        {
            await _server.StopAsync(new CancellationToken(true));
            await _server.DisposeAsync();
        }

        _app.Dispose();
        _stop.Dispose();
    }

    private async Task ConsumeAsync()
    {
        var routes = new Dictionary<string, string>();
        while (routes.Count == 0 && !_stop.IsCancellationRequested)
        {
            try
            {
                using var asked = JsonDocument.Parse(await _app.GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative), _stop.Token));
                routes = asked.RootElement.EnumerateArray().ToDictionary(one => one.GetProperty("topic").GetString()!, one => one.GetProperty("route").GetString()!);
                Assert(asked.RootElement.EnumerateArray().All(one => one.GetProperty("metadata").GetProperty("rawPayload").GetString() == "true"));
            }
            catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
            {
                await Task.Delay(Again, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        while (!_stop.IsCancellationRequested)
        {
            var news = broker.News;
            while (!_stop.IsCancellationRequested && broker.Take(appId, routes.Keys) is { } message)
            {
                var delivery = DeliverAsync(message, routes[message.Topic]);
                _deliveries.TryAdd(delivery, 0);
                _ = delivery.ContinueWith(ended => _deliveries.TryRemove(ended, out _), TaskScheduler.Default);
            }

            await news.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DeliverAsync(DaprBroker.Message message, string route)
    {
        var answer = "away";
        try
        {
            using var answered = await _app.PostAsync(new Uri(route, UriKind.Relative), Wrap(message.Data, message.Topic));
            answer = answered.IsSuccessStatusCode
                ? JsonDocument.Parse(await answered.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetString()!
                : answered.StatusCode == HttpStatusCode.NotFound ? "DROP" : $"{(int)answered.StatusCode}";
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            // It will be delivered again.
        }

        Answers.Enqueue(answer);
        var taken = answer is "SUCCESS" or "DROP";
        if (!taken)
        {
            await Task.Delay(Again, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        broker.Return(appId, message, taken);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (path.StartsWith("/v1.0/invoke/", StringComparison.Ordinal))
        {
            Invoked.Enqueue((path + http.Request.QueryString, http.Request.Headers["dapr-api-token"], http.Request.Headers.Authorization));
            await http.Response.WriteAsync("{}");
            return;
        }

        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var message = body.ToArray().AsSpan(5).ToArray(); // a flag and a length, then the one message
        switch (path)
        {
            case "/dapr.proto.runtime.v1.Dapr/PublishEvent":
                await PublishAsync(http, PublishEventRequest.Parser.ParseFrom(message));
                break;
            case "/dapr.proto.runtime.v1.Dapr/GetBulkSecret":
                await GiveSecretsAsync(http, GetBulkSecretRequest.Parser.ParseFrom(message));
                break;
            default:
                http.Response.ContentType = "application/grpc";
                http.Response.Headers["grpc-status"] = "12";
                break;
        }
    }

    private Task PublishAsync(HttpContext http, PublishEventRequest request)
    {
        var fault = Publishing?.Invoke(request) ?? Fault.None;
        if (fault != Fault.Before)
        {
            Published.Enqueue(request);
            broker.Add(request.Topic, request.Metadata["partitionKey"], request.Data.ToByteArray());
        }

        if (fault != Fault.None)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        return ReplyAsync(http, []);
    }

    private Task GiveSecretsAsync(HttpContext http, GetBulkSecretRequest request)
    {
        Assert(request.StoreName == "vault");
        var response = new GetBulkSecretResponse();
        foreach (var (name, parts) in Secrets)
        {
            var secret = new SecretResponse();
            secret.Secrets.Add(parts);
            response.Data.Add(name, secret);
        }

        return ReplyAsync(http, response.ToByteArray());
    }

    private static async Task ReplyAsync(HttpContext http, byte[] message)
    {
        http.Response.ContentType = "application/grpc";
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        await http.Response.Body.WriteAsync(frame);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static void Assert(bool condition) => Xunit.Assert.True(condition);
}

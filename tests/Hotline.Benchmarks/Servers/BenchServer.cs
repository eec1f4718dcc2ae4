using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Intake.App;
using Hotline.Intake.Portal;
using Hotline.Ports;

namespace Hotline.Benchmarks.Servers;

/// <summary>The all-in-one as its own Program.cs builds it, with three addresses more by which it tells of itself.</summary>
internal static class BenchServer
{
    /// <summary>Copies the write-ahead log back into the database, so that these bytes count too.</summary>
    public const string CheckpointPath = "/bench/checkpoint";

    /// <summary>Number and <see cref="Stopwatch"/> ticks of each work order seen committed; only with <see cref="WatchKey"/>.</summary>
    public const string OrdersPath = "/bench/orders";

    public const string WatchKey = "Bench:WatchOrders";

    public static async Task<int> RunAsync(string[] options)
    {
        await using var application = new HotlineHost(options).Add<AppChannel>().Add<PortalChannel>().Add<DispatchService>().Build();
        long handled = 0;
        using var meters = CountHandled(() => Interlocked.Increment(ref handled));
        application.MapGet(ServerCounters.Path, () => TypedResults.Text(ServerCounters.Now(Interlocked.Read(ref handled)).ToString())).AllowAnonymous();
        application.MapPost(CheckpointPath, (IConfiguration configuration) =>
        {
            SqliteCheckpoint.Run(Path.Combine(configuration["Hotline:Data"]!, "hotline.db"));
            return TypedResults.Ok();
        }).AllowAnonymous();
        if (application.Configuration.GetValue<bool>(WatchKey))
        {
            var seen = new ConcurrentDictionary<string, long>();
            application.MapGet(OrdersPath, () => TypedResults.Text(string.Join('\n', seen.Select(order => string.Create(CultureInfo.InvariantCulture, $"{order.Key} {order.Value}"))))).AllowAnonymous();
            application.Lifetime.ApplicationStarted.Register(() => _ = WatchAsync(application.Services.GetRequiredService<IOutbox>(), seen, application.Lifetime.ApplicationStopping));
        }

        await application.RunAsync();
        return 0;
    }

    private static MeterListener CountHandled(Action count)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "hotline.events.handled")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (tags.Length > 0 && tags[0].Value is DispatchService.Name)
            {
                count();
            }
        });
        listener.Start();
        return listener;
    }

    /// <summary>A reader of its own on the store's events: it sees a work order when its commit is done.</summary>
    private static async Task WatchAsync(IOutbox outbox, ConcurrentDictionary<string, long> seen, CancellationToken stopping)
    {
        await foreach (var message in outbox.ReadAsync("bench", DispatchService.Name, stopping))
        {
            if (message.Event.Type == EventTypes.WorkOrderOpened)
            {
                var at = Stopwatch.GetTimestamp();
                using var json = JsonDocument.Parse(message.Event.Data);
                seen.TryAdd(json.RootElement.GetProperty("number").GetString()!, at);
            }

            message.Settle();
        }
    }
}

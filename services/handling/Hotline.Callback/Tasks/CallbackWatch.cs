using Hotline.Callback.Calls;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Callback.Tasks;

/// <summary>Looks from time to time for what nobody answered: what nobody can be called about is over, for the rest a machine rings.</summary>
internal sealed partial class CallbackWatch(CallbackDesk desk, CallOrders calls, IOptions<CallbackOptions> options, IOptions<Hosting.EdgeLimits> limits, TimeProvider time, ILogger<CallbackWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (limits.Value.PublicOrigin is null)
        {
            LogNoOrigin();
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.WatchSeconds), time);
        do
        {
            try
            {
                await desk.EndMuteAsync(stoppingToken);
                await calls.SettleAsync(stoppingToken);
                await calls.OrderDueAsync(stoppingToken);
            }
            catch (EngineAwayException away)
            {
                LogWaits(away.Message);
            }
#pragma warning disable CA1031 // one order that cannot be dealt with must not end the watch for all, nor the host with it
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(failure.GetType().Name, failure.StackTrace);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Hotline:Limits:PublicOrigin is not set: links to citizens are paths without a host, for practice.")]
    private partial void LogNoOrigin();

    [LoggerMessage(Level = LogLevel.Error, Message = "Callbacks could not be looked through: {Failure}{StackTrace}")]
    private partial void LogFailed(string failure, string? stackTrace);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Callbacks wait for the store: {Reason}")]
    private partial void LogWaits(string reason);
}

using System.Net.Http.Json;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Dispatch.Alerts;

/// <summary>Sees to it that an alert reaches somebody: calls the office's alarm until it answers, and escalates what nobody takes up.</summary>
internal sealed partial class AlertWatch(AlertDesk desk, IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Every call again at the next tick until the alarm takes it; each is cut off in time, so that one does not hold up the next.</summary>
    private readonly OutsideSystem _alarm = new(new OutsideCallRule(Patience), time);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                foreach (var alert in await desk.OpenAsync(stoppingToken))
                {
                    await AttendAsync(alert.Id, alert.State, stoppingToken);
                }
            }
            catch (EngineAwayException away)
            {
                LogWaits(away.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task AttendAsync(Guid id, Alert alert, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (alert.EscalatedAt is null && now - alert.Raised.At >= TimeSpan.FromSeconds(options.Value.EscalateSeconds))
        {
            LogEscalated(id, options.Value.EscalateSeconds);
            await desk.RecordAsync(id, state => state.EscalatedAt is null ? new AlertEscalated(now) : null, cancellation);
        }

        if (options.Value.CallUrl is { } url && alert.CalledAt is null && await CallAsync(url, alert, cancellation))
        {
            await desk.RecordAsync(id, state => state.CalledAt is null ? new AlertCalled(time.GetUtcNow()) : null, cancellation);
        }
    }

    private async Task<bool> CallAsync(Uri url, Alert alert, CancellationToken cancellation)
    {
        try
        {
            return await _alarm.CallAsync(
                async token =>
                {
                    using var content = JsonContent.Create(AlertView.Of(alert), AlertJson.Default.AlertView);
                    using var answer = await _http.PostAsync(url, content, token);
                    if (!answer.IsSuccessStatusCode)
                    {
                        LogRefused((int)answer.StatusCode);
                    }

                    return answer.IsSuccessStatusCode;
                },
                cancellation);
        }
        catch (OutsideAwayException away)
        {
            LogUnreached(away.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Nobody took up the alert {Alert} in {Seconds} s.")]
    private partial void LogEscalated(Guid alert, int seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The office's alarm answered {Status}; it is called again.")]
    private partial void LogRefused(int status);

    [LoggerMessage(Level = LogLevel.Error, Message = "The office's alarm is not reached: {Reason}; it is called again.")]
    private partial void LogUnreached(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alerts wait for the store: {Reason}")]
    private partial void LogWaits(string reason);
}

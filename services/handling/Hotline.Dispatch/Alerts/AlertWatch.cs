using System.Diagnostics.CodeAnalysis;
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

    private const int CallsAtOnce = 4;

    /// <summary>Every call again at the next tick until the alarm takes it; each is cut off in time.</summary>
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
                await AttendAsync(await desk.OpenAsync(stoppingToken), stoppingToken);
            }
            catch (EngineAwayException away)
            {
                LogWaits(away.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>All screens first, for an alarm that hangs must not hold them up; then the alarm, the newest danger first.</summary>
    private async Task AttendAsync(IReadOnlyList<Document<Alert>> open, CancellationToken cancellation)
    {
        foreach (var alert in open)
        {
            await EachAsync(alert.Id, () => EscalateAsync(alert.Id, alert.State, cancellation), cancellation);
        }

        if (options.Value.CallUrl is { } url)
        {
            await Parallel.ForEachAsync(
                open.Where(static alert => alert.State.CalledAt is null).Reverse(),
                new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellation },
                async (alert, token) => await EachAsync(alert.Id, () => CallAsync(url, alert.Id, alert.State, token), token));
        }
    }

    /// <summary>One alert that cannot be attended to must not silence the others; it is tried again, and told each time.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Told, and tried again at the next tick.")]
    private async Task EachAsync(Guid id, Func<Task> attend, CancellationToken cancellation)
    {
        try
        {
            await attend();
        }
        catch (Exception failure) when (failure is not EngineAwayException && !cancellation.IsCancellationRequested)
        {
            LogFailed(id, failure);
        }
    }

    private async Task EscalateAsync(Guid id, Alert alert, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (alert.EscalatedAt is null && now - alert.Raised.At >= TimeSpan.FromSeconds(options.Value.EscalateSeconds))
        {
            LogEscalated(id, options.Value.EscalateSeconds);
            await desk.RecordAsync(id, state => state.EscalatedAt is null ? new AlertEscalated(now) : null, cancellation);
        }
    }

    private async Task CallAsync(Uri url, Guid id, Alert alert, CancellationToken cancellation)
    {
        if (await IsTakenAsync(url, alert, cancellation))
        {
            await desk.RecordAsync(id, state => state.CalledAt is null ? new AlertCalled(time.GetUtcNow()) : null, cancellation);
        }
    }

    private async Task<bool> IsTakenAsync(Uri url, Alert alert, CancellationToken cancellation)
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The alert {Alert} could not be attended to; it is tried again.")]
    private partial void LogFailed(Guid alert, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alerts wait for the store: {Reason}")]
    private partial void LogWaits(string reason);
}

using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Intake.Journal;
using Hotline.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hotline.Hosting;

/// <summary>Carries a channel's journal over to the store as soon as that is back, and holds numbers for the next time.</summary>
internal sealed partial class JournalCarrier(IntakeJournal journal, AppealIntake intake, int numbers, TimeProvider time, ILogger<JournalCarrier> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StockEvery = TimeSpan.FromSeconds(30);
    private long _stockedAt;
    private bool _stocked;
    private bool _waits;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await journal.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                if (await journal.CarryAsync(stoppingToken) is > 0 and var carried)
                {
                    LogCarried(journal.Service, carried, journal.Waiting);
                }

                await StockAsync(stoppingToken);
                _waits = false;
            }
            catch (EngineAwayException away)
            {
                if (!_waits) // once, not each second
                {
                    LogWaits(journal.Service, journal.Waiting, away.Message);
                    _waits = true;
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async ValueTask StockAsync(CancellationToken cancellation)
    {
        if (_stocked && time.GetElapsedTime(_stockedAt) < StockEvery)
        {
            return;
        }

        var today = OfficeTime.Day(time.GetUtcNow());
        await intake.StockNumbersAsync(today, numbers, cancellation);
        await intake.StockNumbersAsync(today.AddDays(1), numbers, cancellation);
        (_stocked, _stockedAt) = (true, time.GetTimestamp());
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Service} carried {Carried} documents from its journal to the store; {Waiting} wait")]
    private partial void LogCarried(string service, int carried, int waiting);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal of {Service} waits for the store, with {Waiting} documents to carry over: {Reason}")]
    private partial void LogWaits(string service, int waiting, string reason);
}

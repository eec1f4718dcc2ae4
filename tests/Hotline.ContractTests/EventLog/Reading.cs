using Hotline.Ports;
using Xunit;

namespace Hotline.ContractTests.EventLog;

/// <summary>A reader at work in the background, and what it has read so far.</summary>
internal sealed class Reading
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<LogMessage> _messages = [];
    private readonly Task _reading;
    private TaskCompletionSource _news = New();

    public Reading(IEventLog log, Subscription subscription, Predicate<LogMessage> settle) => _reading = Task.Run(() => ReadAsync(log, subscription, settle));

    public Reading(IEventLog log, Subscription subscription, bool settle)
        : this(log, subscription, _ => settle)
    {
    }

    public IReadOnlyList<LogMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public Task<IReadOnlyList<LogMessage>> UntilAsync(int count) => UntilAsync(() => Messages.Count >= count, $"{count} messages");

    public Task<IReadOnlyList<LogMessage>> UntilAsync(Func<LogMessage, bool> any) => UntilAsync(() => Messages.Any(any), "a certain message");

    public static async Task AllUntilAsync(IReadOnlyList<Reading> readings, Func<IReadOnlyList<LogMessage>, bool> done)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var news = Task.WhenAny(readings.Select(reading => reading.News));
            if (done([.. readings.SelectMany(reading => reading.Messages)]))
            {
                return;
            }

            await (await news.WaitAsync(deadline.Token));
        }
    }

    /// <summary>Cancels the reading and waits for its end; it must not end in any other way.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _reading;
        }
        catch (OperationCanceledException)
        {
            // Both ends are right.
        }
    }

    private Task News
    {
        get
        {
            lock (_gate)
            {
                return _news.Task;
            }
        }
    }

    private async Task<IReadOnlyList<LogMessage>> UntilAsync(Func<bool> done, string what)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            while (true)
            {
                var news = News;
                if (done())
                {
                    return Messages;
                }

                await (await Task.WhenAny(news, _reading).WaitAsync(deadline.Token));
                Assert.False(_reading.IsCompleted && !done(), "The reading ended by itself.");
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited for {what}, read {Messages.Count}.");
        }
    }

    private async Task ReadAsync(IEventLog log, Subscription subscription, Predicate<LogMessage> settle)
    {
        await foreach (var message in log.ReadAsync(subscription, _stop.Token))
        {
            TaskCompletionSource news;
            lock (_gate)
            {
                _messages.Add(message);
                (news, _news) = (_news, New());
            }

            if (settle(message))
            {
                message.Settle();
            }

            news.SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

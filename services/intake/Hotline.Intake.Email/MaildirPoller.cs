using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Email;

/// <summary>Takes messages out of a Maildir: read, durable here, then moved from <c>new</c> to <c>cur</c> as seen. A crash in between only repeats.</summary>
internal sealed partial class MaildirPoller(EmailReceiver receiver, IOptions<EmailOptions> options, TimeProvider time, ILogger<MaildirPoller> logger) : BackgroundService
{
    private readonly HashSet<string> _told = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Maildir.Length == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PollSeconds), time);
        do
        {
            try
            {
                await SweepAsync(options.Value.Maildir, stoppingToken);
            }
            catch (Exception away) when (away is EngineAwayException or IOException or UnauthorizedAccessException)
            {
                LogWaits(away.Message); // the messages stay where they are
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(string maildir, CancellationToken cancellation)
    {
        var (fresh, seen) = (Path.Combine(maildir, "new"), Path.Combine(maildir, "cur"));
        if (!Directory.Exists(fresh))
        {
            throw new DirectoryNotFoundException($"{EmailOptions.Section}:Maildir has no folder new: {fresh}");
        }

        Directory.CreateDirectory(seen);
        foreach (var file in new DirectoryInfo(fresh).EnumerateFiles().OrderBy(static file => file.Name, StringComparer.Ordinal))
        {
            if (file.Length > options.Value.MostBytes)
            {
                Tell(file.Name, "too large");
                continue;
            }

            try
            {
                await receiver.ReceiveAsync(await File.ReadAllBytesAsync(file.FullName, cancellation), null, cancellation);
            }
#pragma warning disable CA1031 // one message that fails must not hold up the others; it stays and is told of
            catch (Exception failure) when (failure is not (EngineAwayException or OperationCanceledException))
#pragma warning restore CA1031
            {
                Tell(file.Name, failure.GetType().Name);
                continue;
            }

            File.Move(file.FullName, Path.Combine(seen, file.Name + ":2,S"), overwrite: true); // else one name seen before would hold up all the rest
        }
    }

    /// <summary>Once for each message, not at each look.</summary>
    private void Tell(string name, string why)
    {
        if (_told.Add(name))
        {
            LogStays(name, why);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Maildir waits: {Reason}")]
    private partial void LogWaits(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Name} stays in the Maildir: {Why}")]
    private partial void LogStays(string name, string why);
}

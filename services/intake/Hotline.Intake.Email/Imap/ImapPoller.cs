using Hotline.Contracts;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Email.Imap;

/// <summary>Reads all mailboxes configured by IMAP, each for itself.</summary>
internal sealed partial class ImapPoller(
    EmailReceiver receiver, IDocumentStores stores, IIdSource ids, IOptions<EmailOptions> options, TimeProvider time, ILogger<ImapPoller> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var accounts = options.Value.Imap;
        if (accounts.Count == 0)
        {
            return Task.CompletedTask;
        }

        var marks = new ImapMarks(stores, ids, time);
        var reading = new List<Task>();
        for (var number = 0; number < accounts.Count; number++)
        {
            if (accounts[number].Password.Length == 0)
            {
                LogClosed(number, $"{EmailOptions.Section}:Imap:{number}:Password is not set");
                continue;
            }

            reading.Add(new ImapMailbox(number, accounts[number], receiver, marks, options.Value.MostBytes, time, logger).RunAsync(stoppingToken));
        }

        return Task.WhenAll(reading);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "IMAP mailbox {Number} is closed: {Reason}")]
    private partial void LogClosed(int number, string reason);
}

using Microsoft.Extensions.Options;

namespace Hotline.SupervisionLine.Mail;

/// <summary>Reads the line's mailbox, where there is one and there are officers to seal to; else it says why not, and nothing is fetched.</summary>
internal sealed partial class MailPoller(
    IServiceProvider services, OfficerKeys officers, MailboxState state, IOptions<SupervisionOptions> options, IConfiguration configuration, TimeProvider time, ILogger<MailPoller> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Mailbox is not { } account)
        {
            return Task.CompletedTask;
        }

        if (account.Closed(officers, configuration) is { } closed)
        {
            state.Say(new MailboxView("closed", closed.Remedy));
            LogClosed(closed.Reason);
            return Task.CompletedTask;
        }

        state.Say(new MailboxView("waiting", "正在连接邮箱服务器。"));
        return new MailboxReader(account, services.GetRequiredService<MailReceiver>(), state, time, logger).RunAsync(stoppingToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The supervision line's mailbox is closed: {Reason}")]
    private partial void LogClosed(string reason);
}

using Microsoft.Extensions.Options;

namespace Hotline.SupervisionLine.Mail;

/// <summary>Reads the line's mailbox, where there is one and there are officers to seal to; else it says why not, and nothing is fetched.</summary>
internal sealed partial class MailPoller(
    IServiceProvider services, OfficerKeys officers, MailboxState state, IOptions<SupervisionOptions> options, IConfiguration configuration, TimeProvider time, ILogger<MailPoller> logger) : BackgroundService
{
    /// <summary>The e-mail channel's mailboxes, where both run with the same settings.</summary>
    private const string OtherMailboxes = "Hotline:Email:Imap";

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Mailbox is not { } account)
        {
            return Task.CompletedTask;
        }

        if (Closed(account) is { } closed)
        {
            state.Say(new MailboxView("closed", closed.Why));
            LogClosed(closed.Reason);
            return Task.CompletedTask;
        }

        state.Say(new MailboxView("waiting", "正在连接邮箱服务器。"));
        return new MailboxReader(account, services.GetRequiredService<MailReceiver>(), state, time, logger).RunAsync(stoppingToken);
    }

    private (string Reason, string Why)? Closed(SupervisionMailbox account) =>
        officers.Closed is { } noKeys ? ($"{noKeys}: nothing is fetched", "没有足够的工作人员公钥，邮箱没有被读取，邮件留在邮箱里。")
        : account.Password.Length == 0 ? ($"{SupervisionOptions.Section}:Mailbox:Password is not set", $"请设置 {SupervisionOptions.Section}:Mailbox:Password。")
        : configuration.GetSection(OtherMailboxes).GetChildren().Any(other => Same(other["Host"], account.Host) && Same(other["User"], account.User))
            ? ($"{OtherMailboxes} has the same mailbox: it would be read in clear there", $"这个邮箱也设在 {OtherMailboxes} 里，会被当作普通来信读取。请给监督专线单独的邮箱。")
        : null;

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The supervision line's mailbox is closed: {Reason}")]
    private partial void LogClosed(string reason);
}

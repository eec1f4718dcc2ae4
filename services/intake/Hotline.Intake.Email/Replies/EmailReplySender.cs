using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.Email.Mime;
using Hotline.Intake.Email.Smtp;
using Hotline.Intake.Replies;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Email.Replies;

/// <summary>
/// Replies by e-mail, in the thread of the citizen's letter. A server that falls silent after it had the whole message cannot be asked: the message is handed
/// over again with the same Message-ID, by which receivers drop the copy, and after three such silences a person decides.
/// </summary>
internal sealed class EmailReplySender : IReplySender
{
    private const int LongestSubject = 100;
    private static readonly SendingWay Smtp = new("smtp", "email") { RepeatFor = TimeSpan.FromDays(2) };
    private readonly AppealIntake _intake;
    private readonly MessageTag _tag;
    private readonly AutomaticAnswers _answers;
    private readonly EmailOptions _options;
    private readonly OutsideSystem _server;
    private readonly TimeProvider _time;

    public EmailReplySender([FromKeyedServices(EmailChannel.Name)] AppealIntake intake, MessageTag tag, AutomaticAnswers answers, IOptions<EmailOptions> options, TimeProvider time)
    {
        (_intake, _tag, _answers, _options, _time) = (intake, tag, answers, options.Value, time);
        _server = new OutsideSystem(new OutsideCallRule(TimeSpan.FromSeconds(12 * _options.Smtp.AnswerSeconds), Rests: true), time);
    }

    public string? Closed => _options.Smtp.Missing;

    public bool Carries(Appeal appeal, string kind) => ReplyKinds.GoToCitizen(kind) && appeal.Reach.Contains(Channels.Email.Name);

    public async ValueTask<SendingPlan> PlanAsync(OutgoingReply reply, CancellationToken cancellation)
    {
        if (MailAddressForm.Of(reply.Contact?.Email) is not { } address)
        {
            return new SendOutcome.Refused("来信的地址无法回信。");
        }

        if (IsOurs(address))
        {
            return new SendOutcome.Withheld("来信的地址是本机构自己的信箱。");
        }

        if (reply.Reply is not null)
        {
            return Smtp;
        }

        // Whoever writes in another's name must not have us write to him.
        return _options.AuthenticationServer.Length > 0 && reply.Appeal.State.Appeal.Authenticity != "verified" ? new SendOutcome.Withheld("发件人未经验证，不自动回复。")
            : await _answers.ClaimAsync(address.ToLowerInvariant(), reply.Appeal.Id, cancellation) ? Smtp
            : new SendOutcome.Withheld("当日已向该发件人自动回复过。");
    }

    public async ValueTask<SendOutcome> SendAsync(OutgoingReply reply, string way, CancellationToken cancellation)
    {
        var options = _options.Smtp;
        var address = MailAddressForm.Of(reply.Contact!.Email)!;
        var mail = await MailOfAsync(reply, address, cancellation);
        var hasNoReturn = reply.Reply is null && options.NullReturnPath;
        if (options.Folder.Length > 0)
        {
            DurableFile.TryCreate(Path.Combine(Path.GetFullPath(options.Folder), $"{reply.Id}.eml"), mail.ToBytes(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return new SendOutcome.Sent();
        }

        try
        {
            await _server.CallAsync(async token =>
            {
                await using var connection = await SmtpConnection.OpenAsync(options, _time, token);
                await connection.SendAsync(hasNoReturn ? "" : options.From, address, mail.ToBytes(), token);
                return 0;
            }, cancellation);
            return new SendOutcome.Sent();
        }
        catch (SmtpRefusedException refused)
        {
            return OutcomeOf(refused, hasNoReturn);
        }
        catch (OutsideAwayException away)
        {
            var server = away.InnerException as SmtpAwayException;
            return server?.MayHaveActed ?? away.MayHaveActed
                ? new SendOutcome.Unknown("邮件已交出，服务器没有确认。")
                : new SendOutcome.Away($"邮件服务器连接不上（{server?.Message ?? away.Message}）。", ForAll: true);
        }
    }

    private static SendOutcome OutcomeOf(SmtpRefusedException refused, bool hasNoReturn) => refused switch
    {
        { Step: SmtpStep.Login } => new SendOutcome.Away($"邮件服务器拒绝登录（{refused.Message}），请核对 {EmailOptions.Section}:Smtp。", ForAll: true, refused.IsFinal ? TimeSpan.FromMinutes(30) : null),
        { Step: SmtpStep.Sender, IsFinal: true } when hasNoReturn => new SendOutcome.Refused($"邮件服务器不接受空的回信路径（{refused.Message}），请核对 {EmailOptions.Section}:Smtp:NullReturnPath。"), // of receipts only: replies go on
        { Step: SmtpStep.Sender, IsFinal: true } => new SendOutcome.Away(
            $"邮件服务器不接受发件地址（{refused.Message}），请核对 {EmailOptions.Section}:Smtp:From 和 :NullReturnPath。", ForAll: true, TimeSpan.FromMinutes(30)),
        { IsFinal: true } => new SendOutcome.Refused($"邮件服务器拒收（{refused.Message}）。"),
        _ => new SendOutcome.Away($"邮件服务器暂时不收（{refused.Message}）。"),
    };

    private bool IsOurs(string address) => _options.Mailboxes.Select(mailbox => mailbox.Address).Concat(_options.Imap.Select(account => account.User)).Append(_options.Smtp.From)
        .Contains(address, StringComparer.OrdinalIgnoreCase);

    private async ValueTask<OutgoingMail> MailOfAsync(OutgoingReply reply, string address, CancellationToken cancellation)
    {
        var appeal = reply.Appeal.State.Appeal;
        var letter = await _intake.OriginalOfAsync(reply.Appeal, cancellation) is { } original ? MimeReader.Read(original).Headers : null;
        var answers = MessageIds.Parse(letter?.First("Message-ID")?.Undecoded) is [var id, ..] ? id : null;
        var from = _options.Smtp.From;
        return new OutgoingMail(
            from,
            _options.Smtp.FromName,
            address,
            $"Re: {TextCleaner.Head(appeal.Title, LongestSubject)}【{appeal.Number}】",
            MailTexts.Of(reply),
            _tag.IdOf(appeal.Number, reply.Delivery.Version, reply.Delivery.Round, from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..]),
            answers,
            MessageIds.Parse(letter?.First("References")?.Undecoded),
            reply.Reply is null ? "auto-replied" : "auto-generated",
            reply.Delivery.QueuedAt); // not the time of this try: a resent copy is the same message
    }
}

using System.Text.RegularExpressions;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Partners.Weibo;

/// <summary>
/// Deals with what Weibo users send: the first message is an appeal, what follows within the window supplements it. Appeals of a user are numbered
/// 0, 1, … in their keys, so of two messages at once one opens and the other supplements.
/// </summary>
internal sealed partial class WeiboDesk(
    [FromKeyedServices(PartnersChannel.Name)] AppealIntake intake,
    [FromKeyedServices(PartnersChannel.Name)] AppealWatch watch,
    Organization organization,
    IOptions<PartnersOptions> options,
    TimeProvider time)
{
    private const string Help = "这里是12345政务服务便民热线，请直接发送诉求：时间、地点、事情经过和联系电话。查询：查询 编号；补充：补充 编号 内容；催单：催单 编号；撤回：撤诉 编号 原因。";
    private const string NotYours = "没有查到由您提交的这个编号。请核对编号，或拨打12345。";

    /// <summary>How many appeals back a message that comes again is looked for.</summary>
    private const int LookBack = 5;

    /// <returns>What to say; empty for nothing.</returns>
    public async ValueTask<string> AnswerAsync(SignedSender partner, WeiboMessage message, Original original, CancellationToken cancellation)
    {
        if (message.Type == "event")
        {
            return message.Subtype is "follow" or "subscribe" or "click" ? Help : "";
        }

        var text = WeiboNormalizer.Describe(message);
        return text.Length == 0 ? ""
            : Command().Match(text) is { Success: true } command ? await ObeyAsync(partner, message, command, original, cancellation)
            : !TextCleaner.Shows(text, 4) ? Help
            : AdviceFor(text) + await TakeUpAsync(partner, message, text, original, cancellation);
    }

    private string AdviceFor(string text) => organization.EmergenciesIn(text) is { Count: > 0 } emergencies ? EmergencyNumbers.Advice(emergencies) + "\n" : "";

    private async ValueTask<string> TakeUpAsync(SignedSender partner, WeiboMessage message, string text, Original original, CancellationToken cancellation)
    {
        using var entry = intake.Balance.Enter(partner.Source);
        while (true)
        {
            Document<ReceivedAppeal>? latest = null;
            var count = await FirstFree.FindAsync(async number => await FindAsync(number) is not null);
            for (var back = 1; back <= LookBack && count - back >= 0; back++)
            {
                var earlier = (await FindAsync(count - back))!;
                latest ??= earlier;
                if (earlier.State.Appeal.SourceId == message.Id)
                {
                    entry.Became(EntryOutcome.Repeated);
                    return Received(earlier.State.Appeal.Number, intake.Codes.For(earlier.Id));
                }

                if (earlier.State.HasSupplement(message.Id))
                {
                    entry.Became(EntryOutcome.Repeated);
                    return Supplemented(earlier);
                }
            }

            if (latest is { State.WithdrawnAt: null } && time.GetUtcNow() - LastOf(latest.State) < TimeSpan.FromMinutes(options.Value.WeiboMinutes))
            {
                latest = await intake.SupplementAsync(latest, message.Id, text, [], original, cancellation);
                entry.CorrectTo(EntryOutcome.Supplement); // another message may have opened the appeal this one tried to
                watch.Changed(latest.Id);
                return Supplemented(latest);
            }

            var (receipt, stored) = await intake.ReceiveAsync(WeiboNormalizer.Normalize(message, KeyOf(count), partner), original, cancellation);
            if (stored.SourceId == message.Id)
            {
                return Received(receipt.Number, receipt.Code);
            }
        }

        string KeyOf(int number) => $"{WeiboNormalizer.SenderOf(partner, message)}/{number}";

        ValueTask<Document<ReceivedAppeal>?> FindAsync(int number) => intake.FindByKeyAsync(KeyOf(number), cancellation);

        string Received(string number, string code) => $"您的诉求已收到，编号{number}，提取码{code}，请保存。{options.Value.WeiboMinutes}分钟内继续发送的内容将作为补充。";
    }

    private async ValueTask<string> ObeyAsync(SignedSender partner, WeiboMessage message, Match command, Original original, CancellationToken cancellation)
    {
        var (verb, number, note) = (command.Groups["verb"].Value, command.Groups["number"].Value, SubmissionChecks.Given(command.Groups["rest"].Value));
        if (await intake.FindAsync(number, cancellation) is not { } appeal || !intake.IsFrom(appeal, WeiboNormalizer.SenderOf(partner, message)))
        {
            return NotYours;
        }

        switch (verb)
        {
            case "查询":
                return $"诉求{number}：{AppealProgress.TitleOf(appeal.State)}。{appeal.State.Replies.MaxBy(reply => reply.Version)?.Text}";
            case "补充" when note is null:
                return Help;
            case "补充":
                appeal = await intake.SupplementAsync(appeal, message.Id, note, [], original, cancellation);
                break;
            case "催单":
                appeal = await intake.UrgeAsync(appeal, message.Id, note, original, cancellation);
                break;
            default:
                appeal = await intake.WithdrawAsync(appeal, message.Id, note, original, cancellation);
                break;
        }

        watch.Changed(appeal.Id);
        return verb switch { "补充" => Supplemented(appeal), "催单" => $"已记录催单，诉求{number}。", _ => $"诉求{number}已撤回。" };
    }

    private static string Supplemented(Document<ReceivedAppeal> appeal) => $"已补充到诉求{appeal.State.Appeal.Number}。";

    private static DateTimeOffset LastOf(ReceivedAppeal appeal) => appeal.Supplements.LastOrDefault()?.ReceivedAt ?? appeal.Appeal.ReceivedAt;

    [GeneratedRegex(@"^(?<verb>查询|补充|催单|撤诉)[\s:：]*(?<number>[0-9]{15})(?![0-9])(?<rest>[\s\S]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Command();
}

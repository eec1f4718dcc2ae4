using Hotline.Intake.Messages;
using System.Text;
using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.WeChat.Media;
using Hotline.Intake.WeChat.Replies;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat.Conversations;

/// <summary>Deals with what citizens send: commands are answered, greetings too, the rest becomes appeals. Doing it again changes nothing.</summary>
internal sealed partial class ConversationDesk(
    PushStore pushes, ConversationStore conversations, AppealIntake intake, AppealWatch watch, CodeAttempts attempts, Organization organization, Bell bell,
    IOptions<WeChatOptions> options, TimeProvider time)
{
    private const string Done = "完成";

    /// <summary>How long a report on a delivery may find none: by then it is on record that the platform took it.</summary>
    private static readonly TimeSpan ReportPatience = TimeSpan.FromMinutes(2);

    private static readonly string[] Greetings =
        ["你好", "您好", "你好啊", "您好啊", "hi", "hello", "在吗", "在么", "有人吗", "喂", "帮助", "help", "?", "？", "菜单", "人工", "12345"];

    /// <summary>Answers a push, or repeats the answer it had.</summary>
    /// <returns>What to say; empty for nothing.</returns>
    public async Task<string> AnswerAsync(Document<PushedMessage> push, CancellationToken cancellation)
    {
        if (push.State.Outcome is not null)
        {
            intake.Balance.Became(EntryOutcome.Repeated);
            return pushes.ReplyTo(push);
        }

        // What was stored was read before, so it reads again.
        var message = WeChatReader.Read(pushes.BodyOf(push)) ?? throw new InvalidOperationException("A stored push does not read.");
        if (DeliveryReport.Of(message) is { } report && !await report.RecordAsync(intake, cancellation) && time.GetUtcNow() - push.Facts[0].At < ReportPatience)
        {
            return ""; // it overtook what it reports on: the sweep looks again
        }

        var (outcome, reply) = await DecideAsync(push, message, cancellation);
        return await pushes.AnswerAsync(push, outcome, reply, cancellation);
    }

    /// <summary>Makes the appeal of a conversation that is complete; while its media are awaited, only closes it.</summary>
    /// <param name="atOnce">Awaits nothing: what is missing becomes a supplement.</param>
    public async ValueTask HandInAsync(Document<Conversation> conversation, CancellationToken cancellation, bool atOnce = false)
    {
        conversation = await conversations.EndAsync(conversation, cancellation);
        if (conversation.State is { MediaChosen: null, MediaOwed: { Count: > 0 } owed })
        {
            var here = new List<Guid>();
            foreach (var id in owed)
            {
                here.AddRange((await pushes.GetAsync(id, cancellation)).State.MediaWaiting ? [] : [id]);
            }

            if (here.Count < owed.Count && !atOnce && time.GetUtcNow() - conversation.State.EndingAt < TimeSpan.FromSeconds(options.Value.MediaWaitSeconds))
            {
                intake.Balance.Became(EntryOutcome.Collected);
                return;
            }

            conversation = await conversations.ChooseMediaAsync(conversation, here, cancellation);
        }

        var state = conversation.State;
        var (bodies, files) = (new List<byte[]>(), new List<ReceivedFile>());
        foreach (var id in state.Messages)
        {
            var push = await pushes.GetAsync(id, cancellation);
            bodies.Add(pushes.BodyOf(push));
            if (state.MediaChosen?.Contains(id) == true)
            {
                files.Add(push.State.Media ?? throw new InvalidOperationException("Media were chosen that are not there."));
            }
        }

        var messages = bodies.Select(body => WeChatReader.Read(body)!).ToList();
        var draft = WeChatNormalizer.Normalize(messages, $"conversation/{conversation.Id:N}", conversation.Id.ToString("N")) with { Files = files };
        var original = new Original(bodies.SelectMany(static body => body.Append((byte)'\n')).ToArray(), "application/vnd.hotline.wechat-messages");
        await intake.ReceiveAsync(draft, original, cancellation, new Reservation(state.AppealId, state.Number, intake.Codes.For(state.AppealId)));
        await conversations.FinishAsync(conversation, cancellation);
    }

    /// <summary>Adds to an appeal the media that came too late for it, and tells of those that cannot be had.</summary>
    public async ValueTask DeliverMediaAsync(Document<Conversation> conversation, CancellationToken cancellation)
    {
        foreach (var id in conversation.State.MediaOwed)
        {
            var push = await pushes.GetAsync(id, cancellation);
            if (push.State.Media is not { } file)
            {
                continue;
            }

            var appeal = await intake.GetAsync(conversation.State.AppealId, cancellation) ?? throw new InvalidOperationException("An appeal vanished.");
            var original = new Original(pushes.BodyOf(push), push.State.Json ? "application/json" : "text/xml");
            await intake.SupplementAsync(appeal, $"media/{id:N}", WeChatTexts.LateMedia(MediaFile.NameOf(push.State.Type), file.Attachment.Refused), [file], original, cancellation);
            watch.Changed(appeal.Id);
            conversation = await conversations.DeliverMediaAsync(conversation, id, cancellation);
        }
    }

    private async ValueTask<(PushOutcome Outcome, string Reply)> DecideAsync(Document<PushedMessage> push, WeChatMessage message, CancellationToken cancellation)
    {
        if (message.Type == "event")
        {
            return (PushOutcome.Command, message.Event is "subscribe" or "click" ? WeChatTexts.Help : "");
        }

        if (message.Type == "text")
        {
            var text = TextCleaner.Clean(message.Content);
            if (Command().Match(text) is { Success: true } command)
            {
                var (outcome, reply) = await ObeyAsync(push, message, command, cancellation);
                if (organization.EmergenciesIn(text) is not { Count: > 0 } emergencies)
                {
                    return (outcome, reply);
                }

                // Words of danger must reach a person: where the command does not carry them, they are an appeal.
                return outcome == PushOutcome.Supplement
                    ? (outcome, $"{EmergencyNumbers.Advice(emergencies)}\n{reply}")
                    : (PushOutcome.Appeal, await TakeUpAsync(push, message, cancellation));
            }

            if (text == Done)
            {
                // Dealt with late, after a restart, it must not end what he began to tell since.
                if (await conversations.OpenOfAsync(message.From, cancellation) is not { } open || open.Facts[0].At > push.Facts[0].At)
                {
                    return (PushOutcome.Command, WeChatTexts.NothingOpen);
                }

                await HandInAsync(open, cancellation);
                return (PushOutcome.Command, WeChatTexts.Completed(open.State.Number, intake.Codes.For(open.State.AppealId)));
            }

            if ((text.Length == 0 || Greetings.Contains(text.TrimEnd('!', '！', '。', '~', '～', ' ').ToLowerInvariant()))
                && await conversations.OpenOfAsync(message.From, cancellation) is null)
            {
                return (PushOutcome.Command, WeChatTexts.Help);
            }
        }

        return IsTelling(message) ? (PushOutcome.Appeal, await TakeUpAsync(push, message, cancellation)) : (PushOutcome.Command, WeChatTexts.Help);
    }

    /// <summary>A type not known yet is taken up when it says something.</summary>
    private static bool IsTelling(WeChatMessage message) =>
        message.Type is "text" or "image" or "voice" or "video" or "shortvideo" or "location" or "link" || message.Content.Length > 0;

    private async ValueTask<string> TakeUpAsync(Document<PushedMessage> push, WeChatMessage message, CancellationToken cancellation)
    {
        var id = push.Id;
        var conversation = await conversations.AddAsync(message.From, push, cancellation);
        intake.Balance.Became(EntryOutcome.Collected);
        if (push.State.MediaWaiting)
        {
            bell.Ring();
        }

        var state = conversation.State;
        var emergencies = organization.EmergenciesIn($"{message.Content}\n{message.Text("Recognition")}");
        var code = intake.Codes.For(state.AppealId);
        if (state.Messages.Count >= options.Value.MostMessages || emergencies.Count > 0)
        {
            await HandInAsync(conversation, cancellation, atOnce: emergencies.Count > 0); // danger waits neither for the citizen to say that this is all, nor for his photos
            return (emergencies.Count > 0 ? EmergencyNumbers.Advice(emergencies) + "\n" : "") + WeChatTexts.Completed(state.Number, code);
        }

        var messages = new List<WeChatMessage>();
        foreach (var earlier in state.Messages)
        {
            messages.Add(earlier == id ? message : WeChatReader.Read(await pushes.BodyOfAsync(earlier, cancellation))!);
        }

        var missing = WeChatNormalizer.Missing(messages);
        return state.Messages[0] == id ? WeChatTexts.Opened(state.Number, code, missing, options.Value.QuietMinutes) : WeChatTexts.Added(state.Number, missing);
    }

    private async ValueTask<(PushOutcome Outcome, string Reply)> ObeyAsync(Document<PushedMessage> push, WeChatMessage message, Match command, CancellationToken cancellation)
    {
        var (verb, number, rest) = (command.Groups["verb"].Value, command.Groups["number"].Value, command.Groups["rest"].Value.Trim());
        if (await conversations.OpenOfAsync(message.From, cancellation) is { } open && open.State.Number == number)
        {
            // He was given the number, but is still telling.
            switch (verb)
            {
                case "查询" or "进度":
                    return (PushOutcome.Command, WeChatTexts.Telling(number));
                case "补充":
                    return rest.Length > 0 ? (PushOutcome.Appeal, await TakeUpAsync(push, message, cancellation)) : (PushOutcome.Command, WeChatTexts.Telling(number));
                default:
                    await HandInAsync(open, cancellation, atOnce: true);
                    break;
            }
        }
        else if (await conversations.EndingOfAsync(message.From, number, cancellation) is { } ending)
        {
            await HandInAsync(ending, cancellation, atOnce: true); // he was told that it is registered
        }

        var appeal = await intake.FindAsync(number, cancellation);
        var own = appeal is not null && intake.IsFrom(appeal, message.From);
        if (verb is "查询" or "进度")
        {
            return (PushOutcome.Command, own ? WeChatTexts.Progress(appeal!.State) : Look(number, appeal, rest));
        }

        if (!own)
        {
            return (PushOutcome.Command, WeChatTexts.NotYours);
        }

        var (key, original) = (push.Id.ToString("N"), new Original(Encoding.UTF8.GetBytes(message.Content), "text/plain; charset=utf-8"));
        var note = rest.Length > 0 ? rest : null;
        switch (verb)
        {
            case "补充" when note is null:
                return (PushOutcome.Command, WeChatTexts.Help);
            case "补充":
                await intake.SupplementAsync(appeal!, key, note, [], original, cancellation);
                watch.Changed(appeal!.Id);
                return (PushOutcome.Supplement, WeChatTexts.Supplemented(number));
            case "催单":
                await intake.UrgeAsync(appeal!, key, note, original, cancellation);
                watch.Changed(appeal!.Id);
                return (PushOutcome.Supplement, WeChatTexts.Urged(number));
            default:
                await intake.WithdrawAsync(appeal!, key, note, original, cancellation);
                watch.Changed(appeal!.Id);
                return (PushOutcome.Supplement, WeChatTexts.Withdrawn(number));
        }
    }

    /// <summary>For one who did not submit it himself but knows the code.</summary>
    private string Look(string number, Document<ReceivedAppeal>? appeal, string code)
    {
        if (attempts.IsClosed(number))
        {
            return WeChatTexts.TooOften;
        }

        if (appeal is not null && code.Length > 0 && intake.IsCodeOf(appeal, code))
        {
            return WeChatTexts.Progress(appeal.State);
        }

        attempts.Wrong(number);
        return WeChatTexts.NotFound;
    }

    [GeneratedRegex(@"^(?<verb>查询|进度|补充|催单|撤诉)[\s:：]*(?<number>[0-9]{15})(?![0-9])(?<rest>[\s\S]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Command();
}

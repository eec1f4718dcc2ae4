using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Intake.Replies;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Phone.Sms;

/// <summary>Replies to callers, as text messages to the mobile number they left or called from.</summary>
internal sealed partial class SmsReplySender(ISmsSender sms, IOptions<SmsOptions> options) : IReplySender
{
    private const int MostCharacters = 500;

    /// <summary>The provider drops repeats by their id.</summary>
    private static readonly SendingWay Sms = new("sms", "phone") { RepeatFor = TimeSpan.FromDays(1) };

    public string? Closed => sms.Missing;

    public bool Carries(Appeal appeal, string kind) => ReplyKinds.GoToCitizen(kind) && appeal.Reach.Contains(Channels.Phone.Name);

    public ValueTask<SendingPlan> PlanAsync(OutgoingReply reply, CancellationToken cancellation) =>
        new(MobileOf(reply.Contact?.Phone) is null ? new SendOutcome.Refused("留下的电话不是手机号，收不到短信，请电话告知。") : (SendingPlan)Sms);

    public ValueTask<SendOutcome> SendAsync(OutgoingReply reply, string way, CancellationToken cancellation) =>
        sms.SendAsync(new SmsMessage(reply.Id, MobileOf(reply.Contact!.Phone)!, TextOf(reply)), cancellation);

    /// <summary>The 11 digits of a mainland mobile number; null when it is none.</summary>
    internal static string? MobileOf(string? phone)
    {
        var digits = string.Concat((phone ?? "").Where(static letter => letter is not (' ' or '-')));
        return Mobile().Match(digits) is { Success: true } found ? found.Groups[1].Value : null;
    }

    private string TextOf(OutgoingReply reply)
    {
        var signature = options.Value.Signature is { Length: > 0 } name ? $"【{name}】" : "";
        var number = reply.Text.Contains(reply.Number, StringComparison.Ordinal) ? "" : $"诉求{reply.Number}：";
        var text = TextCleaner.Clean(reply.Text);
        var rest = $"…（全文请拨打12345，编号{reply.Number}）";
        var room = MostCharacters - signature.Length - number.Length;
        return signature + number + (text.Length <= room ? text : text[..Whole(text, room - rest.Length)] + rest);
    }

    /// <summary>At most so many characters, none of them half of a pair.</summary>
    private static int Whole(string text, int length) => char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;

    [GeneratedRegex(@"^(?:\+86|0086|86|0)?(1[3-9][0-9]{9})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Mobile();
}

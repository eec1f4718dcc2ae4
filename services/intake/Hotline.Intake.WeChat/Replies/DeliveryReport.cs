using Hotline.Intake.Messages;
using Hotline.Intake.Replies;

namespace Hotline.Intake.WeChat.Replies;

/// <summary>What the platform tells of a template message after it took it: TEMPLATESENDJOBFINISH.</summary>
/// <param name="Failure">Why it did not arrive, in zh-CN; null when it did.</param>
internal sealed record DeliveryReport(string MessageId, string From, string? Failure)
{
    /// <returns>Null when the message is no such report.</returns>
    public static DeliveryReport? Of(WeChatMessage message) =>
        message is not { Type: "event", Event: "templatesendjobfinish" } ? null
        : new DeliveryReport(
            message.Text("MsgID") is { Length: > 0 } id ? id : message.Text("MsgId"),
            message.From,
            message.Text("Status").Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant() switch
            {
                "success" => null,
                "failed:userblock" => "用户设置了拒收本公众号的消息。",
                _ => "微信未能送达模板消息。",
            });

    /// <summary>Records it with the reply it is about.</summary>
    /// <returns>False when there is none.</returns>
    public async ValueTask<bool> RecordAsync(AppealIntake intake, CancellationToken cancellation)
    {
        if (MessageId.Length is 0 or > 40
            || await intake.Replies.FindSentAsync(MessageId, cancellation) is not var (id, version)
            || await intake.GetAsync(id, cancellation) is not { } appeal || !intake.IsFrom(appeal, From))
        {
            return false;
        }

        var state = Failure is null ? DeliveryState.Delivered : DeliveryState.Failed;
        await intake.Replies.RecordAsync(id, version, (_, now) => new ReplyEnded(version, now, state, Failure), cancellation);
        return true;
    }
}

using Hotline.Intake.Replies;

namespace Hotline.Intake.Phone.Sms;

/// <summary>No provider: messages wait.</summary>
internal sealed class ClosedSmsSender : ISmsSender
{
    public string? Missing => $"{SmsOptions.Section}:Url";

    public ValueTask<SendOutcome> SendAsync(SmsMessage message, CancellationToken cancellation) => new(new SendOutcome.Away("没有短信平台。", ForAll: true));
}

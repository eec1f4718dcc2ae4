using Hotline.Intake.Replies;
using Hotline.Ports;

namespace Hotline.Intake.Phone.Sms;

/// <summary>For practice: each message a file only its owner reads, named by its id, so that a repeat makes no second.</summary>
internal sealed class FolderSmsSender(string folder) : ISmsSender
{
    public string? Missing => null;

    public ValueTask<SendOutcome> SendAsync(SmsMessage message, CancellationToken cancellation)
    {
        DurableFile.TryCreate(Path.Combine(Path.GetFullPath(folder), $"{message.Id}.json"), SmsJson.Bytes(message), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new(new SendOutcome.Sent());
    }
}

using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Intake.Partners.Weibo;

/// <summary>From a Weibo message to the common draft. Pure: no clock, no store.</summary>
public static class WeiboNormalizer
{
    private const int HeadLength = 30;

    /// <summary>What a message says, as a reader of the appeal sees it; empty when it is of a kind that tells nothing.</summary>
    public static string Describe(WeiboMessage message) => message.Type switch
    {
        "text" or "mention" => TextCleaner.Clean(message.Text),
        "position" or "location" => TextCleaner.Clean($"〔位置〕{message.Text}"),
        "image" => TextCleaner.Clean($"〔图片〕{message.Text}"),
        "voice" => "〔语音，未附文字〕",
        _ => "",
    };

    /// <param name="key">Names the user and which of his appeals it is.</param>
    public static AppealDraft Normalize(WeiboMessage message, string key, SignedSender partner)
    {
        var text = Describe(message);
        return new AppealDraft
        {
            Key = key,
            SourceId = message.Id,
            Source = partner.Source,
            Title = TextCleaner.Head(text, HeadLength),
            Text = text.Length <= SubmissionChecks.LongestText ? text : text[..SubmissionChecks.LongestText],
            SubmittedAt = message.At,
            Place = message.Point is { } point ? new Place(SubmissionChecks.Given(message.Text), point.Latitude, point.Longitude, point.Datum) : null,
            Contact = new Contact(Phone: PhoneNumbers.FirstIn(text), Sender: SenderOf(partner, message)),
            Authenticity = "platform",
        };
    }

    /// <summary>What the channel calls a user.</summary>
    public static string SenderOf(SignedSender partner, WeiboMessage message) => $"{partner.Name}/{message.From}";
}

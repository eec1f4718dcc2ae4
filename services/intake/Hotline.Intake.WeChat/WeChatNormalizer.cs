using Hotline.Intake.Messages;
using System.Text;
using System.Text.RegularExpressions;
using Hotline.Contracts;

namespace Hotline.Intake.WeChat;

/// <summary>From the messages of one conversation to the common draft. Pure: no clock, no store.</summary>
public static partial class WeChatNormalizer
{
    private const int HeadLength = 30;

    /// <summary>The five elements 五要素 a unit needs to act, without the name, which few tell a machine: what, when, where, and how to reach the citizen.</summary>
    [Flags]
    public enum Elements
    {
        None = 0,
        Matter = 1,
        Time = 2,
        Place = 4,
        Phone = 8,
    }

    /// <summary>The elements nobody told yet.</summary>
    public static Elements Missing(IReadOnlyList<WeChatMessage> messages)
    {
        var words = WordsOf(messages);
        return (TextCleaner.Shows(words, 8) ? 0 : Elements.Matter)
            | (TimeWords().IsMatch(words) ? 0 : Elements.Time)
            | (messages.Any(message => message.Location is not null) || PlaceWords().IsMatch(words) ? 0 : Elements.Place)
            | (PhoneNumbers.FirstIn(words) is not null ? 0 : Elements.Phone);
    }

    /// <param name="messages">In the order they came, at least one.</param>
    /// <param name="key">Names the conversation, its citizen included.</param>
    /// <param name="sourceId">Names it without naming him.</param>
    public static AppealDraft Normalize(IReadOnlyList<WeChatMessage> messages, string key, string sourceId)
    {
        var words = WordsOf(messages);
        var text = string.Join('\n', messages.Select(Describe).Where(line => line.Length > 0));
        var place = messages.LastOrDefault(message => message.Location is not null);
        return new AppealDraft
        {
            Key = key,
            SourceId = sourceId,
            Title = TextCleaner.Head(words.Length > 0 ? words : text, HeadLength),
            Text = text,
            SubmittedAt = messages[0].CreatedAt,
            Place = place?.Location is { } at ? new Place(TextCleaner.Clean(place.Text("Label")) is { Length: > 0 } label ? label : null, at.Latitude, at.Longitude, "gcj02") : null,
            Contact = new Contact(Phone: PhoneNumbers.FirstIn(words), Sender: messages[0].From),
            Authenticity = "platform",
        };
    }

    /// <summary>What a message says, as a reader of the appeal sees it.</summary>
    private static string Describe(WeChatMessage message) => message.Type switch
    {
        "text" => TextCleaner.Clean(message.Content),
        "voice" => TextCleaner.Clean(message.Text("Recognition")) is { Length: > 0 } heard ? $"〔语音〕{heard}" : "〔语音，未附文字〕",
        "image" => "〔图片〕",
        "video" or "shortvideo" => "〔视频〕",
        "location" => $"〔位置〕{TextCleaner.Clean(message.Text("Label"))}",
        "link" => TextCleaner.Clean($"〔链接〕{message.Text("Title")} {message.Text("Url")}"),
        _ => TextCleaner.Clean(message.Content) is { Length: > 0 } other ? other : $"〔{message.Type} 类消息〕",
    };

    /// <summary>The citizen's own words, spoken ones included.</summary>
    private static string WordsOf(IReadOnlyList<WeChatMessage> messages)
    {
        var words = new StringBuilder();
        foreach (var message in messages)
        {
            if (TextCleaner.Clean(message.Type == "voice" ? message.Text("Recognition") : message.Content) is { Length: > 0 } said)
            {
                words.Append(words.Length > 0 ? "\n" : "").Append(said);
            }
        }

        return words.ToString();
    }

    [GeneratedRegex("[0-9一二三四五六七八九十]+ ?(年|月|日|号|点|时|天|周|个月|小时)|今天|昨天|前天|今早|上午|下午|晚上|夜里|凌晨|早上|最近|一直|长期|经常|每天|刚才|刚刚|现在|上周|去年", RegexOptions.CultureInvariant)]
    private static partial Regex TimeWords();

    [GeneratedRegex("路|街|巷|村|镇|乡|县|区|市|号楼|单元|小区|社区|广场|学校|医院|公园|大厦|门口|桥|站", RegexOptions.CultureInvariant)]
    private static partial Regex PlaceWords();
}

using System.Globalization;

namespace Hotline.Intake.Messages;

/// <summary>
/// A pushed message or event: its fields by name, nested ones by path (<c>SendLocationInfo.Label</c>), as text, exactly as they came. The platform adds fields and
/// types at will, so nothing is demanded here but who wrote.
/// </summary>
public sealed class WeChatMessage(IReadOnlyDictionary<string, string> fields)
{
    /// <summary>The account written to: <c>gh_…</c>.</summary>
    public string To => Text("ToUserName");

    /// <summary>The citizen's openid: personal, never logged.</summary>
    public string From => Text("FromUserName");

    /// <summary>text, image, voice, video, shortvideo, location, link, event, or one not known yet; lower case.</summary>
    public string Type => Text("MsgType").ToLowerInvariant();

    /// <summary>The event's name in lower case: the platform writes both SCAN and scan.</summary>
    public string Event => Text("Event").ToLowerInvariant();

    public string EventKey => Text("EventKey");

    public string Content => Text("Content");

    /// <summary>Under which the platform keeps a photo, a recording or a video for three days; empty when it is none.</summary>
    public string MediaId => Type is "image" or "voice" or "video" or "shortvideo" ? Text("MediaId") : "";

    /// <summary>The platform's time; null when it is none. Unix seconds.</summary>
    public DateTimeOffset? CreatedAt =>
        long.TryParse(Text("CreateTime"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 32_503_680_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>
    /// What tells repeats, as wide as the platform needs: two events of one citizen may share a second, and a message's number is not promised to be unique alone.
    /// </summary>
    public string Key => MessageId.Length > 0
        ? $"m/{MessageId}/{Text("CreateTime")}/{From}"
        : $"e/{Text("CreateTime")}/{From}/{Event}/{EventKey}/{Text("UserCardCode")}";

    /// <summary>Latitude and longitude of a location message, GCJ-02; null when it is none.</summary>
    public (double Latitude, double Longitude)? Location => Number("Location_X") is { } latitude && Number("Location_Y") is { } longitude
        && latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180 && (latitude, longitude) != (0, 0)
            ? (latitude, longitude) : null;

    // Some events bear MsgID, all messages MsgId.
    private string MessageId => Text("MsgId") is { Length: > 0 } id ? id : Text("MsgID");

    /// <returns>Empty when there is no such field.</returns>
    public string Text(string name) => fields.TryGetValue(name, out var value) ? value : "";

    private double? Number(string name) => double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}

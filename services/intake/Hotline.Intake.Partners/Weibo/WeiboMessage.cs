using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hotline.Intake.Messages;

namespace Hotline.Intake.Partners.Weibo;

/// <summary>A message to the account, from Weibo's JSON or, where that is chosen on the platform, WeChat's XML.</summary>
/// <param name="Id">Tells repeats: a hash of who, when and what, for Weibo's JSON has no number.</param>
/// <param name="Type">text, image, voice, position, event …, lower case.</param>
/// <param name="Subtype">Of an event: follow, unfollow, subscribe …</param>
/// <param name="At">The platform's clock; null when it told none that can be read.</param>
public sealed record WeiboMessage(string Id, string From, string To, string Type, string Subtype, string Text, DateTimeOffset? At, Coordinate? Point)
{
    private const string TimeFormat = "ddd MMM dd HH:mm:ss zzz yyyy"; // Mon Jul 16 18:09:20 +0800 2012

    /// <returns>Null when the fields are not of a message.</returns>
    public static WeiboMessage? Read(WeChatMessage fields, bool json, ReadOnlySpan<byte> body)
    {
        if (!json)
        {
            var point = fields.Location is { } place ? new Coordinate(place.Latitude, place.Longitude, "gcj02") : (Coordinate?)null;
            return fields.From.Length == 0 || fields.Type.Length == 0 ? null
                : new WeiboMessage(IdOf(Encoding.UTF8.GetBytes(fields.Key)), fields.From, fields.To, fields.Type, fields.Event, fields.Content, fields.CreatedAt, point);
        }

        var (sender, type) = (fields.Text("sender_id"), fields.Text("type").ToLowerInvariant());
        return sender.Length is 0 or > 64 || type.Length == 0 ? null : new WeiboMessage(
            IdOf(body), sender, fields.Text("receiver_id"), type, fields.Text("data.subtype").ToLowerInvariant(), fields.Text("text"),
            DateTimeOffset.TryParseExact(fields.Text("created_at"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null,
            PointOf(fields));
    }

    /// <summary>A text back, as the platform takes it in the answer to a JSON push: the message is JSON, URL-encoded, within JSON.</summary>
    public string Answer(string text)
    {
        var data = $$"""{"text":"{{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}}"}""";
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("result", true);
            writer.WriteString("sender_id", To);
            writer.WriteString("receiver_id", From);
            writer.WriteString("type", "text");
            writer.WriteString("data", Uri.EscapeDataString(data));
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static Coordinate? PointOf(WeChatMessage fields) =>
        double.TryParse(fields.Text("data.latitude"), NumberStyles.Float, CultureInfo.InvariantCulture, out var latitude)
        && double.TryParse(fields.Text("data.longitude"), NumberStyles.Float, CultureInfo.InvariantCulture, out var longitude)
        && Coordinate.IsPlace(latitude, longitude) ? new Coordinate(latitude, longitude, "gcj02") : null;

    private static string IdOf(ReadOnlySpan<byte> what) => Convert.ToHexStringLower(SHA256.HashData(what))[..32];
}

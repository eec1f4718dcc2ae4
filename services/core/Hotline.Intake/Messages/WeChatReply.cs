using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hotline.Intake.Messages;

/// <summary>Passive replies: what stands in the answer to a push, as XML to an XML push and as JSON to a JSON one.</summary>
public static class WeChatReply
{
    /// <summary>Tells the platform that all is well and there is nothing to say.</summary>
    public const string Nothing = "success";

    /// <summary>The most bytes of a text; the platform refuses more.</summary>
    public const int MostBytes = 2048;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text to who wrote <paramref name="message"/>, cut to what the platform takes.</summary>
    public static string Of(WeChatMessage message, string text, DateTimeOffset at, bool json) => Write(json,
        ("ToUserName", message.From, true),
        ("FromUserName", message.To, true),
        ("CreateTime", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), false),
        ("MsgType", "text", true),
        ("Content", Cut(text), true));

    /// <summary>A reply of safe mode around the frame of the plain one.</summary>
    public static string Sealed(string encrypted, string token, DateTimeOffset at, string nonce, bool json)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return Write(json,
            ("Encrypt", encrypted, true), ("MsgSignature", WeChatSignature.Of(token, timestamp, nonce, encrypted), true), ("TimeStamp", timestamp, false), ("Nonce", nonce, true));
    }

    private static string Write(bool json, params (string Name, string Value, bool Quoted)[] fields)
    {
        if (!json)
        {
            return $"<xml>{string.Concat(fields.Select(field => field.Quoted
                ? $"<{field.Name}><![CDATA[{field.Value.Replace("]]>", "]]]]><![CDATA[>", StringComparison.Ordinal)}]]></{field.Name}>"
                : $"<{field.Name}>{field.Value}</{field.Name}>"))}</xml>";
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable))
        {
            writer.WriteStartObject();
            foreach (var (name, value, quoted) in fields)
            {
                if (quoted)
                {
                    writer.WriteString(name, value);
                }
                else
                {
                    writer.WriteNumber(name, long.Parse(value, CultureInfo.InvariantCulture));
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Cut(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MostBytes)
        {
            return text;
        }

        var kept = new StringBuilder();
        var bytes = Encoding.UTF8.GetByteCount("…");
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MostBytes)
            {
                break;
            }

            kept.Append(rune);
        }

        return kept.Append('…').ToString();
    }
}

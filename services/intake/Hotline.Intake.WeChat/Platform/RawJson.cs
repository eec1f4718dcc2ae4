using System.Globalization;
using System.Text;

namespace Hotline.Intake.WeChat.Platform;

/// <summary>JSON strings in plain UTF-8: the platform refuses \uXXXX with 40033, and .NET's own encoders write 😀 so, even the relaxed one.</summary>
internal static class RawJson
{
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes()) // half a surrogate pair becomes U+FFFD
        {
            _ = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted, // no text has need of them, and raw they are no JSON
                _ => quoted.Append(CultureInfo.InvariantCulture, $"{rune}"),
            };
        }

        return quoted.Append('"').ToString();
    }
}

namespace Hotline.Intake.Email.Mime;

/// <summary>A media type with its parameters.</summary>
/// <param name="Type">Lower case, such as text.</param>
/// <param name="Subtype">Lower case, such as plain.</param>
public sealed record ContentType(string Type, string Subtype, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The decoded parameter of this name in any case; null when it is not there.</summary>
    public string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <summary>Type and subtype, such as text/plain.</summary>
    public string MediaType => $"{Type}/{Subtype}";

    /// <param name="text">The field's unfolded text.</param>
    /// <param name="fallback">The media type when the field says nothing readable.</param>
    public static ContentType Parse(string text, string fallback = "text/plain")
    {
        var field = ParameterDecoder.Parse(text);
        var slash = field.Value.IndexOf('/', StringComparison.Ordinal);
        var (type, subtype) = slash < 0 ? (field.Value, "") : (field.Value[..slash].Trim(), field.Value[(slash + 1)..].Trim());
        if (type is "multipart" && subtype.Length == 0)
        {
            subtype = "mixed";
        }

        if (!IsToken(type) || !IsToken(subtype))
        {
            slash = fallback.IndexOf('/', StringComparison.Ordinal);
            (type, subtype) = (fallback[..slash], fallback[(slash + 1)..]);
        }

        return new ContentType(type, subtype, field.Parameters);
    }

    private static bool IsToken(string text) => text.Length is > 0 and <= 127 && text.All(letter => letter is > ' ' and < (char)127 and not ('/' or ';' or '"' or '<' or '>'));
}

using System.Text;

namespace Hotline.Intake.Email.Mime;

/// <summary>One header field: its bytes as sent, and its text once somebody asks.</summary>
public sealed class MimeHeader
{
    private string? _text;

    internal MimeHeader(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> raw)
    {
        Name = Encoding.Latin1.GetString(name.Span);
        Raw = raw;
    }

    /// <summary>As written, without the colon. Compare it without regard to case.</summary>
    public string Name { get; }

    /// <summary>What follows the colon, folds and all.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>Unfolded, encoded words decoded, without control characters, trimmed.</summary>
    public string Text => _text ??= HeaderDecoder.Decode(Raw.Span);

    /// <summary>Unfolded text whose encoded words still stand: what structured fields are parsed from, so that nothing encoded can pass for structure.</summary>
    public string Undecoded => HeaderDecoder.Unfold(Raw.Span);

    public override string ToString() => $"{Name}: {Text}";
}

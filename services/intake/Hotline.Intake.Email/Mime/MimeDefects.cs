namespace Hotline.Intake.Email.Mime;

/// <summary>What is wrong with an entity. None of it stops the reading.</summary>
[Flags]
public enum MimeDefects
{
    /// <summary>Nothing found wrong so far; bodies are judged when they are decoded.</summary>
    None = 0,

    /// <summary>A multipart ends without its closing delimiter.</summary>
    MissingFinalBoundary = 1,

    /// <summary>A multipart names no boundary: it is kept undivided.</summary>
    MissingBoundary = 2,

    /// <summary>A line among the header fields is none; it was skipped.</summary>
    MalformedHeader = 4,

    /// <summary>The body begins without an empty line before it.</summary>
    MissingHeaderSeparator = 8,

    /// <summary>The entity ends within its header.</summary>
    EndsInHeader = 16,

    /// <summary>Something that is no base64 stands among it. Known once the body was decoded.</summary>
    BadBase64 = 32,

    /// <summary>An equals sign is followed by no two hexadecimal digits. Known once the body was decoded.</summary>
    BadQuotedPrintable = 64,

    /// <summary>No uuencoded lines, or a broken one. Known once the body was decoded.</summary>
    BadUuencode = 128,

    /// <summary>The transfer encoding is none we know: the body is left as sent.</summary>
    UnknownTransferEncoding = 256,

    /// <summary>Nested deeper than <see cref="MimeLimits.Depth"/>: kept undivided.</summary>
    DepthLimit = 512,

    /// <summary>More parts than <see cref="MimeLimits.Parts"/>: the rest is unread.</summary>
    PartLimit = 1024,

    /// <summary>More or longer header fields than allowed: the rest is unread.</summary>
    HeaderLimit = 2048,

    /// <summary>An enclosed message would exceed <see cref="MimeLimits.DecodedBytes"/>: not opened.</summary>
    DecodedLimit = 4096,
}

namespace Hotline.Intake.Email.Mime;

/// <summary>How a body was made fit for transfer.</summary>
public enum TransferEncoding
{
    /// <summary>7bit, 8bit, binary, or not stated: the body is as it is.</summary>
    Identity,

    /// <summary>Four letters for every three bytes (RFC 2045, 6.8).</summary>
    Base64,

    /// <summary>ASCII as it is, all else as an equals sign and two hexadecimal digits (RFC 2045, 6.7).</summary>
    QuotedPrintable,

    /// <summary>The encoding of Unix mail before MIME, as x-uuencode.</summary>
    Uuencode,

    /// <summary>A name we do not know: the body is left as it is.</summary>
    Unknown,
}

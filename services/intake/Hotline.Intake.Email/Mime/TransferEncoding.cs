namespace Hotline.Intake.Email.Mime;

/// <summary>How a body was made fit for transfer.</summary>
public enum TransferEncoding
{
    /// <summary>7bit, 8bit, binary, or not stated: the body is as it is.</summary>
    Identity,
    Base64,
    QuotedPrintable,
    Uuencode,

    /// <summary>A name we do not know: the body is left as it is.</summary>
    Unknown,
}

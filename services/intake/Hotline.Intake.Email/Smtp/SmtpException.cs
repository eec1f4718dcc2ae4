namespace Hotline.Intake.Email.Smtp;

/// <summary>How far a conversation had come.</summary>
internal enum SmtpStep
{
    /// <summary>Connecting, greeting, encrypting, logging in: nothing of the message was said.</summary>
    Login,

    /// <summary>The sender was named.</summary>
    Sender,

    /// <summary>The receiver was named.</summary>
    Receiver,

    /// <summary>The message was sent, but not its end.</summary>
    Message,

    /// <summary>The message was sent whole: from here on the server may have taken it.</summary>
    End,
}

/// <summary>The server refused. Its words may repeat an address, so only its codes are here.</summary>
/// <param name="code">Three digits; 4xx for now, 5xx for good.</param>
/// <param name="status">The enhanced status code (RFC 3463), <c>5.1.1</c>; null when there is none.</param>
internal sealed class SmtpRefusedException(SmtpStep step, int code, string? status) : Exception($"{code}{(status is null ? "" : $" {status}")}")
{
    public SmtpStep Step { get; } = step;

    public bool IsFinal { get; } = code >= 500;
}

/// <summary>The server was not reached, hung up, fell silent, or did not keep to the protocol.</summary>
internal sealed class SmtpAwayException(SmtpStep step, string message, Exception? inner = null) : IOException(message, inner)
{
    public bool MayHaveActed { get; } = step is SmtpStep.End;
}

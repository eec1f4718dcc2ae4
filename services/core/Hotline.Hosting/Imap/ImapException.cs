namespace Hotline.Hosting;

/// <summary>The server did not keep to the protocol, refused, or fell silent: the connection is given up. The message names no citizen.</summary>
public sealed class ImapException(string message) : IOException(message)
{
    /// <summary>The server does not know our password: asking often would lock the mailbox.</summary>
    public bool IsLoginRefused { get; init; }
}

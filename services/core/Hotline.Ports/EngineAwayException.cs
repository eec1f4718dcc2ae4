namespace Hotline.Ports;

/// <summary>
/// A store or broker cannot be reached or written just now. It says nothing about the work at hand: wait and do the same again.
/// Receivers answer 503 with Retry-After; handlers pause without counting a try.
/// </summary>
public sealed class EngineAwayException : Exception
{
    public EngineAwayException()
    {
    }

    public EngineAwayException(string message)
        : base(message)
    {
    }

    public EngineAwayException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Set when the disk has no room left: receivers answer 507.</summary>
    public bool DiskFull { get; init; }
}

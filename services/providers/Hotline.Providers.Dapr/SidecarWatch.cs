using Microsoft.Extensions.Logging;

namespace Hotline.Providers.Dapr;

/// <summary>Says in one line when somebody has to wait for the sidecar, and in one when it goes on.</summary>
internal sealed partial class SidecarWatch(ILogger logger, string client)
{
    private readonly Lock _gate = new();
    private volatile string? _waitsFor;

    /// <summary>The sidecar is away, or something else is in the way; another reason than before is told too.</summary>
    public void Waits(string reason)
    {
        lock (_gate)
        {
            if (_waitsFor == reason)
            {
                return;
            }

            _waitsFor = reason;
        }

        LogWaits(logger, client, reason);
    }

    public void GoesOn()
    {
        if (_waitsFor is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_waitsFor is null)
            {
                return;
            }

            _waitsFor = null;
        }

        LogGoesOn(logger, client);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Client} waits for Dapr: {Reason}")]
    private static partial void LogWaits(ILogger logger, string client, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Client} goes on")]
    private static partial void LogGoesOn(ILogger logger, string client);
}

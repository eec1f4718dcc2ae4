namespace Hotline.ContractTests.Channels;

/// <summary>The system's clock, set forward by the test; timers run as always.</summary>
public sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}

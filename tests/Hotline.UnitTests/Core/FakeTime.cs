namespace Hotline.UnitTests.Core;

/// <summary>A clock that stands still until the test moves it.</summary>
internal sealed class FakeTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero); // Monday 09:00 in +08:00

    public override DateTimeOffset GetUtcNow() => Now;
}

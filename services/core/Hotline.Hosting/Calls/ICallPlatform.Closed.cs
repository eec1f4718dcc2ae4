using Hotline.Intake.Calls;

namespace Hotline.Hosting;

/// <summary>No platform: an order ends with the commit that stores it, and a person calls.</summary>
internal sealed class ClosedCallPlatform(string missing) : ICallPlatform
{
    public string? Missing => missing;

    public TimeSpan AskEvery => TimeSpan.FromMinutes(1);

    public ValueTask<CallPlacement> PlaceAsync(OutgoingCall call, CancellationToken cancellation) => new(new CallPlacement.Away("没有外呼平台。"));

    public ValueTask<CallKnowledge> AskAsync(string call, CancellationToken cancellation) => new(new CallKnowledge.Away("没有外呼平台。"));
}

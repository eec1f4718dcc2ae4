using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Providers.Dapr;

/// <summary>An event for one group, while the sidecar waits for the answer.</summary>
internal sealed class DaprMessage(string topic, CloudEvent envelope) : LogMessage
{
    private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _revoked = new();

    public override string Topic => topic;

    public override CloudEvent Event => envelope;

    public override CancellationToken Revoked => _revoked.Token;

    /// <summary>True once settled, false once revoked; whichever came first.</summary>
    public Task<bool> Answer => _answer.Task;

    public override void Settle() => _answer.TrySetResult(true);

    /// <summary>The sidecar will deliver it again, here or elsewhere.</summary>
    public void Revoke()
    {
        if (_answer.TrySetResult(false))
        {
            _revoked.Cancel();
        }
    }
}

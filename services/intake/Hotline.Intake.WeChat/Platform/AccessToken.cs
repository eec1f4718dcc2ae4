namespace Hotline.Intake.WeChat.Platform;

/// <summary>The account's access token and its one owner: two who fetch it would spend each other's. Kept until shortly before its end, fetched by one at a time.</summary>
/// <param name="fetch">Asks the platform; true to have the token in use replaced.</param>
internal sealed class AccessToken(Func<bool, CancellationToken, Task<PlatformAnswer>> fetch, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    /// <summary>The platform takes force no more often.</summary>
    private static readonly TimeSpan BetweenForce = TimeSpan.FromSeconds(31);

    private readonly SemaphoreSlim _one = new(1);
    private string? _value;
    private DateTimeOffset _until;
    private DateTimeOffset _forcedAt = DateTimeOffset.MinValue;

    /// <exception cref="PlatformException">There is none to be had.</exception>
    public async Task<string> GetAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            return _value is { } value && time.GetUtcNow() < _until ? value : await FetchAsync(force: false, cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A token in place of one the platform holds for spent. Who comes while another renews gets his.</summary>
    /// <exception cref="PlatformException">There is none to be had.</exception>
    public async Task<string> RenewAsync(string spent, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_value is { } value && value != spent)
            {
                return value;
            }

            _value = null;
            if (await FetchAsync(force: false, cancellation) is var fresh && fresh != spent)
            {
                return fresh;
            }

            _value = null;
            if (time.GetUtcNow() - _forcedAt < BetweenForce)
            {
                throw new PlatformException(PlatformTrouble.TokenSpent, "The platform holds the token it gives for spent.");
            }

            _forcedAt = time.GetUtcNow();
            return await FetchAsync(force: true, cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<string> FetchAsync(bool force, CancellationToken cancellation)
    {
        var answer = await fetch(force, cancellation);
        if (answer.AccessToken is not { Length: > 0 } value)
        {
            // 40001 means here that the secret is wrong, not the token.
            throw answer.Errcode is 40001 or 40125 ? new PlatformException(PlatformTrouble.NotAllowed, $"errcode {answer.Errcode}") : PlatformException.Of(answer.Errcode);
        }

        var life = TimeSpan.FromSeconds(Math.Clamp(answer.ExpiresIn, 1, 7200));
        _until = time.GetUtcNow() + (life > 2 * Early ? life - Early : life / 2);
        return _value = value;
    }
}

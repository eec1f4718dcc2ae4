using System.Security.Cryptography;
using System.Threading.RateLimiting;

namespace Hotline.SupervisionLine.Reports;

/// <summary>What a proof is checked against. The code has 100 bits, so one cheap PBKDF2 is enough: it keeps whoever reads the store from asking as the reporter.</summary>
public sealed record CodeVerifier(string Salt, string Hash);

/// <summary>Checks proofs, a few at once; a report that is not there takes as long as one that is.</summary>
internal sealed class CodeChecks(int atOnce) : IDisposable
{
    private const int Rounds = 10_000;
    private const int Bytes = 32;
    private const int MostWaiting = 256;
    private static readonly CodeVerifier Nobody = new(Convert.ToBase64String(new byte[16]), Convert.ToBase64String(new byte[Bytes]));
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = MostWaiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    /// <returns>Null when too many wait already.</returns>
    public async ValueTask<CodeVerifier?> MakeAsync(byte[] proof, CancellationToken cancellation)
    {
        using var turn = await _limiter.AcquireAsync(1, cancellation);
        var salt = RandomNumberGenerator.GetBytes(16);
        return turn.IsAcquired ? new CodeVerifier(Convert.ToBase64String(salt), Convert.ToBase64String(Hash(proof, salt))) : null;
    }

    /// <param name="verifier">Null when there is no such report.</param>
    /// <returns>Whether the proof is right; null when too many wait already.</returns>
    public async ValueTask<bool?> HoldsAsync(byte[] proof, CodeVerifier? verifier, CancellationToken cancellation)
    {
        using var turn = await _limiter.AcquireAsync(1, cancellation);
        if (!turn.IsAcquired)
        {
            return null;
        }

        var against = verifier ?? Nobody;
        return CryptographicOperations.FixedTimeEquals(Hash(proof, Convert.FromBase64String(against.Salt)), Convert.FromBase64String(against.Hash)) && verifier is not null;
    }

    public void Dispose() => _limiter.Dispose();

    private static byte[] Hash(byte[] proof, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(proof, salt, Rounds, HashAlgorithmName.SHA256, Bytes);
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.SupervisionLine.Sealing;

/// <summary>
/// One of the two halves of the escrow key's private number: random bytes, and those bytes XOR the number. Either alone is random and tells nothing
/// of it, whatever one can compute; both together are the key.
/// </summary>
/// <param name="Half">1 or 2.</param>
/// <param name="Key">The public half of the key, to know what belongs together.</param>
/// <param name="Secret">32 bytes, base64url.</param>
/// <param name="Checksum">SHA-256 over the half, hex: a stick that lost a bit is noticed before the other person was called.</param>
public sealed record EscrowHalf(int Half, P256Key Key, string Secret, string Checksum)
{
    private const int Bytes = 32;

    /// <param name="key">With its private half.</param>
    public static (EscrowHalf First, EscrowHalf Second) Split(P256Key key)
    {
        var number = Base64Url.DecodeFromChars(key.D ?? throw new ArgumentException("The key has no private half.", nameof(key)));
        var first = RandomNumberGenerator.GetBytes(Bytes);
        var second = Xor(first, number);
        return (Of(1, key.ToPublic(), first), Of(2, key.ToPublic(), second));
    }

    /// <exception cref="CryptographicException">Damaged, twice the same half, or of two keys.</exception>
    public static P256Key Join(EscrowHalf one, EscrowHalf other)
    {
        foreach (var half in new[] { one, other })
        {
            if (!half.IsSound())
            {
                throw new CryptographicException($"Half {half.Half} is damaged: its checksum does not hold. Take the second copy of its keeper.");
            }
        }

        if (one.Half == other.Half || one.Key != other.Key)
        {
            throw new CryptographicException("These are not the two halves of one key: one must be half 1, the other half 2, both of the same public key.");
        }

        var key = one.Key with { D = Base64Url.EncodeToString(Xor(Base64Url.DecodeFromChars(one.Secret), Base64Url.DecodeFromChars(other.Secret))) };
        return key.IsSound() ? key : throw new CryptographicException("The two halves do not make up the private half of their key: one is of another escrow.");
    }

    public bool IsSound() => Half is 1 or 2 && Key.D is null && Key.IsSound() && Base64Url.IsValid(Secret, out var length) && length == Bytes && Checksum == ChecksumOf(Half, Key, Secret);

    /// <summary>What a log or a list shows of it: never the secret.</summary>
    public override string ToString() => $"{Half} of {Key.Thumbprint()}";

    private static EscrowHalf Of(int half, P256Key key, byte[] secret) => new(half, key, Base64Url.EncodeToString(secret), ChecksumOf(half, key, Base64Url.EncodeToString(secret)));

    private static string ChecksumOf(int half, P256Key key, string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"hotline-escrow-{half}\n{key.Thumbprint()}\n{secret}")));

    private static byte[] Xor(byte[] one, byte[] other) => [.. one.Zip(other, (a, b) => (byte)(a ^ b))];
}

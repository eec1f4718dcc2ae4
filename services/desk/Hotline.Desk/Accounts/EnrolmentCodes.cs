using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.Desk.Accounts;

/// <summary>
/// One-time codes by which a person takes possession of his account: when it was issued and a MAC over that and the account, so that one can be made on
/// the machine beside a running server. It serves once, because the credential remembers the time of the code that opened it.
/// </summary>
internal sealed class EnrolmentCodes(byte[] key, TimeProvider time)
{
    private const int TimeBytes = 8;
    private const int CodeBytes = 20;
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public string Issue(string account)
    {
        Span<byte> code = stackalloc byte[CodeBytes];
        BinaryPrimitives.WriteInt64BigEndian(code, time.GetUtcNow().ToUnixTimeMilliseconds());
        MacOf(account, code[..TimeBytes]).CopyTo(code[TimeBytes..]);
        return Base32.Grouped(Base32.Encode(code));
    }

    /// <returns>When it was issued; null for a code that is not of this account, or too old.</returns>
    public DateTimeOffset? Read(string account, string code)
    {
        if (Base32.Decode(code) is not { Length: CodeBytes } bytes || !CryptographicOperations.FixedTimeEquals(MacOf(account, bytes.AsSpan(0, TimeBytes)), bytes.AsSpan(TimeBytes)))
        {
            return null;
        }

        var at = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes));
        return at + Life > time.GetUtcNow() ? at : null;
    }

    private byte[] MacOf(string account, ReadOnlySpan<byte> at) => HMACSHA256.HashData(key, (byte[])[.. at, .. Encoding.UTF8.GetBytes(account)])[..(CodeBytes - TimeBytes)];
}

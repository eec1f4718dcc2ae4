using System.Security.Cryptography;
using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>
/// The query code 提取码 that goes with a number: 50 bits of HMAC-SHA-256 over the appeal's id, in Crockford's base32. Never stored: it is
/// computed again to repeat or to check. With <see cref="CodeAttempts"/> guessing is hopeless.
/// </summary>
public sealed class QueryCodes(byte[] receiptKey)
{
    public const int Length = 10;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private readonly KeyedHash _hash = new(receiptKey);

    public string For(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        Span<byte> mac = stackalloc byte[KeyedHash.Bytes];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        _hash.Of(bytes, mac);
        return string.Create(Length, System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(mac), static (code, bits) =>
        {
            for (var i = 0; i < code.Length; i++, bits <<= 5)
            {
                code[i] = Alphabet[(int)(bits >> 59)];
            }
        });
    }

    /// <summary>Compares in constant time; forgives case, spaces, dashes, and O, I, L written for 0 and 1.</summary>
    public bool Check(Guid id, ReadOnlySpan<char> given)
    {
        Span<char> plain = stackalloc char[Length];
        var length = 0;
        foreach (var c in given)
        {
            if (c is ' ' or '-')
            {
                continue;
            }

            if (length == Length)
            {
                return false;
            }

            plain[length++] = char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var other => other };
        }

        return CryptographicOperations.FixedTimeEquals(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes<char>(plain), System.Runtime.InteropServices.MemoryMarshal.AsBytes(For(id).AsSpan()));
    }
}

/// <summary>Limits guessing: ten wrong codes for a number close it for an hour. In memory: a restart forgives, and guesses are few between restarts.</summary>
public sealed class CodeAttempts(TimeProvider time)
{
    private const int MostWrong = 10;
    private const int MostNumbers = 100_000;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, (int Wrong, DateTimeOffset Since)> _wrong = [];
    private DateTimeOffset _sweptAt;

    public bool IsClosed(string number)
    {
        lock (_wrong)
        {
            return _wrong.TryGetValue(number, out var entry) && entry.Wrong >= MostWrong && time.GetUtcNow() - entry.Since < Window;
        }
    }

    public void Wrong(string number)
    {
        var now = time.GetUtcNow();
        lock (_wrong)
        {
            if (_wrong.Count >= MostNumbers && now - _sweptAt >= SweepEvery)
            {
                _sweptAt = now;
                foreach (var old in _wrong.Where(entry => now - entry.Value.Since >= Window).Select(entry => entry.Key).ToList())
                {
                    _wrong.Remove(old);
                }
            }

            _wrong[number] = _wrong.TryGetValue(number, out var entry) && now - entry.Since < Window ? (entry.Wrong + 1, entry.Since) : (1, now);
        }
    }
}

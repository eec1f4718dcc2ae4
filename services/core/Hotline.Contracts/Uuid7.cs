using System.Buffers.Binary;

namespace Hotline.Contracts;

/// <summary>Where new ids come from; injectable, so that tests are repeatable.</summary>
public interface IIdSource
{
    /// <summary>A new id, greater (as big-endian bytes) than every earlier one of this process.</summary>
    Guid Next();
}

/// <summary>
/// UUIDv7 (RFC 9562) that rises strictly within the process: 48 bits of milliseconds, a counter in the 12 bits after the version
/// (method 1 of section 6.2, spilling into the clock), and 62 random bits. <see cref="Guid"/>'s own is out of order within a millisecond.
/// An id shows when it was made, so none ever leaves the system.
/// </summary>
public sealed class Uuid7(TimeProvider time, Action<Span<byte>>? fillRandom = null) : IIdSource
{
    private readonly Action<Span<byte>> _fillRandom = fillRandom ?? RandomBytes.Fill;
    private long _last; // milliseconds << 12 | counter

    public Guid Next()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() << 12;
        long last, next;
        do
        {
            last = Volatile.Read(ref _last);
            next = Math.Max(now, last + 1);
        }
        while (Interlocked.CompareExchange(ref _last, next, last) != last);

        Span<byte> bytes = stackalloc byte[16];
        _fillRandom(bytes[8..]);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)next >> 12 << 16) | 0x7000u | ((ulong)next & 0xFFF));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}

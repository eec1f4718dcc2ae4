using System.Security.Cryptography;
using Hotline.Ports;

namespace Hotline.UnitTests.Core;

public sealed class KeyedHashTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void It_is_the_HMAC_of_the_same_key_whatever_was_hashed_before_and_on_whichever_thread()
    {
        var hash = new KeyedHash(Key);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            Span<byte> given = stackalloc byte[KeyedHash.Bytes];
            for (var length = 0; length < 300; length++)
            {
                var data = new byte[length];
                data.AsSpan().Fill((byte)thread);
                hash.Of(data, given);
                Assert.Equal(HMACSHA256.HashData(Key, data), given.ToArray());
            }
        });
    }

    [Fact]
    public void Who_gives_too_little_room_leaves_nothing_behind_for_the_next()
    {
        var hash = new KeyedHash(Key);
        Assert.Throws<ArgumentOutOfRangeException>(() => hash.Of("one"u8, new byte[KeyedHash.Bytes - 1]));
        var given = new byte[KeyedHash.Bytes];
        hash.Of("two"u8, given);
        Assert.Equal(HMACSHA256.HashData(Key, "two"u8), given);
    }
}

using System.Security.Cryptography;
using System.Text;
using FsCheck.Fluent;
using Hotline.Hosting;

namespace Hotline.UnitTests.Core;

public sealed class ServiceKeysTests : IDisposable
{
    private static readonly byte[] Context = [1, 2, 3];
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes("测试者 +86 000 0000 0000");
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_sealed_opens_again_also_after_a_restart()
    {
        var sealedBytes = new ServiceKeys(_folder).Sealer("intake-app", "contacts").Seal(Plain, Context);
        Assert.Equal(Plain, new ServiceKeys(_folder).Sealer("intake-app", "contacts").Open(sealedBytes, Context));
        Assert.Equal(-1, sealedBytes.AsSpan().IndexOf(Plain.AsSpan(0, 4)));
    }

    [Fact]
    public void The_same_text_is_sealed_differently_each_time()
    {
        var sealer = new ServiceKeys(_folder).Sealer("intake-app", "contacts");
        Assert.NotEqual(sealer.Seal(Plain, Context), sealer.Seal(Plain, Context));
    }

    [Fact]
    public void Another_context_purpose_service_or_key_does_not_open_it()
    {
        var keys = new ServiceKeys(_folder);
        var sealedBytes = keys.Sealer("intake-app", "contacts").Seal(Plain, Context);
        Assert.ThrowsAny<CryptographicException>(() => keys.Sealer("intake-app", "contacts").Open(sealedBytes, [1, 2, 4]));
        Assert.ThrowsAny<CryptographicException>(() => keys.Sealer("intake-app", "contacts").Open(sealedBytes, []));
        Assert.ThrowsAny<CryptographicException>(() => keys.Sealer("intake-app", "originals").Open(sealedBytes, Context));
        Assert.ThrowsAny<CryptographicException>(() => keys.Sealer("intake-email", "contacts").Open(sealedBytes, Context));
        Assert.ThrowsAny<CryptographicException>(() => new ServiceKeys(Path.Combine(_folder, "other")).Sealer("intake-app", "contacts").Open(sealedBytes, Context));
    }

    [Fact]
    public void A_single_changed_bit_and_a_cut_are_noticed()
    {
        var sealer = new ServiceKeys(_folder).Sealer("intake-app", "contacts");
        var sealedBytes = sealer.Seal(Plain, Context);
        for (var bit = 0; bit < sealedBytes.Length * 8; bit++)
        {
            var changed = sealedBytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.ThrowsAny<CryptographicException>(() => sealer.Open(changed, Context));
        }

        for (var length = 0; length < sealedBytes.Length; length++)
        {
            Assert.ThrowsAny<CryptographicException>(() => sealer.Open(sealedBytes.AsSpan(0, length), Context));
        }
    }

    [Fact]
    public void Any_bytes_come_back_as_they_were()
    {
        var sealer = new ServiceKeys(_folder).Sealer("intake-app", "contacts");
        Fuzz.Holds(
            Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().Two(),
            pair => sealer.Open(sealer.Seal(pair.Item1, pair.Item2), pair.Item2).SequenceEqual(pair.Item1),
            tests: 300);
    }

    [Fact]
    public void One_sealer_serves_many_threads()
    {
        var sealer = new ServiceKeys(_folder).Sealer("intake-app", "contacts");
        Parallel.For(0, 2000, i => Assert.Equal(BitConverter.GetBytes(i), sealer.Open(sealer.Seal(BitConverter.GetBytes(i), Context), Context)));
    }

    [Fact]
    public void Only_the_owner_may_read_a_key_file()
    {
        _ = new ServiceKeys(_folder).Derive("intake-app", "receipts");
        var file = Assert.Single(Directory.GetFiles(_folder));
        Assert.Equal("intake-app.key", Path.GetFileName(file));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void Many_that_start_at_once_get_the_same_key_and_leave_one_file()
    {
        for (var round = 0; round < 100; round++)
        {
            var service = $"service-{round}";
            var keys = new byte[16][];
            Parallel.For(0, keys.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i => keys[i] = new ServiceKeys(_folder).Derive(service, "receipts"));
            Assert.All(keys, key => Assert.Equal(keys[0], key));
            Assert.Single(Directory.GetFiles(_folder, service + "*"));
        }
    }

    [Fact]
    public void Keys_differ_by_purpose_and_have_the_length_asked_for()
    {
        var keys = new ServiceKeys(_folder);
        Assert.Equal(keys.Derive("edge", "token"), keys.Derive("edge", "token"));
        Assert.NotEqual(keys.Derive("edge", "token"), keys.Derive("edge", "other"));
        Assert.Equal(16, keys.Derive("edge", "token", 16).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64 at all!")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] // 48 bytes
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")] // 31 bytes
    public void A_damaged_key_file_is_named_with_the_remedy_and_left_as_it_is(string content)
    {
        var file = Path.Combine(_folder, "intake-app.key");
        File.WriteAllText(file, content);
        var failure = Assert.Throws<InvalidOperationException>(() => new ServiceKeys(_folder).Derive("intake-app", "receipts"));
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.Contains("backup", failure.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(file));
    }

    [Fact]
    public void A_line_end_after_the_key_does_no_harm()
    {
        var file = Path.Combine(_folder, "intake-app.key");
        var key = new ServiceKeys(_folder).Derive("intake-app", "receipts");
        File.AppendAllText(file, "\n");
        Assert.Equal(key, new ServiceKeys(_folder).Derive("intake-app", "receipts"));
    }
}

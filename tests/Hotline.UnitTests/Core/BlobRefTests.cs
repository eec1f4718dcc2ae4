using Hotline.Ports;

namespace Hotline.UnitTests.Core;

public sealed class BlobRefTests
{
    private static readonly DateTimeOffset KeptAt = new(2026, 3, 2, 1, 0, 59, TimeSpan.Zero);

    [Fact]
    public void An_address_is_the_millisecond_and_the_hash()
    {
        // 2026-03-02T01:00:59Z in milliseconds; SHA-256 of "abc" is FIPS 180-4's example.
        var address = BlobRef.Of("abc"u8, KeptAt);
        Assert.Equal("019cac100cf8-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", address.Value);
        Assert.Equal(address.Value, address.ToString());
        Assert.Equal(BlobRef.Length, address.Value.Length);
    }

    [Fact]
    public void Its_bytes_sort_like_its_text()
    {
        var addresses = Enumerable.Range(0, 100).Select(i => BlobRef.Of([(byte)i], KeptAt.AddMilliseconds((i * 37) % 91))).ToArray();
        Assert.Equal(
            addresses.OrderBy(a => a.Value, StringComparer.Ordinal).Select(a => a.Value),
            addresses.OrderBy(a => Convert.ToHexString(a.ToBytes()!), StringComparer.Ordinal).Select(a => a.Value));
    }

    [Fact]
    public void An_address_by_the_minute_still_is_one()
    {
        var address = new BlobRef("01c2bf7c-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        Assert.Equal(address.Value.Replace("-", "", StringComparison.Ordinal), Convert.ToHexStringLower(address.ToBytes()!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("019cac100cf8_ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("019cac100cf8-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("019cac100cf8-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ag")]
    [InlineData("019CAC100CF8-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(" 19cac100cf -ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("019cac100cf8-BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("../../../../-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("019cac100cf8-../../../../../../../../../../../../../../../../etc/passwd/////./..")]
    public void What_is_no_address_has_no_bytes(string text) => Assert.Null(new BlobRef(text).ToBytes());

    [Fact]
    public void Hostile_text_never_throws() => Fuzz.Holds(Fuzz.Text, text => new BlobRef(text).ToBytes() is null);
}

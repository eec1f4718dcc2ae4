using System.Security.Cryptography;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Xunit;

namespace Hotline.UnitTests.Supervision;

/// <summary>The receipt code: what it yields, what it forgives, what it unlocks.</summary>
public sealed class ReceiptCodeTests
{
    [Fact]
    public void A_code_has_a_hundred_bits_and_is_read_back_however_it_is_written()
    {
        var code = ReceiptCode.New();
        Assert.Matches("^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){4}$", code.Show());
        foreach (var written in new[] { code.Show(), code.Show().ToLowerInvariant(), code.Show().Replace('-', ' '), code.Show().Replace("-", "\u3000", StringComparison.Ordinal).Replace('0', 'o').Replace('1', 'l') })
        {
            Assert.Equal(code.Locator, ReceiptCode.Read(written)!.Locator);
        }

        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => ReceiptCode.New().Show()).Distinct().Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0000-0000-0000-0000-000")]
    [InlineData("0000-0000-0000-0000-0000-0")]
    [InlineData("0000-0000-0000-0000-000U")]
    [InlineData("0000-0000-0000-0000-000甲")]
    public void What_is_no_code_is_refused(string? written) => Assert.Null(ReceiptCode.Read(written));

    [Fact]
    public void What_a_code_yields_is_apart_for_each_use_and_the_same_each_time()
    {
        var code = ReceiptCode.New();
        var again = ReceiptCode.Read(code.Show())!;
        Assert.Equal((code.Thread, Convert.ToHexString(code.Proof)), (again.Thread, Convert.ToHexString(again.Proof)));
        Assert.NotEqual(code.Locator, code.Proof[..ReceiptCode.LocatorBytes]);
        Assert.NotEqual(code.Locator, ReceiptCode.New().Locator);
    }

    [Fact]
    public void Only_its_own_code_unlocks_a_key()
    {
        var key = P256Key.Generate();
        var code = ReceiptCode.New();
        var locked = code.Lock(key);
        Assert.Equal(key, code.Unlock(locked));
        Assert.ThrowsAny<CryptographicException>(() => ReceiptCode.New().Unlock(locked));
        Assert.ThrowsAny<CryptographicException>(() => code.Unlock("a.b.c"));
    }
}

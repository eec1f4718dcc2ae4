using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.SupervisionLine.Sealing;
using Xunit;

namespace Hotline.UnitTests.Supervision;

/// <summary>The vectors of the RFCs the seal is made of, and what must not open.</summary>
public sealed class SealingVectorTests
{
    // RFC 7518, appendix C.
    private static readonly P256Key Alice = new("EC", "P-256", "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps", "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
    private static readonly P256Key Bob = new("EC", "P-256", "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck", "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");

    [Fact]
    public void The_agreed_key_is_the_one_of_RFC_7518_appendix_C()
    {
        using var ephemeral = Alice.ToKey();
        using var bob = Bob.ToKey();
        using var theirs = bob.PublicKey;
        var key = KeyAgreement.Derive(ephemeral, theirs, "A128GCM", 128, "Alice"u8, "Bob"u8);
        Assert.Equal("VqqN6vgjbSBcIijNcacQGg", System.Buffers.Text.Base64Url.EncodeToString(key));

        using var backwards = Alice.ToPublic().ToKey();
        using var hers = backwards.PublicKey;
        Assert.Equal(key, KeyAgreement.Derive(bob, hers, "A128GCM", 128, "Alice"u8, "Bob"u8));
    }

    [Theory] // RFC 3394, §4.1, §4.2, §4.3, §4.6
    [InlineData("000102030405060708090A0B0C0D0E0F", "00112233445566778899AABBCCDDEEFF", "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5")]
    [InlineData("000102030405060708090A0B0C0D0E0F1011121314151617", "00112233445566778899AABBCCDDEEFF", "96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D")]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "00112233445566778899AABBCCDDEEFF", "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7")]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F", "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21")]
    public void A_key_is_wrapped_as_in_RFC_3394(string wrapping, string key, string wrapped)
    {
        Assert.Equal(wrapped, Convert.ToHexString(AesKeyWrap.Wrap(Convert.FromHexString(wrapping), Convert.FromHexString(key))));
        Assert.Equal(key, Convert.ToHexString(AesKeyWrap.Unwrap(Convert.FromHexString(wrapping), Convert.FromHexString(wrapped))));
    }

    [Fact]
    public void A_wrapped_key_with_one_bit_changed_is_refused()
    {
        var wrapping = RandomNumberGenerator.GetBytes(32);
        var wrapped = AesKeyWrap.Wrap(wrapping, RandomNumberGenerator.GetBytes(32));
        for (var bit = 0; bit < wrapped.Length * 8; bit++)
        {
            var changed = wrapped.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<CryptographicException>(() => AesKeyWrap.Unwrap(wrapping, changed));
        }

        Assert.Throws<CryptographicException>(() => AesKeyWrap.Unwrap(wrapping, wrapped.AsSpan(0, 16)));
        Assert.Throws<ArgumentException>(() => AesKeyWrap.Wrap(wrapping, new byte[9]));
    }

    [Fact]
    public void A_key_is_named_by_its_RFC_7638_thumbprint()
    {
        // Computed by hand from the definition: members in order, no spaces.
        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{Bob.X}}","y":"{{Bob.Y}}"}""";
        Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))), Bob.Thumbprint());
        Assert.Equal(Bob.Thumbprint(), Bob.ToPublic().Thumbprint());
        Assert.DoesNotContain(Bob.D!, Bob.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_recipient_opens_a_letter_and_nobody_else()
    {
        P256Key[] officers = [P256Key.Generate(), P256Key.Generate(), P256Key.Generate()];
        var content = LetterSize.Fill("""{"text":"甲"}"""u8);
        var letter = LetterSealer.Seal(content, LetterKinds.Report, officers.Select(key => key.ToPublic()));
        Assert.All(officers, key => Assert.Equal(content, LetterSealer.Open(letter, LetterKinds.Report, key)));
        Assert.Throws<CryptographicException>(() => LetterSealer.Open(letter, LetterKinds.Report, P256Key.Generate()));
        Assert.Throws<CryptographicException>(() => LetterSealer.Open(letter, LetterKinds.Answer, officers[0])); // of another kind
        Assert.Null(LetterCheck.Wrong(letter, LetterKinds.Report, [.. officers.Select(key => key.Thumbprint())], LetterSize.Largest));

        // Somebody else's name over an officer's share does not help him.
        var stranger = P256Key.Generate();
        var forged = letter with { Recipients = [letter.Recipients[0] with { Header = letter.Recipients[0].Header with { Kid = stranger.Thumbprint() } }] };
        Assert.Throws<CryptographicException>(() => LetterSealer.Open(forged, LetterKinds.Report, stranger));
    }

    [Fact]
    public void A_letter_with_any_part_changed_does_not_open()
    {
        var officer = P256Key.Generate();
        var letter = LetterSealer.Seal(LetterSize.Fill("{}"u8), LetterKinds.Report, [officer.ToPublic()]);
        SealedLetter[] changed =
        [
            letter with { Iv = Flip(letter.Iv) },
            letter with { Tag = Flip(letter.Tag) },
            letter with { Ciphertext = Flip(letter.Ciphertext) },
            letter with { Recipients = [letter.Recipients[0] with { EncryptedKey = Flip(letter.Recipients[0].EncryptedKey) }] },
            letter with { Recipients = [letter.Recipients[0] with { Header = letter.Recipients[0].Header with { Epk = P256Key.Generate().ToPublic() } }] },
            letter with { Protected = System.Buffers.Text.Base64Url.EncodeToString("""{"enc":"A256GCM", "cty":"hotline-report"}"""u8) },
        ];
        Assert.All(changed, other => Assert.ThrowsAny<CryptographicException>(() => LetterSealer.Open(other, LetterKinds.Report, officer)));
    }

    [Fact]
    public void A_point_that_is_not_on_the_curve_is_no_key()
    {
        Assert.True(Bob.IsSound());
        Assert.False((Bob with { Y = Bob.X }).IsSound());
        Assert.False((Bob with { X = "AA" }).IsSound());
        Assert.False((Bob with { Crv = "P-384" }).IsSound());
        Assert.False((Bob with { D = Alice.D }).IsSound());
    }

    [Fact]
    public void A_content_is_filled_to_one_of_a_few_lengths()
    {
        Assert.Equal(4096, LetterSize.Fill("{}"u8).Length);
        Assert.Equal(4096, LetterSize.Fill(new byte[4096]).Length);
        Assert.Equal(32768, LetterSize.Fill(new byte[4097]).Length);
        Assert.Equal(LetterSize.Largest, LetterSize.Fill(new byte[LetterSize.Largest]).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => LetterSize.Fill(new byte[LetterSize.LargestMail + 1]));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(LetterSize.Fill("{}"u8)).RootElement.ValueKind);
    }

    private static string Flip(string text) => (text[0] == 'A' ? 'B' : 'A') + text[1..];
}

using System.Security.Cryptography;
using Hotline.Hosting;

namespace Hotline.UnitTests.Core;

/// <summary>A signature's two numbers as the sequence of ASN.1, held against the framework's own.</summary>
public sealed class EcdsaDerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(0x7f, 0x80)]
    [InlineData(0x80, 0x7f)]
    [InlineData(0xff, 0xff)]
    public void A_number_is_written_without_leading_zeros_and_never_negative(byte firstOfR, byte firstOfS)
    {
        for (var zeros = 0; zeros < 32; zeros++)
        {
            var signature = new byte[64];
            signature[zeros] = firstOfR;
            signature[^1] = firstOfS;
            AssertSame(signature);
        }
    }

    [Fact]
    public void Signatures_made_by_the_framework_come_out_as_it_writes_them_itself()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var hash = SHA256.HashData("诉求"u8);
        for (var i = 0; i < 200; i++)
        {
            var signature = key.SignHash(hash);
            var der = AssertSame(signature);
            Assert.True(key.VerifyHash(hash, der, DSASignatureFormat.Rfc3279DerSequence));
        }
    }

    [Fact]
    public void Zero_is_one_byte()
    {
        Span<byte> der = stackalloc byte[EcdsaDer.MostBytes];
        var length = EcdsaDer.Write(new byte[64], der);
        Assert.Equal("3006020100020100", Convert.ToHexString(der[..length]));
    }

    private static byte[] AssertSame(byte[] signature)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Trimmed(signature.AsSpan(0, 32)));
            writer.WriteIntegerUnsigned(Trimmed(signature.AsSpan(32)));
        }

        var der = new byte[EcdsaDer.MostBytes];
        Array.Resize(ref der, EcdsaDer.Write(signature, der));
        Assert.Equal(writer.Encode(), der);
        return der;
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> number)
    {
        var first = number.IndexOfAnyExcept((byte)0);
        return first < 0 ? number[^1..] : number[first..];
    }
}

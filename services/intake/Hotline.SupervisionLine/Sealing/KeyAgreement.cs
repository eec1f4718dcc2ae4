using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.SupervisionLine.Sealing;

/// <summary>ECDH-ES of RFC 7518 §4.6: a key agreed upon by an ephemeral key and a recipient's, through the Concat KDF of NIST SP 800-56A with SHA-256.</summary>
internal static class KeyAgreement
{
    /// <param name="algorithm">The AlgorithmID: the value of <c>alg</c> where a key wrap follows, else of <c>enc</c>.</param>
    /// <param name="bits">The length of the key, at most 256.</param>
    public static byte[] Derive(ECDiffieHellman own, ECDiffieHellmanPublicKey other, string algorithm, int bits, ReadOnlySpan<byte> partyU = default, ReadOnlySpan<byte> partyV = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 256);
        var secret = own.DeriveRawSecretAgreement(other);
        var input = new MemoryStream();
        Number(input, 1); // one round yields 256 bits
        input.Write(secret);
        Field(input, Encoding.ASCII.GetBytes(algorithm));
        Field(input, partyU);
        Field(input, partyV);
        Number(input, bits);
        var key = SHA256.HashData(input.GetBuffer().AsSpan(0, (int)input.Length))[..(bits / 8)];
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(input.GetBuffer());
        return key;
    }

    private static void Field(MemoryStream output, ReadOnlySpan<byte> value)
    {
        Number(output, value.Length);
        output.Write(value);
    }

    private static void Number(MemoryStream output, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        output.Write(bytes);
    }
}

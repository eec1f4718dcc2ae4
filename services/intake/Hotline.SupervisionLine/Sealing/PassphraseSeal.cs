using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hotline.SupervisionLine.Sealing;

/// <summary>A private key under a passphrase: a compact JWE, PBES2-HS512+A256KW (RFC 7518 §4.8) and A256GCM, which the station opens with WebCrypto; jose-jwt would replace it.</summary>
internal static class PassphraseSeal
{
    public const string Algorithm = "PBES2-HS512+A256KW";

    /// <summary>Of PBKDF2: half a second for the officer, and as much for each guess of whoever found the stick.</summary>
    public const int Rounds = 600_000;

    /// <summary>Characters; shorter ones are guessed whatever the rounds.</summary>
    public const int ShortestPassphrase = 12;

    private const int SaltBytes = 16;
    private const int MostRounds = 10_000_000; // a file of another's making must not hold the program for hours

    public static string Lock(P256Key key, string passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var header = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(
            new PassphraseHeader(Algorithm, SealedLetter.ContentAlgorithm, Base64Url.EncodeToString(salt), Rounds, "jwk+json"), SealingJson.Default.PassphraseHeader));
        var contentKey = RandomNumberGenerator.GetBytes(SealedLetter.KeyBytes);
        var wrapped = AesKeyWrap.Wrap(Derive(passphrase, Algorithm, HashAlgorithmName.SHA512, salt, Rounds, SealedLetter.KeyBytes), contentKey);
        var content = JsonSerializer.SerializeToUtf8Bytes(key, SealingJson.Default.P256Key);
        var nonce = RandomNumberGenerator.GetBytes(SealedLetter.NonceBytes);
        var ciphertext = new byte[content.Length];
        var tag = new byte[SealedLetter.TagBytes];
        using var aes = new AesGcm(contentKey, SealedLetter.TagBytes);
        aes.Encrypt(nonce, content, ciphertext, tag, Encoding.ASCII.GetBytes(header));
        CryptographicOperations.ZeroMemory(content);
        CryptographicOperations.ZeroMemory(contentKey);
        return string.Join('.', header, Base64Url.EncodeToString(wrapped), Base64Url.EncodeToString(nonce), Base64Url.EncodeToString(ciphertext), Base64Url.EncodeToString(tag));
    }

    /// <exception cref="CryptographicException">Another passphrase, or changed, or no such file.</exception>
    public static P256Key Unlock(string locked, string passphrase)
    {
        if (locked.Trim().Split('.') is not [var protectedHeader, var encryptedKey, var iv, var ciphertext, var tag]
            || new[] { protectedHeader, encryptedKey, iv, ciphertext, tag }.Any(part => !Base64Url.IsValid(part))
            || HeaderOf(protectedHeader) is not { Alg: Algorithm, Enc: SealedLetter.ContentAlgorithm, P2c: > 0 and <= MostRounds } header || !Base64Url.IsValid(header.P2s))
        {
            throw new CryptographicException("This is not a key under a passphrase.");
        }

        var wrapping = Derive(passphrase, Algorithm, HashAlgorithmName.SHA512, Base64Url.DecodeFromChars(header.P2s), header.P2c, SealedLetter.KeyBytes);
        var contentKey = AesKeyWrap.Unwrap(wrapping, Base64Url.DecodeFromChars(encryptedKey));
        var content = new byte[Base64Url.DecodeFromChars(ciphertext).Length];
        using var aes = new AesGcm(contentKey, SealedLetter.TagBytes);
        aes.Decrypt(Base64Url.DecodeFromChars(iv), Base64Url.DecodeFromChars(ciphertext), Base64Url.DecodeFromChars(tag), content, Encoding.ASCII.GetBytes(protectedHeader));
        return JsonSerializer.Deserialize(content, SealingJson.Default.P256Key) ?? throw new CryptographicException("This is not a key under a passphrase.");
    }

    /// <summary>PBKDF2 as RFC 7518 §4.8.1.1 has it: the salt behind the algorithm's name and a zero byte.</summary>
    public static byte[] Derive(string passphrase, string algorithm, HashAlgorithmName hash, ReadOnlySpan<byte> salt, int rounds, int bytes) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase), (byte[])[.. Encoding.ASCII.GetBytes(algorithm), 0, .. salt], rounds, hash, bytes);

    private static PassphraseHeader? HeaderOf(string header)
    {
        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(header), SealingJson.Default.PassphraseHeader);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <param name="P2s">Salt, base64url.</param>
/// <param name="P2c">Rounds.</param>
internal sealed record PassphraseHeader(string Alg, string Enc, string P2s, int P2c, string Cty);

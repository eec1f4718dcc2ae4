using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine.Reports;

/// <summary>
/// The receipt code 查询码 of a report: 100 random bits in Crockford's base32, shown once and kept nowhere. From it come three keys by HKDF, as
/// <c>sealing.js</c> does: one finds the report, one proves that the asker holds the code, one unlocks the reporter's own key.
/// With script the code never leaves the browser.
/// </summary>
internal sealed class ReceiptCode
{
    public const int Length = 20;
    public const int LocatorBytes = 16;
    public const int ProofBytes = 32;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string LockHeader = """{"alg":"dir","enc":"A256GCM","cty":"hotline-reply-key"}""";
    private readonly string _code;

    private ReceiptCode(string code) => _code = code;

    public byte[] Locator => Derive("locator", LocatorBytes);

    public byte[] Proof => Derive("proof", ProofBytes);

    /// <summary>Stands inside each seal of the conversation, so that a letter moved into another is noticed.</summary>
    public string Thread => Base64Url.EncodeToString(Derive("thread", 16));

    public static ReceiptCode New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <summary>Forgives case, spaces, dashes, and O, I, L written for 0 and 1.</summary>
    /// <returns>Null when it cannot be a code.</returns>
    public static ReceiptCode? Read(string? written)
    {
        var plain = new StringBuilder(Length);
        foreach (var c in written ?? "")
        {
            if (c is ' ' or '-' or '\u3000')
            {
                continue;
            }

            var letter = char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var other => other };
            if (plain.Length == Length || !Alphabet.Contains(letter, StringComparison.Ordinal))
            {
                return null;
            }

            plain.Append(letter);
        }

        return plain.Length == Length ? new ReceiptCode(plain.ToString()) : null;
    }

    /// <summary>As it is shown: <c>7K2M-…</c>.</summary>
    public string Show() => string.Join('-', _code.Chunk(4).Select(group => new string(group)));

    /// <summary>Locks the private half of the key that answers are sealed to: a compact JWE, direct encryption.</summary>
    public string Lock(P256Key key)
    {
        var header = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(LockHeader));
        var nonce = RandomNumberGenerator.GetBytes(SealedLetter.NonceBytes);
        var content = JsonSerializer.SerializeToUtf8Bytes(key, SealingJson.Default.P256Key);
        var ciphertext = new byte[content.Length];
        var tag = new byte[SealedLetter.TagBytes];
        using var aes = new AesGcm(Derive("unlock", SealedLetter.KeyBytes), SealedLetter.TagBytes);
        aes.Encrypt(nonce, content, ciphertext, tag, Encoding.ASCII.GetBytes(header));
        return $"{header}..{Base64Url.EncodeToString(nonce)}.{Base64Url.EncodeToString(ciphertext)}.{Base64Url.EncodeToString(tag)}";
    }

    /// <exception cref="CryptographicException">Locked by another code, or changed.</exception>
    public P256Key Unlock(string locked)
    {
        if (locked.Split('.') is not [var header, "", var nonce, var ciphertext, var tag] || new[] { nonce, ciphertext, tag }.Any(part => !Base64Url.IsValid(part)))
        {
            throw new CryptographicException("This is not a locked key.");
        }

        var sealedKey = Base64Url.DecodeFromChars(ciphertext);
        var content = new byte[sealedKey.Length];
        using var aes = new AesGcm(Derive("unlock", SealedLetter.KeyBytes), SealedLetter.TagBytes);
        aes.Decrypt(Base64Url.DecodeFromChars(nonce), sealedKey, Base64Url.DecodeFromChars(tag), content, Encoding.ASCII.GetBytes(header));
        return JsonSerializer.Deserialize(content, SealingJson.Default.P256Key) ?? throw new CryptographicException("This is not a locked key.");
    }

    private byte[] Derive(string purpose, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes(_code), length, info: Encoding.ASCII.GetBytes($"hotline/supervision/{purpose}"));
}

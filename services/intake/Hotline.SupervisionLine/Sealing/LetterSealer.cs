using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hotline.SupervisionLine.Sealing;

/// <summary>Seals and opens letters here as <c>sealing.js</c> does in the browser; jose-jwt would replace it.</summary>
internal static class LetterSealer
{
    public static SealedLetter Seal(ReadOnlySpan<byte> content, string kind, IEnumerable<P256Key> recipients)
    {
        var header = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new LetterHeader(SealedLetter.ContentAlgorithm, kind), SealingJson.Default.LetterHeader));
        var contentKey = RandomNumberGenerator.GetBytes(SealedLetter.KeyBytes);
        var nonce = RandomNumberGenerator.GetBytes(SealedLetter.NonceBytes);
        var ciphertext = new byte[content.Length];
        var tag = new byte[SealedLetter.TagBytes];
        using var aes = new AesGcm(contentKey, SealedLetter.TagBytes);
        aes.Encrypt(nonce, content, ciphertext, tag, Encoding.ASCII.GetBytes(header));
        LetterRecipient[] shares = [.. recipients.Select(recipient => Share(contentKey, recipient))];
        CryptographicOperations.ZeroMemory(contentKey);
        return new SealedLetter(header, shares, Base64Url.EncodeToString(nonce), Base64Url.EncodeToString(ciphertext), Base64Url.EncodeToString(tag));
    }

    /// <exception cref="CryptographicException">Not for this key, not of this kind, or changed.</exception>
    public static byte[] Open(SealedLetter letter, string kind, P256Key key)
    {
        var own = key.Thumbprint();
        var share = letter.Recipients.FirstOrDefault(recipient => recipient.Header.Kid == own && recipient.Header.Alg == SealedLetter.KeyAlgorithm);
        if (share is null || letter.Header()?.Cty != kind || !share.Header.Epk.IsSound())
        {
            throw new CryptographicException("The letter is not for this key, or is not of this kind.");
        }

        using var mine = key.ToKey();
        using var ephemeral = share.Header.Epk.ToKey();
        using var theirs = ephemeral.PublicKey;
        var wrapping = KeyAgreement.Derive(mine, theirs, SealedLetter.KeyAlgorithm, 256);
        var contentKey = AesKeyWrap.Unwrap(wrapping, Decode(share.EncryptedKey));
        var ciphertext = Decode(letter.Ciphertext);
        var content = new byte[ciphertext.Length];
        using var aes = new AesGcm(contentKey, SealedLetter.TagBytes);
        aes.Decrypt(Decode(letter.Iv), ciphertext, Decode(letter.Tag), content, Encoding.ASCII.GetBytes(letter.Protected));
        return content;
    }

    private static LetterRecipient Share(byte[] contentKey, P256Key recipient)
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var key = recipient.ToKey();
        using var theirs = key.PublicKey;
        var wrapping = KeyAgreement.Derive(ephemeral, theirs, SealedLetter.KeyAlgorithm, 256);
        var wrapped = AesKeyWrap.Wrap(wrapping, contentKey);
        CryptographicOperations.ZeroMemory(wrapping);
        return new LetterRecipient(new RecipientHeader(SealedLetter.KeyAlgorithm, recipient.Thumbprint(), P256Key.Of(ephemeral, withPrivate: false)), Base64Url.EncodeToString(wrapped));
    }

    private static byte[] Decode(string text) => Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : throw new CryptographicException("A part of the letter is not base64url.");
}

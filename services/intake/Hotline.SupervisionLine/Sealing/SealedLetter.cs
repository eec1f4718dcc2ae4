using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hotline.SupervisionLine.Sealing;

/// <summary>
/// A JWE in its general JSON serialization (RFC 7516 §7.2.1): one content under A256GCM, its key wrapped for each recipient. The protected header
/// names the content's kind, so that one kind of letter can never pass as another.
/// </summary>
/// <param name="Protected">Base64url of a <see cref="LetterHeader"/>.</param>
public sealed record SealedLetter(string Protected, IReadOnlyList<LetterRecipient> Recipients, string Iv, string Ciphertext, string Tag)
{
    public const string KeyAlgorithm = "ECDH-ES+A256KW";
    public const string ContentAlgorithm = "A256GCM";
    public const int KeyBytes = 32;
    public const int NonceBytes = 12;
    public const int TagBytes = 16;
    private const int MostHeader = 512;

    /// <summary>What the letter is, as its protected header says; null when that cannot be read or is of another algorithm.</summary>
    public LetterHeader? Header()
    {
        if (Protected.Length > MostHeader || !Base64Url.IsValid(Protected))
        {
            return null;
        }

        try
        {
            var header = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(Protected), SealingJson.Default.LetterHeader);
            return header is { Enc: ContentAlgorithm } ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Bytes of the content, padding included.</summary>
    public int ContentBytes => Base64Url.IsValid(Ciphertext, out var length) ? length : -1;
}

/// <summary>The protected header: <c>enc</c> is the algorithm's id, so that another (SM4-GCM) can come beside it.</summary>
/// <param name="Cty">One of <see cref="LetterKinds"/>.</param>
public sealed record LetterHeader(string Enc, string Cty);

/// <summary>What is in a letter.</summary>
public static class LetterKinds
{
    /// <summary>By the reporter, the first and what he adds.</summary>
    public const string Report = "hotline-report";

    /// <summary>By an officer, for the reporter and the officers.</summary>
    public const string Answer = "hotline-answer";

    /// <summary>By an officer, for the officers.</summary>
    public const string Note = "hotline-note";

    /// <summary>By officers for officers: who is related to whom, and the key that blinds names.</summary>
    public const string Register = "hotline-register";

    /// <summary>One letter of a report, sealed anew to the higher body's key; never on this server.</summary>
    public const string Upward = "hotline-upward";
}

/// <summary>One recipient's share.</summary>
public sealed record LetterRecipient(RecipientHeader Header, [property: JsonPropertyName("encrypted_key")] string EncryptedKey);

/// <param name="Kid">The thumbprint of the recipient's key.</param>
/// <param name="Epk">The ephemeral key.</param>
public sealed record RecipientHeader(string Alg, string Kid, P256Key Epk);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(SealedLetter))]
[JsonSerializable(typeof(LetterHeader))]
[JsonSerializable(typeof(P256Key))]
[JsonSerializable(typeof(IReadOnlyList<SealedLetter>))]
[JsonSerializable(typeof(EscrowHalf))]
[JsonSerializable(typeof(PassphraseHeader))]
internal sealed partial class SealingJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Hotline.Ports;

namespace Hotline.Desk.Accounts;

/// <summary>A person chose a password and bound a second factor; the secret of it is sealed beside the fact.</summary>
/// <param name="CodeAt">When the enrolment code was issued: no code of that time or before it serves again.</param>
public sealed record CredentialEnrolled(string PasswordHash, DateTimeOffset CodeAt);

/// <summary>He chose another password.</summary>
public sealed record PasswordChanged(string PasswordHash);

/// <summary>An administrator shut the account to signing in until it is enrolled anew.</summary>
public sealed record CredentialBlocked(string By, DateTimeOffset At);

/// <summary>
/// How an account of the organization file proves itself. Its key is the account; the organization file holds neither password nor secret.
/// Each fact ends the sessions opened before it.
/// </summary>
public sealed record StaffCredential(string PasswordHash, ReadOnlyMemory<byte> SealedSecret, DateTimeOffset CodeAt, bool Blocked)
{
    public static readonly DocumentType<StaffCredential> Type = new(
        DeskService.Name,
        "credential",
        new FactTypes()
            .Add("enrolled", AccountsJson.Default.CredentialEnrolled)
            .Add("password-changed", AccountsJson.Default.PasswordChanged)
            .Add("blocked", AccountsJson.Default.CredentialBlocked),
        static (state, fact) => fact.Data switch
        {
            CredentialEnrolled enrolled => new StaffCredential(enrolled.PasswordHash, fact.Sealed, enrolled.CodeAt, Blocked: false),
            PasswordChanged changed => state! with { PasswordHash = changed.PasswordHash },
            CredentialBlocked blocked => state! with { Blocked = true, CodeAt = blocked.At },
            _ => state!,
        },
        []);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CredentialEnrolled))]
[JsonSerializable(typeof(PasswordChanged))]
[JsonSerializable(typeof(CredentialBlocked))]
[JsonSerializable(typeof(SignInOpened))]
[JsonSerializable(typeof(SignInRefused))]
[JsonSerializable(typeof(SignInEnded))]
internal sealed partial class AccountsJson : JsonSerializerContext;

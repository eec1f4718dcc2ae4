using System.Globalization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Desk.Accounts;

/// <summary>Somebody signed in.</summary>
/// <param name="Credential">The version of the credential that opened it: a later one ends it.</param>
public sealed record SignInOpened(string Account, DateTimeOffset At, DateTimeOffset Until, int Credential);

/// <summary>Somebody named an enrolled account and did not prove himself.</summary>
/// <param name="Why">password, code, repeated-code or blocked.</param>
public sealed record SignInRefused(string Account, DateTimeOffset At, string Why);

/// <summary>He signed out.</summary>
public sealed record SignInEnded(DateTimeOffset At);

/// <summary>
/// One signing in, or a try at it. The document of a session has the code's step in its key, so that of two who bring the same code one comes in;
/// its id is the session's.
/// </summary>
public sealed record SignIn(string Account, DateTimeOffset At, SignInOpened? Opened, SignInRefused? Refused, DateTimeOffset? EndedAt)
{
    public const string DayIndex = "day";

    public static readonly DocumentType<SignIn> Type = new(
        DeskService.Name,
        "sign-in",
        new FactTypes()
            .Add("opened", AccountsJson.Default.SignInOpened)
            .Add("refused", AccountsJson.Default.SignInRefused)
            .Add("ended", AccountsJson.Default.SignInEnded),
        static (state, fact) => fact.Data switch
        {
            SignInOpened opened => new SignIn(opened.Account, opened.At, opened, null, null),
            SignInRefused refused => new SignIn(refused.Account, refused.At, null, refused, null),
            SignInEnded ended => state! with { EndedAt = state.EndedAt ?? ended.At },
            _ => state!,
        },
        [new(DayIndex, static signIn => [DayValue(OfficeTime.Day(signIn.At))])]);

    public static string DayValue(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string KeyOf(string account, int credential, long step) => string.Create(CultureInfo.InvariantCulture, $"{account}/{credential}/{step}");
}

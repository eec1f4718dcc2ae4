using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Desk.Accounts;

/// <summary>What became of a try.</summary>
internal enum ProofResult
{
    Proved,
    Refused,
    Busy,
}

/// <summary>Proves who somebody is, opens and ends sessions. Each of it is a fact; nothing of it stands in a log with a name.</summary>
internal sealed class CredentialDesk(
    IDocumentStore<StaffCredential> credentials,
    IDocumentStore<SignIn> signIns,
    ISealer sealer,
    Passwords passwords,
    EnrolmentCodes codes,
    Organization organization,
    IIdSource ids,
    TimeProvider time,
    TimeSpan life)
{
    public const int SignInsOnPage = 500;

    /// <summary>Whether a session still holds: not ended, not over, its account there, its credential unchanged since.</summary>
    public async ValueTask<bool> HoldsAsync(StaffSession session, CancellationToken cancellation) =>
        organization.User(session.Account) is not null
        && await signIns.GetAsync(session.Id, cancellation) is { State: { Opened: { } opened, EndedAt: null } }
        && opened.Account == session.Account
        && opened.Until > time.GetUtcNow()
        && await credentials.FindAsync(session.Account, cancellation) is { State.Blocked: false } credential
        && credential.Version == opened.Credential;

    public async ValueTask<(ProofResult Result, StaffSession? Session)> SignInAsync(string account, string password, string code, CancellationToken cancellation)
    {
        var credential = organization.User(account) is null ? null : await credentials.FindAsync(account, cancellation);
        var matches = await passwords.VerifyAsync(credential?.State.PasswordHash, password, cancellation);
        if (matches is null)
        {
            return (ProofResult.Busy, null);
        }

        // A secret nobody has is tried too, so that each refusal has done the same.
        var step = Totp.StepOf(credential is null ? new byte[Totp.SecretBytes] : SecretOf(account, credential.State), code, time.GetUtcNow());
        if (credential is null)
        {
            return (ProofResult.Refused, null);
        }

        var why = credential.State.Blocked ? "blocked" : matches is false ? "password" : step is null ? "code" : null;
        var session = why is null ? await OpenAsync(account, credential.Version, step!.Value, cancellation) : null;
        if (session is null)
        {
            var now = time.GetUtcNow();
            await signIns.AddOnceAsync(new(ids.Next(), $"{account}/refused/{ids.Next():N}", [new(new SignInRefused(account, now, why ?? "repeated-code"), now)]), cancellation);
        }

        return (session is null ? ProofResult.Refused : ProofResult.Proved, session);
    }

    public async ValueTask EndAsync(StaffSession session, CancellationToken cancellation)
    {
        while (await signIns.GetAsync(session.Id, cancellation) is { State.EndedAt: null } document)
        {
            var now = time.GetUtcNow();
            if (await signIns.AppendAsync(document, [new(new SignInEnded(now), now)], cancellation) is not null)
            {
                return;
            }
        }
    }

    /// <summary>Whether an enrolment code opens this account now.</summary>
    public async ValueTask<bool> MayEnrolAsync(string account, string code, CancellationToken cancellation) => await CodeTimeAsync(account, code, cancellation) is not null;

    /// <summary>Binds password and second factor to the account, and signs in by the code that confirms it.</summary>
    /// <returns>Refused when the enrolment code serves no more.</returns>
    public async ValueTask<(ProofResult Result, StaffSession? Session)> EnrolAsync(
        string account, string enrolment, string password, byte[] secret, long step, CancellationToken cancellation)
    {
        if (await passwords.HashAsync(password, cancellation) is not { } hash)
        {
            return (ProofResult.Busy, null);
        }

        while (await CodeTimeAsync(account, enrolment, cancellation) is { } codeAt)
        {
            var now = time.GetUtcNow();
            var fact = new NewFact(new CredentialEnrolled(hash, codeAt), now) { Sealed = sealer.Seal(secret, ContextOf(account)) };
            var version = 0;
            if (await credentials.FindAsync(account, cancellation) is { } known)
            {
                version = (await credentials.AppendAsync(known, [fact], cancellation))?.Version ?? 0;
            }
            else if (await credentials.AddOnceAsync(new(ids.Next(), account, [fact]), cancellation) is { Added: true } added)
            {
                version = added.Document.Version;
            }

            if (version > 0)
            {
                return (ProofResult.Proved, await OpenAsync(account, version, step, cancellation));
            }
        }

        return (ProofResult.Refused, null);
    }

    /// <summary>Changes the password of somebody signed in; all his sessions end.</summary>
    public async ValueTask<ProofResult> ChangePasswordAsync(string account, string old, string chosen, CancellationToken cancellation)
    {
        if (await credentials.FindAsync(account, cancellation) is not { State.Blocked: false } credential)
        {
            return ProofResult.Refused;
        }

        if (await passwords.VerifyAsync(credential.State.PasswordHash, old, cancellation) is not { } matches || !matches)
        {
            return ProofResult.Refused;
        }

        return await passwords.HashAsync(chosen, cancellation) is not { } hash ? ProofResult.Busy
            : await credentials.AppendAsync(credential, [new(new PasswordChanged(hash), time.GetUtcNow())], cancellation) is null ? ProofResult.Refused
            : ProofResult.Proved;
    }

    /// <returns>False when the account has nothing to block.</returns>
    public async ValueTask<bool> BlockAsync(string account, string by, CancellationToken cancellation)
    {
        while (await credentials.FindAsync(account, cancellation) is { } credential)
        {
            var now = time.GetUtcNow();
            if (credential.State.Blocked || await credentials.AppendAsync(credential, [new(new CredentialBlocked(by, now), now)], cancellation) is not null)
            {
                return true;
            }
        }

        return false;
    }

    public async ValueTask<StaffCredential?> FindAsync(string account, CancellationToken cancellation) => (await credentials.FindAsync(account, cancellation))?.State;

    /// <summary>The day's signings in and refusals, oldest first.</summary>
    /// <param name="after">The sequence of the last one seen; 0 for the first page.</param>
    public ValueTask<IReadOnlyList<Document<SignIn>>> OfDayAsync(DateOnly day, long after, CancellationToken cancellation) =>
        signIns.QueryAsync(SignIn.DayIndex, SignIn.DayValue(day), after, SignInsOnPage, cancellation);

    private async ValueTask<DateTimeOffset?> CodeTimeAsync(string account, string code, CancellationToken cancellation) =>
        organization.User(account) is not null && codes.Read(account, code) is { } at
        && ((await credentials.FindAsync(account, cancellation))?.State is not { } known || known.CodeAt < at)
            ? at
            : null;

    /// <returns>Null when this step's code has opened a session before.</returns>
    private async ValueTask<StaffSession?> OpenAsync(string account, int credential, long step, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var opened = new SignInOpened(account, now, now + life, credential);
        var result = await signIns.AddOnceAsync(new(ids.Next(), SignIn.KeyOf(account, credential, step), [new(opened, now)]), cancellation);
        return result.Added ? new StaffSession(account, result.Document.Id, opened.Until) : null;
    }

    private byte[] SecretOf(string account, StaffCredential credential) => sealer.Open(credential.SealedSecret.Span, ContextOf(account));

    private static byte[] ContextOf(string account) => System.Text.Encoding.UTF8.GetBytes($"totp/{account}");
}

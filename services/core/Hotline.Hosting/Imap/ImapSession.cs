using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.Hosting;

/// <summary>A folder as opened.</summary>
/// <param name="Validity">UIDVALIDITY: when it changes, letters have new UIDs.</param>
/// <param name="Next">UIDNEXT: no letter has this UID or a greater one yet.</param>
public sealed record OpenFolder(uint Validity, uint Next);

/// <summary>A letter's size in bytes, and when the server got it; null when it does not say so readably.</summary>
public sealed record LetterFacts(long Size, DateTimeOffset? ArrivedAt);

/// <summary>A mailbox logged in to, its folder open: what can be done with its letters. All of it throws <see cref="ImapException"/> when server or connection fail.</summary>
public sealed class ImapSession : IAsyncDisposable
{
    private const int SlowestBytesPerSecond = 32 * 1024;
    private readonly ImapClient _client;
    private readonly HashSet<string> _abilities = new(StringComparer.OrdinalIgnoreCase);

    private ImapSession(ImapClient client) => _client = client;

    /// <summary>The server removes one letter without the others that are marked as deleted (UIDPLUS).</summary>
    public bool CanExpungeOne => _abilities.Contains("UIDPLUS");

    /// <summary>The server tells of new letters by itself.</summary>
    public bool CanIdle => _abilities.Contains("IDLE");

    /// <summary>The server has told of a letter since this was last set to false.</summary>
    public bool HasNews
    {
        get => _client.HasNews;
        set => _client.HasNews = value;
    }

    public OpenFolder Folder { get; private set; } = new(0, 0);

    /// <summary>Logs in, says who we are, opens the folder.</summary>
    /// <exception cref="IOException">There is no such server, it has hung up or does not let us in, or it is none of this protocol.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">It cannot be reached.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Its certificate is not to be trusted.</exception>
    public static async Task<ImapSession> OpenAsync(ImapAccount account, TimeProvider time, CancellationToken cancellation)
    {
        var session = new ImapSession(await ImapClient.ConnectAsync(account, time, cancellation));
        try
        {
            await session.AskAbilitiesAsync(cancellation);
            await session.LogInAsync(account, cancellation);
            await session.AskAbilitiesAsync(cancellation);
            await session.IdentifyAsync(account, cancellation);
            await session.SelectAsync(account.Folder, cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>UIDs by a search (RFC 3501, 6.4.4), ascending.</summary>
    public async Task<IReadOnlyList<uint>> SearchAsync(string criteria, CancellationToken cancellation)
    {
        var responses = Granted(await _client.CommandAsync($"UID SEARCH {criteria}", cancellation), "search");
        return [.. responses.Where(response => response.IsUntagged("SEARCH")).SelectMany(response => response.Values).Select(value => value.Number).OfType<uint>().Where(uid => uid > 0).Distinct().Order()];
    }

    /// <returns>Null when the letter is gone.</returns>
    public async Task<LetterFacts?> FactsAsync(uint uid, CancellationToken cancellation)
    {
        var responses = Granted(await _client.CommandAsync($"UID FETCH {uid} (UID RFC822.SIZE INTERNALDATE)", cancellation), "fetch");
        return Of(responses, uid, "RFC822.SIZE") is not { Field: { Number: { } size }, Response: var response } ? null
            : new LetterFacts(size, response.Field("INTERNALDATE") is { IsString: true, Bytes: var date } ? ReadDate(Encoding.Latin1.GetString(date.Span)) : null);
    }

    /// <summary>A letter byte for byte; the server does not mark it as seen. The bytes are the caller's alone.</summary>
    /// <param name="mostBytes">A longer letter ends the connection.</param>
    /// <returns>Null when the letter is gone, or the server does not give it.</returns>
    public async Task<ReadOnlyMemory<byte>?> FetchAsync(uint uid, long size, int mostBytes, CancellationToken cancellation)
    {
        var more = TimeSpan.FromSeconds(size / SlowestBytesPerSecond);
        var responses = await _client.CommandAsync($"UID FETCH {uid} (UID BODY.PEEK[])", cancellation, limits: ImapLimits.ForLetter(mostBytes), more: more);
        if (Of(responses, uid, "BODY[]") is not { Field: { IsString: true, Bytes: var letter } })
        {
            return null;
        }

        if (responses[^1].Kind != "OK")
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(letter).Span); // nobody else will forget it
            return null;
        }

        return letter;
    }

    /// <returns>False when the server does not let us.</returns>
    public Task<bool> MarkSeenAsync(uint uid, CancellationToken cancellation) => SucceedsAsync($"UID STORE {uid} +FLAGS.SILENT (\\Seen)", cancellation);

    /// <returns>False when the server does not let us.</returns>
    public Task<bool> MarkDeletedAsync(uint uid, CancellationToken cancellation) => SucceedsAsync($"UID STORE {uid} +FLAGS.SILENT (\\Deleted)", cancellation);

    /// <summary>Removes letters marked as deleted, for good: this one alone where the server can (RFC 4315), else every one that is marked.</summary>
    /// <returns>False when the server does not let us.</returns>
    public Task<bool> ExpungeAsync(uint uid, CancellationToken cancellation) => SucceedsAsync(CanExpungeOne ? $"UID EXPUNGE {uid}" : "EXPUNGE", cancellation);

    /// <summary>Lets the server tell of new letters by itself (RFC 2177), at most for a while.</summary>
    public Task IdleAsync(TimeSpan most, CancellationToken cancellation) => _client.IdleAsync(most, cancellation);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private async Task<bool> SucceedsAsync(string command, CancellationToken cancellation) => (await _client.CommandAsync(command, cancellation))[^1].Kind == "OK";

    private static (ImapValue Field, ImapResponse Response)? Of(IReadOnlyList<ImapResponse> responses, uint uid, string field)
    {
        var response = responses.FirstOrDefault(response => response.IsUntagged("FETCH") && response.Field("UID")?.Number == uid && response.Field(field) is not null);
        return response is null ? null : (response.Field(field)!.Value, response);
    }

    private static DateTimeOffset? ReadDate(string date) =>
        DateTimeOffset.TryParseExact(date.Trim(), "d-MMM-yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;

    private static IReadOnlyList<ImapResponse> Granted(IReadOnlyList<ImapResponse> responses, string what) =>
        responses[^1].Kind == "OK" ? responses : throw new ImapException($"the server refuses {what}: {responses[^1].Text}");

    private async Task AskAbilitiesAsync(CancellationToken cancellation)
    {
        var responses = Granted(await _client.CommandAsync("CAPABILITY", cancellation), "CAPABILITY");
        _abilities.Clear();
        _abilities.UnionWith(responses.Where(response => response.IsUntagged("CAPABILITY")).SelectMany(response => response.Values).Select(value => value.Word));
    }

    private async Task LogInAsync(ImapAccount account, CancellationToken cancellation)
    {
        var isPlain = !account.Password.AsSpan().ContainsAnyExceptInRange(' ', '~');
        if (isPlain && !_abilities.Contains("LOGINDISABLED"))
        {
            Admitted(await _client.CommandAsync($"LOGIN {ImapClient.Quote(account.User)} {ImapClient.Quote(account.Password)}", cancellation));
        }
        else if (_abilities.Contains("AUTH=PLAIN"))
        {
            var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{account.User}\0{account.Password}"));
            Admitted(_abilities.Contains("SASL-IR")
                ? await _client.CommandAsync($"AUTHENTICATE PLAIN {secret}", cancellation)
                : await _client.CommandAsync("AUTHENTICATE PLAIN", cancellation, continuation: secret));
        }
        else
        {
            throw new ImapException("the server offers no way to log in with this password");
        }
    }

    private static void Admitted(IReadOnlyList<ImapResponse> responses)
    {
        if (responses[^1].Kind != "OK")
        {
            throw new ImapException($"the server refuses the login: {responses[^1].Text}") { IsLoginRefused = true };
        }
    }

    /// <summary>163, 126 and yeah.net open no folder for a client that did not say who it is (RFC 2971).</summary>
    private async Task IdentifyAsync(ImapAccount account, CancellationToken cancellation)
    {
        if (_abilities.Contains("ID"))
        {
            var version = typeof(ImapSession).Assembly.GetName().Version?.ToString(3) ?? "0";
            await _client.CommandAsync($"ID (\"name\" \"Hotline\" \"version\" {ImapClient.Quote(version)} \"vendor\" \"Hotline\" \"support-email\" {ImapClient.Quote(account.User)})", cancellation);
        }
    }

    private async Task SelectAsync(string folder, CancellationToken cancellation)
    {
        var responses = Granted(await _client.CommandAsync($"SELECT {ImapClient.Quote(ImapFolderName.Encode(folder))}", cancellation), "SELECT");
        var (validity, next) = (NumberOf(responses, "UIDVALIDITY"), NumberOf(responses, "UIDNEXT"));
        Folder = validity is null ? throw new ImapException("the server numbers its letters in no lasting way")
            : new OpenFolder(validity.Value, next ?? ((await SearchAsync("ALL", cancellation)) is [.., var last] ? last + 1 : 1));
    }

    private static uint? NumberOf(IReadOnlyList<ImapResponse> responses, string code) => responses.Select(response => response.CodeNumber(code)).FirstOrDefault(number => number is not null);
}

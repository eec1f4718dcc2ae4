using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Hotline.ContractTests.Channels.Email.Imap;

/// <summary>A server that behaves as its test tells it: one mailbox, TLS, and whatever one conversation after the other is to be like.</summary>
internal sealed class ScriptedImap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int, Conversation, Task> _script;
    private readonly ServerCertificate? _certificate;
    private readonly Task _serving;

    /// <param name="certificate">Null: unencrypted.</param>
    /// <param name="script">What to do in the 1st, 2nd … connection.</param>
    public ScriptedImap(ServerCertificate? certificate, Func<int, Conversation, Task> script)
    {
        (_certificate, _script) = (certificate, script);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>All commands so far, without tags and secrets.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public int Connections { get; private set; }

    /// <summary>Refuses SELECT until ID came, as 163 does.</summary>
    public bool WantsId { get; init; }

    /// <summary>The letters by UID; those seen are in <see cref="Seen"/>.</summary>
    public ConcurrentDictionary<uint, byte[]> Letters { get; } = new();

    public ConcurrentDictionary<uint, bool> Seen { get; } = new();

    /// <summary>Those marked as deleted; they are gone from both once they are expunged.</summary>
    public ConcurrentDictionary<uint, bool> Deleted { get; } = new();

    /// <summary>Removes one letter alone.</summary>
    public bool HasUidPlus { get; init; }

    public uint Validity { get; set; } = 7;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose(); // not before: between two connections it would be asked for a third
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                conversations.Add(ConverseAsync(client, ++Connections));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ConverseAsync(TcpClient client, int number)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    stream = tls;
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate.Certificate }, _stop.Token);
                }

                await using (stream)
                {
                    await _script(number, new Conversation(this, stream, _stop.Token));
                }
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // the other side hung up, or the test is over
            }
        }
    }

    /// <summary>One connection.</summary>
    internal sealed class Conversation(ScriptedImap server, Stream stream, CancellationToken stop)
    {
        private readonly StreamReader _reader = new(stream, Encoding.ASCII);
        private bool _hasId;

        public CancellationToken Stop => stop;

        /// <summary>Says what to answer to a command instead of the honest thing; null for that. An empty string hangs up.</summary>
        public Func<string, string, string?> Instead { get; set; } = static (_, _) => null;

        public Task SayAsync(string words) => SayAsync(Encoding.Latin1.GetBytes(words));

        public async Task SayAsync(ReadOnlyMemory<byte> words) => await stream.WriteAsync(words, stop);

        public async Task StallAsync() => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);

        /// <summary>Serves like any honest server, as far as <see cref="Instead"/> has no other words.</summary>
        public async Task ServeAsync()
        {
            await SayAsync("* OK ready\r\n");
            while (await _reader.ReadLineAsync(stop) is { } line)
            {
                var (tag, command) = (line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
                server.Commands.Enqueue(command.StartsWith("LOGIN", StringComparison.Ordinal) ? "LOGIN" : command);
                var answer = Instead(tag, command);
                if (answer is { Length: 0 })
                {
                    return;
                }

                await (answer is not null ? SayAsync(answer) : AnswerAsync(tag, command));
            }
        }

        private Task AnswerAsync(string tag, string command)
        {
            var words = command.Split(' ');
            switch (words[0])
            {
                case "CAPABILITY":
                    return SayAsync($"* CAPABILITY IMAP4rev1 ID{(server.HasUidPlus ? " UIDPLUS" : "")}\r\n{tag} OK done\r\n");
                case "ID":
                    _hasId = true;
                    return SayAsync($"* ID NIL\r\n{tag} OK done\r\n");
                case "SELECT" when server.WantsId && !_hasId:
                    return SayAsync($"{tag} NO SELECT Unsafe Login. Please contact kefu@188.com for help\r\n");
                case "SELECT":
                    return SayAsync($"* {server.Letters.Count} EXISTS\r\n* OK [UIDVALIDITY {server.Validity}] valid\r\n* OK [UIDNEXT {server.Letters.Keys.DefaultIfEmpty().Max() + 1}] next\r\n{tag} OK [READ-WRITE] done\r\n");
                case "UID" when words[1] == "SEARCH":
                    return SayAsync($"* SEARCH{string.Concat(server.Letters.Keys.Where(uid => words[2] switch { "UNSEEN" => !server.Seen.ContainsKey(uid), "DELETED" => server.Deleted.ContainsKey(uid), _ => true }).Select(uid => $" {uid}"))}\r\n{tag} OK done\r\n");
                case "UID" when command.Contains("\\Deleted", StringComparison.Ordinal):
                    server.Deleted[uint.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture)] = true;
                    return SayAsync($"{tag} OK done\r\n");
                case "UID" when words[1] == "EXPUNGE":
                    Expunge(uid => words[2] == uid.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    return SayAsync($"{tag} OK done\r\n");
                case "EXPUNGE":
                    Expunge(static _ => true);
                    return SayAsync($"{tag} OK done\r\n");
                case "UID" when words[1] == "STORE":
                    server.Seen[uint.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture)] = true;
                    return SayAsync($"{tag} OK done\r\n");
                case "UID" when command.Contains("RFC822.SIZE", StringComparison.Ordinal):
                    return SayAsync($"* 1 FETCH (UID {words[2]} RFC822.SIZE {LetterOf(words[2]).Length} INTERNALDATE \" 2-Mar-2026 09:00:00 +0800\")\r\n{tag} OK done\r\n");
                case "UID":
                    var letter = LetterOf(words[2]);
                    return SayAsync((byte[])[.. Encoding.ASCII.GetBytes($"* 1 FETCH (UID {words[2]} BODY[] {{{letter.Length}}}\r\n"), .. letter, .. Encoding.ASCII.GetBytes($")\r\n{tag} OK done\r\n")]);
                default:
                    return SayAsync($"{tag} OK done\r\n");
            }
        }

        private void Expunge(Func<uint, bool> which)
        {
            foreach (var uid in server.Deleted.Keys.Where(which).ToList())
            {
                server.Letters.TryRemove(uid, out _);
                server.Deleted.TryRemove(uid, out _);
            }
        }

        private byte[] LetterOf(string uid) => server.Letters[uint.Parse(uid, System.Globalization.CultureInfo.InvariantCulture)];
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hotline.Hosting;

/// <summary>A connection: commands out, responses in, each within its time. For one caller at a time; after an exception it is of no more use.</summary>
internal sealed class ImapClient : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly ImapReader _reader;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private int _commands;
    private uint _letters;

    /// <param name="stream">Encrypted, or to this machine; the client closes it.</param>
    private ImapClient(Stream stream, TimeSpan patience, TimeProvider time) => (_stream, _reader, _patience, _time) = (stream, new ImapReader(stream), patience, time);

    /// <summary>The server has told of a letter since this was last set to false.</summary>
    public bool HasNews { get; set; }

    /// <summary>Connects, checks the certificate, and reads the greeting.</summary>
    /// <exception cref="IOException">There is no such server, it has hung up, or it is none of this protocol.</exception>
    /// <exception cref="SocketException">It cannot be reached.</exception>
    /// <exception cref="AuthenticationException">Its certificate is not to be trusted.</exception>
    public static async Task<ImapClient> ConnectAsync(ImapAccount account, TimeProvider time, CancellationToken cancellation)
    {
        var patience = TimeSpan.FromSeconds(account.AnswerSeconds);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            var options = account.Tls ? await TlsOptionsAsync(account, cancellation) : null;
            return await WithinAsync(patience, time, async token =>
            {
                await socket.ConnectAsync(account.Host, account.Port, token);
                if (options is null && !IPAddress.IsLoopback(((IPEndPoint)socket.RemoteEndPoint!).Address))
                {
                    throw new ImapException("a server on another machine gets no password unencrypted");
                }

                stream = new NetworkStream(socket, ownsSocket: true);
                if (options is not null)
                {
                    var tls = new SslStream(stream);
                    stream = tls;
                    await tls.AuthenticateAsClientAsync(options, token);
                }

                var client = new ImapClient(stream, patience, time);
                client._reader.Allow(ImapLimits.Short);
                return (await client.ReadAsync(token)).IsUntagged("OK") ? client : throw new ImapException("the greeting is not one to log in to");
            }, cancellation);
        }
        catch
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and reads until it is answered.</summary>
    /// <param name="command">Without tag and line end; ASCII.</param>
    /// <param name="continuation">What to send when the server asks for more; null when it may not ask.</param>
    /// <returns>What came in between; the last is the answer: OK or NO.</returns>
    /// <exception cref="ImapException">The server did not understand, hung up, did not keep to the protocol or to the limits, or took too long.</exception>
    public Task<IReadOnlyList<ImapResponse>> CommandAsync(string command, CancellationToken cancellation, string? continuation = null, ImapLimits? limits = null, TimeSpan more = default) =>
        WithinAsync(_patience + more, _time, async token =>
        {
            var tag = await SendAsync(command, limits ?? ImapLimits.Short, token);
            return await AnswerAsync(tag, continuation, limits ?? ImapLimits.Short, token);
        }, cancellation);

    /// <summary>Lets the server tell of new letters by itself (RFC 2177), at most for a while.</summary>
    public async Task IdleAsync(TimeSpan most, CancellationToken cancellation)
    {
        var tag = await WithinAsync(_patience, _time, async token =>
        {
            var sent = await SendAsync("IDLE", ImapLimits.Short, token);
            while ((await ReadAsync(token)) is { Tag: not "+" } response)
            {
                if (response.Tag == sent)
                {
                    throw new ImapException($"the server does not wait with us: {response.Text}");
                }
            }

            return sent;
        }, cancellation);

        var until = _time.GetUtcNow() + most;
        while (!HasNews && until - _time.GetUtcNow() is { Ticks: > 0 } left && await _reader.IsHeardAsync(left, _time, cancellation))
        {
            await WithinAsync(_patience, _time, ReadAsync, cancellation);
        }

        await WithinAsync(_patience, _time, async token =>
        {
            await WriteAsync("DONE\r\n", token);
            return await AnswerAsync(tag, null, ImapLimits.Short, token);
        }, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _reader.Forget();
    }

    /// <summary>A quoted string of printable ASCII.</summary>
    public static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static async Task<SslClientAuthenticationOptions> TlsOptionsAsync(ImapAccount account, CancellationToken cancellation)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = account.Host };
        if (account.TrustedRoot.Length > 0)
        {
            var root = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(account.TrustedRoot, cancellation));
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.Add(root);
        }

        return options;
    }

    private static async Task<T> WithinAsync<T>(TimeSpan patience, TimeProvider time, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ImapException($"no answer within {patience.TotalSeconds:0} seconds");
        }
    }

    private async Task<string> SendAsync(string command, ImapLimits limits, CancellationToken cancellation)
    {
        _reader.Allow(limits);
        var tag = $"H{++_commands}";
        await WriteAsync($"{tag} {command}\r\n", cancellation);
        return tag;
    }

    private async Task<IReadOnlyList<ImapResponse>> AnswerAsync(string tag, string? continuation, ImapLimits limits, CancellationToken cancellation)
    {
        var responses = new List<ImapResponse>();
        while (responses.Count < limits.Responses)
        {
            var response = await ReadAsync(cancellation);
            responses.Add(response);
            if (response.Tag == "+")
            {
                await WriteAsync($"{continuation ?? throw new ImapException("the server asks for more than the command has")}\r\n", cancellation);
                continuation = null;
            }
            else if (response.Tag != "*")
            {
                return response.Tag != tag ? throw new ImapException("an answer is to no command")
                    : response.Kind is "OK" or "NO" ? responses
                    : throw new ImapException("the server does not understand a command"); // its words may repeat our password
            }
        }

        throw new ImapException("an answer has too many responses");
    }

    private async Task<ImapResponse> ReadAsync(CancellationToken cancellation)
    {
        var response = await _reader.ReadAsync(cancellation) ?? throw new ImapException("the server has hung up");
        if (response is { Tag: "*", Number: { } number })
        {
            HasNews |= response.Kind == "EXISTS" && number > _letters;
            _letters = response.Kind switch { "EXISTS" => number, "EXPUNGE" when _letters > 0 => _letters - 1, _ => _letters };
        }

        return response.IsUntagged("BYE") ? throw new ImapException($"the server says farewell: {response.Text}") : response;
    }

    private async Task WriteAsync(string line, CancellationToken cancellation) => await _stream.WriteAsync(Encoding.ASCII.GetBytes(line), cancellation);
}

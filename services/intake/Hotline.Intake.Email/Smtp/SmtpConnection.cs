using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hotline.Intake.Email.Smtp;

/// <summary>
/// A conversation with a mail server (RFC 5321) for one message, each answer within its time. MailKit's SmtpClient would replace it, were it in the feed.
/// </summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int LongestLine = 4096;
    private readonly SmtpServer _server;
    private readonly TimeProvider _time;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[LongestLine];
    private Stream _stream = Stream.Null;
    private IReadOnlyList<string> _abilities = [];
    private int _begin;
    private int _end;
    private SmtpStep _step;

    private SmtpConnection(SmtpServer server, TimeProvider time) => (_server, _time) = (server, time);

    /// <summary>Connects, encrypts and logs in.</summary>
    /// <exception cref="SmtpAwayException">It is not to be had now.</exception>
    /// <exception cref="SmtpRefusedException">It does not want us.</exception>
    public static async Task<SmtpConnection> OpenAsync(SmtpServer server, TimeProvider time, CancellationToken cancellation)
    {
        var connection = new SmtpConnection(server, time);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hands a message over; when it returns the server answers for it.</summary>
    /// <param name="sender">The return path; empty for none.</param>
    /// <param name="message">With CR LF line ends.</param>
    /// <exception cref="SmtpAwayException">It went away; before or after it had the message, see there.</exception>
    /// <exception cref="SmtpRefusedException">It does not take the message.</exception>
    public async Task SendAsync(string sender, string receiver, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        _step = SmtpStep.Sender;
        var international = !Ascii.IsValid(receiver);
        if (international && !Can("SMTPUTF8"))
        {
            throw new SmtpRefusedException(SmtpStep.Receiver, 553, "5.6.7");
        }

        await CommandAsync($"MAIL FROM:<{sender}>{(international ? " SMTPUTF8" : "")}", 250, cancellation);
        _step = SmtpStep.Receiver;
        await CommandAsync($"RCPT TO:<{receiver}>", 250, cancellation);
        _step = SmtpStep.Message;
        await CommandAsync("DATA", 354, cancellation);
        await WithinAsync(_server.AnswerSeconds, async token =>
        {
            await _stream.WriteAsync(Stuff(message.Span), token);
            return 0;
        }, cancellation);
        _step = SmtpStep.End;
        await WithinAsync(5 * _server.AnswerSeconds, async token =>
        {
            await _stream.WriteAsync(".\r\n"u8.ToArray(), token);
            return await ExpectAsync(250, token);
        }, cancellation);
    }

    /// <summary>Says farewell, for a server that hears nothing may think the worse of us; what was handed over stays so.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_step is SmtpStep.End)
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
            await _stream.WriteAsync("QUIT\r\n"u8.ToArray(), soon.Token).AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    /// <summary>Lines that begin with a dot get another (RFC 5321 §4.5.2), and the last line its end.</summary>
    internal static byte[] Stuff(ReadOnlySpan<byte> message)
    {
        var stuffed = new MemoryStream(message.Length + 64);
        for (var at = 0; at < message.Length; at++)
        {
            if (message[at] == (byte)'.' && (at == 0 || message[at - 1] == (byte)'\n'))
            {
                stuffed.WriteByte((byte)'.');
            }

            stuffed.WriteByte(message[at]);
        }

        if (!message.EndsWith("\r\n"u8))
        {
            stuffed.Write("\r\n"u8);
        }

        return stuffed.ToArray();
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        await WithinAsync(_server.AnswerSeconds, async token =>
        {
            await _socket.ConnectAsync(_server.Host, _server.Port, token);
            _stream = new NetworkStream(_socket, ownsSocket: true);
            if (_server.Tls == SmtpTls.Implicit)
            {
                await EncryptAsync(token);
            }

            return await ExpectAsync(220, token);
        }, cancellation);
        await HelloAsync(cancellation);
        if (_server.Tls == SmtpTls.StartTls)
        {
            await CommandAsync("STARTTLS", 220, cancellation);
            await WithinAsync(_server.AnswerSeconds, async token =>
            {
                // What came behind the answer came from whoever sits in between (CVE-2011-0411).
                await (_begin == _end ? EncryptAsync(token) : throw new IOException("the server talks on before it encrypts"));
                return 0;
            }, cancellation);
            await HelloAsync(cancellation);
        }

        if (_server.User.Length > 0)
        {
            await LogInAsync(cancellation);
        }
    }

    private async Task HelloAsync(CancellationToken cancellation)
    {
        var name = _server.From[(_server.From.IndexOf('@', StringComparison.Ordinal) + 1)..];
        _abilities = (await CommandAsync($"EHLO {name}", 250, cancellation)).Lines;
    }

    private bool Can(string ability, string? way = null) => _abilities.Skip(1).Select(line => line.ToUpperInvariant().Replace('=', ' ').Split(' ')).Any(words =>
        words[0] == ability && (way is null || words.Contains(way)));

    private async Task LogInAsync(CancellationToken cancellation)
    {
        if (Can("AUTH", "PLAIN") || !Can("AUTH", "LOGIN"))
        {
            await CommandAsync($"AUTH PLAIN {Base64($"\0{_server.User}\0{_server.Password}")}", 235, cancellation);
            return;
        }

        await CommandAsync("AUTH LOGIN", 334, cancellation);
        await CommandAsync(Base64(_server.User), 334, cancellation);
        await CommandAsync(Base64(_server.Password), 235, cancellation);
    }

    private async Task EncryptAsync(CancellationToken cancellation)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = _server.Host };
        if (_server.TrustedRoot.Length > 0)
        {
            var root = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(_server.TrustedRoot, cancellation));
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.Add(root);
        }

        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(options, cancellation);
    }

    private Task<SmtpReply> CommandAsync(string command, int expected, CancellationToken cancellation)
    {
        if (command.AsSpan().ContainsAny("\r\n\0"))
        {
            throw new ArgumentException("A command is one line.", nameof(command));
        }

        return WithinAsync(_server.AnswerSeconds, async token =>
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), token);
            return await ExpectAsync(expected, token);
        }, cancellation);
    }

    private async Task<SmtpReply> ExpectAsync(int expected, CancellationToken cancellation)
    {
        var reply = await SmtpReply.ReadAsync(() => ReadLineAsync(cancellation));
        return reply.Code == expected || (expected == 250 && reply.Code == 251) ? reply
            : reply.Code >= 400 ? throw new SmtpRefusedException(_step, reply.Code, reply.Status)
            : throw new IOException("an answer is to something else");
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var ready = _buffer.AsSpan(_begin, _end - _begin);
            if (ready.IndexOf((byte)'\n') is >= 0 and var length)
            {
                var line = Encoding.Latin1.GetString(ready[..length]).TrimEnd('\r');
                _begin += length + 1;
                return line;
            }

            _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
            (_begin, _end) = (0, _end - _begin);
            if (_end == _buffer.Length)
            {
                throw new IOException("a line is too long");
            }

            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
            {
                return null;
            }

            _end += read;
        }
    }

    private async Task<T> WithinAsync<T>(int seconds, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new SmtpAwayException(_step, $"no answer within {seconds} seconds");
        }
        catch (Exception failure) when (failure is IOException or SocketException or AuthenticationException)
        {
            throw new SmtpAwayException(_step, failure is AuthenticationException ? "its certificate is not to be trusted" : failure.GetType() == typeof(IOException) ? failure.Message : failure.GetType().Name, failure);
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

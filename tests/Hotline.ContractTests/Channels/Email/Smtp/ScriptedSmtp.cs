using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Hotline.ContractTests.Channels.Email.Imap;

namespace Hotline.ContractTests.Channels.Email.Smtp;

/// <summary>A mail server on loopback that keeps what it is given, and behaves at each command as its test tells it.</summary>
internal sealed class ScriptedSmtp : IAsyncDisposable
{
    /// <summary>In place of an answer: none, ever.</summary>
    public const string Stall = "(stall)";

    /// <summary>In place of an answer: the line is cut.</summary>
    public const string Cut = "(cut)";

    /// <summary>The name of the moment after the message's last dot.</summary>
    public const string End = "(end)";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ServerCertificate _certificate;
    private readonly bool _implicitTls;
    private readonly Task _serving;

    public ScriptedSmtp(ServerCertificate certificate, bool implicitTls = true)
    {
        (_certificate, _implicitTls) = (certificate, implicitTls);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>A message as it was handed over, dots taken out.</summary>
    public sealed record Mail(string From, string To, byte[] Content);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>All messages whose last dot came, taken or not.</summary>
    public ConcurrentQueue<Mail> Mails { get; } = new();

    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>What it answers to EHLO beside its name.</summary>
    public string[] Abilities { get; set; } = ["AUTH PLAIN LOGIN", "8BITMIME"];

    /// <summary>Against RFC 5321 §4.5.5, as some servers are.</summary>
    public bool RefusesEmptySender { get; init; }

    /// <summary>What to answer a command's verb with in place of the usual; null for the usual.</summary>
    public Func<string, string?>? Answer { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                conversations.Add(ConverseAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_implicitTls)
                {
                    stream = await EncryptAsync(stream);
                }

                await TalkAsync(stream);
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // the other side hung up, or the test is over
            }
        }
    }

    private async Task<Stream> EncryptAsync(Stream plain)
    {
        var tls = new SslStream(plain);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate.Certificate }, _stop.Token);
        return tls;
    }

    private async Task TalkAsync(Stream stream)
    {
        var (from, to, logins) = ("", "", 0);
        if (!await SayAsync(stream, "(greeting)", "220 localhost ready"))
        {
            return;
        }

        while (await ReadLineAsync(stream) is { } line)
        {
            Commands.Enqueue(line);
            var verb = line.Split(' ')[0].ToUpperInvariant();
            var usual = verb switch
            {
                "EHLO" => string.Join("\r\n", ["250-localhost", .. Abilities.Select(ability => $"250-{ability}"), "250 HELP"]),
                "AUTH" when line.EndsWith("LOGIN", StringComparison.Ordinal) => "334 VXNlcm5hbWU6",
                "AUTH" => "235 2.7.0 welcome",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                "STARTTLS" => "220 go ahead",
                "MAIL" when RefusesEmptySender && AddressIn(line).Length == 0 => "550 5.7.1 no sender",
                "MAIL" or "RCPT" => "250 2.1.0 ok",
                _ when logins > 0 => --logins == 1 ? "334 UGFzc3dvcmQ6" : "235 2.7.0 welcome",
                _ => "500 what",
            };
            logins = line == "AUTH LOGIN" ? 2 : logins;
            (from, to) = verb switch { "MAIL" => (AddressIn(line), to), "RCPT" => (from, AddressIn(line)), _ => (from, to) };
            if (!await SayAsync(stream, verb, usual) || verb == "QUIT")
            {
                return;
            }

            if (verb == "STARTTLS" && Answer?.Invoke(verb) is null)
            {
                stream = await EncryptAsync(stream);
            }

            if (verb == "DATA" && (Answer?.Invoke(verb) ?? "354").StartsWith("354", StringComparison.Ordinal))
            {
                Mails.Enqueue(new Mail(from, to, await ReadMailAsync(stream)));
                if (!await SayAsync(stream, End, "250 2.0.0 queued"))
                {
                    return;
                }
            }
        }
    }

    private async Task<bool> SayAsync(Stream stream, string verb, string usual)
    {
        var answer = Answer?.Invoke(verb) ?? usual;
        if (answer == Cut)
        {
            return false;
        }

        if (answer == Stall)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\r\n"), _stop.Token);
        return true;
    }

    private async Task<byte[]> ReadMailAsync(Stream stream)
    {
        var mail = new StringBuilder();
        while (await ReadLineAsync(stream) is { } line)
        {
            if (line == ".")
            {
                return Encoding.Latin1.GetBytes(mail.ToString());
            }

            mail.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        throw new IOException("cut off in the message");
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n')
            {
                return line is [.., (byte)'\r'] ? Encoding.Latin1.GetString([.. line[..^1]]) : throw new IOException("a bare line feed"); // as strict servers do since 2023
            }

            line.Add(one[0]);
        }

        return null;
    }

    private static string AddressIn(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hotline.SystemTests;

/// <summary>A mail server on loopback that takes all it is given.</summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public MailSink()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Messages as they came, with their receiver.</summary>
    public ConcurrentQueue<(string To, string Content)> Mails { get; } = new();

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
        using (var reader = new StreamReader(client.GetStream(), Encoding.Latin1))
        {
            try
            {
                await SayAsync("220 localhost");
                var (to, content) = ("", (StringBuilder?)null);
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    if (content is not null && line != ".")
                    {
                        content.AppendLine(line);
                        continue;
                    }

                    if (content is not null)
                    {
                        Mails.Enqueue((to, content.ToString()));
                        content = null;
                    }

                    to = line.StartsWith("RCPT TO:", StringComparison.Ordinal) ? line[9..^1] : to;
                    content = line == "DATA" ? new StringBuilder() : null;
                    await SayAsync(line switch { "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 ok" });
                }
            }
            catch (Exception end) when (end is IOException or OperationCanceledException)
            {
                // the other side hung up, or the test is over
            }
        }

        async Task SayAsync(string answer) => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"), _stop.Token);
    }
}

using System.Text;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Email;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.ContractTests.Channels.Email.Imap;

/// <summary>The e-mail service reading one mailbox, on an embedded store that outlives its restarts.</summary>
internal sealed class ImapHost(string folder, params string[] options) : IAsyncDisposable
{
    private WebApplication? _application;
    private int _readers;

    public LogCapture Logs { get; } = new();

    public AppealIntake Intake => _application!.Services.GetRequiredKeyedService<AppealIntake>(EmailChannel.Name);

    public static byte[] Letter(string title, string body = "滨河路三号楼下的路灯三天不亮。", string to = "12345@12345.example.org") => Encoding.UTF8.GetBytes(
        $"From: <zhang@example.org>\r\nTo: <{to}>\r\nSubject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(title))}?=\r\nDate: Mon, 2 Mar 2026 09:00:00 +0800\r\n"
        + $"Message-ID: <{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(title))}@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n");

    public async Task StartAsync(int port, string trustedRoot, string password = "secret")
    {
        string[] mailbox =
        [
            $"--Hotline:Data={folder}", "--urls=http://127.0.0.1:0", "--Hotline:Email:Imap:0:Host=localhost", $"--Hotline:Email:Imap:0:Port={port}",
            "--Hotline:Email:Imap:0:User=office@example.org", $"--Hotline:Email:Imap:0:Password={password}", $"--Hotline:Email:Imap:0:TrustedRoot={trustedRoot}",
            "--Hotline:Email:Imap:0:PollSeconds=1", "--Hotline:Email:Imap:0:AnswerSeconds=10", "--Hotline:Email:Imap:0:Addressee=市长信箱",
        ];
        _application = new HotlineHost([.. mailbox, .. options]).Add<EmailChannel>().Build();
        _application.Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
        await _application.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync();
            await _application.DisposeAsync();
            _application = null;
        }
    }

    /// <summary>All appeals so far: those that came by <paramref name="atLeast"/>, and what comes within the half second after.</summary>
    public async Task<IReadOnlyList<Appeal>> AppealsAsync(int atLeast)
    {
        var appeals = new List<Appeal>();
        using var quiet = new CancellationTokenSource();
        quiet.CancelAfter(TimeSpan.FromSeconds(atLeast == 0 ? 1 : 40));
        try
        {
            var reader = new Subscription($"counter-{Environment.ProcessId}-{_readers++}", [Topics.Appeals]);
            await foreach (var message in _application!.Services.GetRequiredService<IEventLog>().ReadAsync(reader, quiet.Token))
            {
                if (message.Event.Type == EventTypes.AppealReceived)
                {
                    appeals.Add(JsonSerializer.Deserialize(message.Event.Data.Span, HotlineJson.Default.Appeal)!);
                }

                message.Settle();
                quiet.CancelAfter(appeals.Count < atLeast ? TimeSpan.FromSeconds(40) : TimeSpan.FromMilliseconds(500));
            }
        }
        catch (OperationCanceledException)
        {
            // that was all
        }

        return appeals;
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}

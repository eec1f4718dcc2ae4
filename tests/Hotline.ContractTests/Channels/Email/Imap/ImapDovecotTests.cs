using Hotline.ContractTests.EventLog;
using Xunit;

namespace Hotline.ContractTests.Channels.Email.Imap;

/// <summary>Letters fetched from a real server, killed and started again at will.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ImapDovecotTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-imap-").FullName;
    private Dovecot? _server;
    private ImapHost _host = null!;

    private Dovecot Server => _server!;

    public Task InitializeAsync()
    {
        _host = new ImapHost(_folder);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [SkippableFact]
    public async Task Letters_arrive_as_appeals_and_are_marked_as_seen()
    {
        StartServer();
        Deliver(1, 2, 3);
        await StartAsync();
        await Eventually.Async(() => Server.SeenCount() == 3);
        var appeals = await _host.AppealsAsync(3);
        Assert.Equal(["来信 1", "来信 2", "来信 3"], appeals.Select(appeal => appeal.Title).Order(StringComparer.Ordinal));
        Assert.All(appeals, appeal => Assert.Equal("市长信箱", appeal.Addressee));
        Assert.Equal(ImapHost.Letter("来信 1"), await _host.Intake.OriginalOfAsync((await _host.Intake.FindAsync(appeals.First(appeal => appeal.Title == "来信 1").Number, default))!, default));
    }

    /// <summary>Without IDLE the next look would be nine minutes away.</summary>
    [SkippableFact]
    public async Task A_letter_that_comes_while_waiting_wakes_the_reader()
    {
        StartServer();
        Deliver(1);
        await StartAsync();
        await Eventually.Async(() => Server.SeenCount() == 1);
        for (var number = 2; number <= 4; number++)
        {
            Deliver(number);
            await Eventually.Async(() => Server.SeenCount() == number);
        }

        Assert.Equal(4, (await _host.AppealsAsync(4)).Count);
    }

    [SkippableFact]
    public async Task A_server_killed_in_the_midst_of_a_letter_loses_and_doubles_none()
    {
        const int Letters = 12;
        StartServer();
        for (var number = 1; number <= Letters; number++)
        {
            Server.Deliver($"{number}.a", ImapHost.Letter($"大信 {number}", string.Concat(Enumerable.Repeat("路灯三天不亮，请尽快修理。\r\n", 12_000))));
        }

        await using var relay = new Relay(Server.Port, holdAfter: 2_500_000); // each letter has half a million bytes
        await _host.StartAsync(relay.Port, Server.Certificate.CertificateFile);
        await relay.Reached.WaitAsync(TimeSpan.FromSeconds(60));
        Server.Kill();
        relay.HangUp();
        var before = await _host.AppealsAsync(1);
        Assert.InRange(before.Count, 1, Letters - 1);
        Assert.InRange(Server.SeenCount(), 0, before.Count);

        Server.Start();
        await Eventually.Async(() => Server.SeenCount() > before.Count);
        await _host.StopAsync();
        Server.Kill();
        Server.Start();
        await _host.StartAsync(relay.Port, Server.Certificate.CertificateFile);
        await Eventually.Async(() => Server.UnseenCount() == 0);
        Assert.Equal(Enumerable.Range(1, Letters).Select(number => $"大信 {number}").Order(StringComparer.Ordinal), (await _host.AppealsAsync(Letters)).Select(appeal => appeal.Title).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task Letters_numbered_anew_or_marked_anew_are_not_doubled_and_what_came_meanwhile_is_not_missed()
    {
        StartServer();
        Deliver(1, 2, 3);
        await StartAsync();
        await Eventually.Async(() => Server.SeenCount() == 3);
        await _host.StopAsync();

        // The same UIDs, all marks lost; and a letter that a person has read before us.
        Server.ForgetSeen();
        Server.Deliver("4.a", ImapHost.Letter("来信 4"));
        Server.ReadByAPerson("4.a");
        await StartAsync();
        await Eventually.Async(() => Server.UnseenCount() == 0);
        Assert.Equal(4, (await _host.AppealsAsync(4)).Count);
        await _host.StopAsync();

        // Other UIDs.
        Server.Kill();
        Server.Renumber();
        Server.ForgetSeen();
        Deliver(5);
        Server.Deliver("6.a", ImapHost.Letter("来信 6"));
        Server.ReadByAPerson("6.a");
        Server.Start();
        await StartAsync();
        await Eventually.Async(() => Server.UnseenCount() == 0);
        Assert.Equal(Enumerable.Range(1, 6).Select(number => $"来信 {number}"), (await _host.AppealsAsync(6)).Select(appeal => appeal.Title).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task What_was_read_before_we_began_is_history()
    {
        StartServer();
        Deliver(1);
        Server.ReadByAPerson("1.a");
        Deliver(2);
        await StartAsync();
        await Eventually.Async(() => Server.UnseenCount() == 0);
        Assert.Equal("来信 2", Assert.Single(await _host.AppealsAsync(1)).Title);
    }

    [SkippableFact]
    public async Task A_server_that_is_away_is_waited_for()
    {
        StartServer();
        Server.Kill();
        await StartAsync();
        await Eventually.Async(() => _host.Logs.Lines.Any(line => line.Contains("IMAP mailbox 0 waits", StringComparison.Ordinal)));
        Deliver(1);
        Server.Start();
        await Eventually.Async(() => Server.SeenCount() == 1);
        Assert.Single(await _host.AppealsAsync(1));
    }

    private void StartServer()
    {
        Skip.IfNot(Dovecot.IsThere, "Debian's dovecot-imapd is not installed.");
        _server = new Dovecot();
        _server.Start();
    }

    private void Deliver(params int[] numbers)
    {
        foreach (var number in numbers)
        {
            Server.Deliver($"{number}.a", ImapHost.Letter($"来信 {number}"));
        }
    }

    private Task StartAsync() => _host.StartAsync(Server.Port, Server.Certificate.CertificateFile);
}

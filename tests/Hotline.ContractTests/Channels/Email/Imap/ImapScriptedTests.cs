using Hotline.ContractTests.EventLog;
using Xunit;

namespace Hotline.ContractTests.Channels.Email.Imap;

/// <summary>Servers with their own ways, and hostile ones.</summary>
public sealed class ImapScriptedTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-imap-").FullName;
    private ServerCertificate _certificate = null!;
    private ImapHost _host = null!;

    public Task InitializeAsync()
    {
        _certificate = new ServerCertificate(_folder);
        _host = new ImapHost(_folder);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_server_like_163s_opens_the_folder_to_who_says_who_he_is()
    {
        await using var server = Server((_, conversation) => conversation.ServeAsync(), wantsId: true);
        await StartAsync(server, "--Hotline:Email:Imap:0:Folder=诉求");
        await Eventually.Async(() => server.Seen.Count == 1);
        Assert.Single(await _host.AppealsAsync(1));
        var commands = server.Commands.ToList();
        Assert.InRange(commands.FindIndex(command => command.StartsWith("ID (\"name\" \"Hotline\"", StringComparison.Ordinal)), commands.IndexOf("LOGIN") + 1, commands.IndexOf("SELECT \"&i8lsQg-\"") - 1);
    }

    [Fact]
    public async Task A_letter_is_in_the_store_before_it_is_marked_as_seen()
    {
        var wasStored = false;
        await using var server = Server((_, conversation) =>
        {
            conversation.Instead = (_, command) =>
            {
                wasStored |= command.StartsWith("UID STORE", StringComparison.Ordinal) && Directory.GetFiles(_folder, "hotline.db*").SelectMany(File.ReadAllBytes).ToArray().AsSpan().IndexOf("路灯三天不亮"u8) >= 0;
                return null;
            };
            return conversation.ServeAsync();
        });
        await StartAsync(server);
        await Eventually.Async(() => server.Seen.Count == 1);
        Assert.True(wasStored);
        Assert.DoesNotContain(server.Commands, command => command.Contains("BODY[]", StringComparison.Ordinal) || command.Contains("RFC822)", StringComparison.Ordinal)); // those would mark it
    }

    [Fact]
    public Task A_server_that_stalls_is_left_and_asked_again() => SurvivesAsync(async (number, conversation) =>
    {
        conversation.Instead = (_, command) => (number, command) switch
        {
            (2, "CAPABILITY") => "* CAPABILITY IMAP4rev1\r\n", // and no answer
            (3, _) when command.Contains("BODY.PEEK", StringComparison.Ordinal) => "* 1 FETCH (UID 1 BODY[] {500}\r\nFrom: ",
            _ => null,
        };
        await (number == 1 ? conversation.StallAsync() : conversation.ServeAsync());
    }, "--Hotline:Email:Imap:0:AnswerSeconds=1");

    [Theory]
    [InlineData("* 1 FETCH (UID 1 BODY[] {4294967295}\r\n")]
    [InlineData("* 1 FETCH (UID 1 BODY[] {2147483647}\r\nFrom: x")]
    [InlineData("* 1 FETCH (UID 1 BODY[] {99999999999999999999}\r\n")]
    [InlineData("* 1 FETCH (UID 1 BODY[] {-5}\r\n")]
    [InlineData("* 1 FETCH ((((((((((((((((((((((((((((((\r\n")]
    [InlineData("+ more?\r\n")]
    [InlineData("* BYE for now\r\n")]
    [InlineData("X9 OK done\r\n")]
    public Task What_no_server_may_say_ends_the_connection_only(string words) => SurvivesAsync((number, conversation) =>
    {
        conversation.Instead = (_, command) => number <= 2 && command.Contains("BODY.PEEK", StringComparison.Ordinal) ? words : null;
        return conversation.ServeAsync();
    });

    [Fact]
    public Task A_server_that_never_ends_its_answer_is_left() => SurvivesAsync(async (number, conversation) =>
    {
        if (number == 1)
        {
            await conversation.SayAsync("* OK ready\r\n");
            while (true)
            {
                await conversation.SayAsync(string.Concat(Enumerable.Repeat("* 1 EXISTS\r\n", 1_000)));
            }
        }

        await conversation.ServeAsync();
    });

    [Fact]
    public Task A_server_that_drops_us_after_login_is_asked_again() => SurvivesAsync((number, conversation) =>
    {
        conversation.Instead = (_, command) => number <= 2 && command.StartsWith("LOGIN", StringComparison.Ordinal) ? "" : null;
        return conversation.ServeAsync();
    });

    [Fact]
    public async Task A_letter_at_which_the_server_breaks_each_time_does_not_hold_up_the_others()
    {
        await using var server = Server((_, conversation) =>
        {
            conversation.Instead = static (_, command) => command == "UID FETCH 1 (UID BODY.PEEK[])" ? "" : null;
            return conversation.ServeAsync();
        }, letters: 4);
        await StartAsync(server);
        await Eventually.Async(() => server.Seen.Count == 3);
        Assert.Equal(["来信 2", "来信 3", "来信 4"], (await _host.AppealsAsync(3)).Select(appeal => appeal.Title).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(1u, server.Seen.Keys);
        await Eventually.Async(() => server.Commands.Count(command => command == "UID FETCH 1 (UID BODY.PEEK[])") >= 2); // tried again
    }

    [Theory]
    [InlineData("")]
    [InlineData("* 1 FETCH (UID 1 BODY[] NIL)\r\n")]
    [InlineData("* 1 FETCH (UID 9 BODY[] {3}\r\nabc)\r\n")]
    public async Task A_letter_the_server_does_not_give_is_not_taken_for_an_empty_one(string instead)
    {
        await using var server = Server((_, conversation) =>
        {
            conversation.Instead = (tag, command) => command == "UID FETCH 1 (UID BODY.PEEK[])" ? $"{instead}{tag} OK done\r\n" : null;
            return conversation.ServeAsync();
        }, letters: 2);
        await StartAsync(server);
        await Eventually.Async(() => server.Seen.ContainsKey(2) && server.Commands.Count(command => command == "UID FETCH 1 (UID BODY.PEEK[])") >= 2);
        Assert.DoesNotContain(1u, server.Seen.Keys);
        Assert.Empty(await _host.Intake.ReviewsAsync(0, 10, default));
    }

    [Fact]
    public async Task A_letter_not_yet_marked_is_not_read_again_but_another_one_under_its_UID_is()
    {
        await using var server = Server((_, conversation) => conversation.ServeAsync(), letters: 2);
        await StartAsync(server);
        await Eventually.Async(() => server.Seen.Count == 2);
        await _host.StopAsync();
        server.Letters[2] = ImapHost.Letter("另一封来信");
        server.Seen.Clear();
        server.Commands.Clear();
        await StartAsync(server);
        await Eventually.Async(() => server.Seen.Count == 2);
        Assert.DoesNotContain("UID FETCH 1 (UID BODY.PEEK[])", server.Commands);
        Assert.Equal(["另一封来信", "来信 1", "来信 2"], (await _host.AppealsAsync(3)).Select(appeal => appeal.Title).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_letter_that_is_too_large_stays_unseen_and_is_told_of_once()
    {
        await using var server = Server((_, conversation) => conversation.ServeAsync(), letters: 2);
        server.Letters[1] = ImapHost.Letter("太大", new string('x', 100_000));
        await StartAsync(server, "--Hotline:Email:MostBytes=65536");
        await Eventually.Async(() => server.Seen.ContainsKey(2) && server.Commands.Count(command => command == "UID FETCH 1 (UID RFC822.SIZE INTERNALDATE)") >= 2);
        Assert.DoesNotContain(1u, server.Seen.Keys);
        Assert.DoesNotContain("UID FETCH 1 (UID BODY.PEEK[])", server.Commands);
        Assert.Single(_host.Logs.Lines, line => line.Contains("letter 1 stays unseen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_from_elsewhere_gets_no_password()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_folder, "elsewhere")).FullName;
        using var other = new ServerCertificate(elsewhere);
        await using var server = Server((_, conversation) => conversation.ServeAsync());
        await _host.StartAsync(server.Port, other.CertificateFile);
        await Eventually.Async(() => server.Connections >= 2);
        Assert.Empty(server.Commands);
        Assert.Contains(_host.Logs.Lines, line => line.Contains("IMAP mailbox 0 waits", StringComparison.Ordinal) && line.Contains("certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_that_is_refused_is_not_tried_again_and_again()
    {
        await using var server = Server((_, conversation) =>
        {
            conversation.Instead = static (tag, command) => command.StartsWith("LOGIN", StringComparison.Ordinal) ? $"{tag} NO wrong\r\n" : null;
            return conversation.ServeAsync();
        });
        await StartAsync(server);
        await Eventually.Async(() => _host.Logs.Lines.Any(line => line.Contains("refuses the login: wrong", StringComparison.Ordinal)));
        Assert.Equal(1, server.Connections);
        Assert.DoesNotContain(_host.Logs.Lines, line => line.Contains("a secret of this test", StringComparison.Ordinal) || line.Contains("zhang@example.org", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mailbox_without_a_password_starts_closed_and_says_so_once()
    {
        await _host.StartAsync(1, "", password: "");
        Assert.Empty(await _host.AppealsAsync(0));
        Assert.Single(_host.Logs.Lines, line => line.Contains("IMAP mailbox 0 is closed: Hotline:Email:Imap:0:Password is not set", StringComparison.Ordinal));
    }

    private async Task SurvivesAsync(Func<int, ScriptedImap.Conversation, Task> script, params string[] options)
    {
        await using var server = Server(script);
        await StartAsync(server, options);
        await Eventually.Async(() => server.Seen.Count == 1);
        Assert.Single(await _host.AppealsAsync(1));
        Assert.InRange(server.Connections, 2, 5);
        Assert.DoesNotContain(_host.Logs.Lines, line => line.Contains("IMAP mailbox 0 failed", StringComparison.Ordinal)); // only what was foreseen
    }

    private ScriptedImap Server(Func<int, ScriptedImap.Conversation, Task> script, bool wantsId = false, int letters = 1)
    {
        var server = new ScriptedImap(_certificate, script) { WantsId = wantsId };
        for (var uid = 1u; uid <= letters; uid++)
        {
            server.Letters[uid] = ImapHost.Letter($"来信 {uid}");
        }

        return server;
    }

    private async Task StartAsync(ScriptedImap server, params string[] options)
    {
        _host = new ImapHost(_folder, options);
        await _host.StartAsync(server.Port, _certificate.CertificateFile, "a secret of this test");
    }
}

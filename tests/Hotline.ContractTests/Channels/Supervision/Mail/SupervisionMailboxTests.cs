using Hotline.ContractTests.Channels.Email.Imap;
using Hotline.ContractTests.EventLog;
using Hotline.Hosting;
using Hotline.SupervisionLine;
using Microsoft.Extensions.Options;
using Xunit;

namespace Hotline.ContractTests.Channels.Supervision.Mail;

/// <summary>The line's mailbox on servers that break at each step, or have ways of their own.</summary>
public sealed class SupervisionMailboxTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-line-imap-").FullName;
    private ServerCertificate _certificate = null!;
    private SupervisionHost? _host;

    private SupervisionHost Host => _host!;

    public Task InitializeAsync()
    {
        _certificate = new ServerCertificate(_folder);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The connection ends at a command, before or after it was carried out, and the service ends with it and starts again.</summary>
    [Theory]
    [InlineData("UID SEARCH", false, true)]
    [InlineData("UID FETCH 2 (UID RFC822", false, true)]
    [InlineData("UID FETCH 2 (UID BODY", false, true)]
    [InlineData("UID STORE 2", false, true)]
    [InlineData("UID STORE 2", true, true)]
    [InlineData("UID EXPUNGE 2", false, true)]
    [InlineData("UID EXPUNGE 2", true, true)]
    [InlineData("UID STORE 2", true, false)]
    [InlineData("EXPUNGE", false, false)]
    [InlineData("EXPUNGE", true, false)]
    public async Task An_end_between_any_two_steps_neither_loses_nor_doubles_a_report(string command, bool isDone, bool hasUidPlus)
    {
        var ended = new TaskCompletionSource();
        await using var server = Server((_, conversation) =>
        {
            var isNext = false;
            conversation.Instead = (_, said) =>
            {
                var isIt = isNext || (!isDone && said.StartsWith(command, StringComparison.Ordinal));
                isNext |= said.StartsWith(command, StringComparison.Ordinal);
                if (!isIt || ended.Task.IsCompleted)
                {
                    return null;
                }

                ended.SetResult();
                return "";
            };
            return conversation.ServeAsync();
        }, letters: 3, hasUidPlus);
        await StartAsync(server);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Host.StopAsync();
        await Host.StartAsync();
        await Eventually.Async(() => server.Letters.IsEmpty);
        Assert.Equal(["来信 1", "来信 2", "来信 3"], await SupervisionMail.TitlesAsync(Host));
    }

    [Fact]
    public async Task A_letter_numbered_anew_after_it_was_stored_and_before_it_was_removed_is_one_report()
    {
        var ended = new TaskCompletionSource();
        await using var server = Server((number, conversation) =>
        {
            conversation.Instead = (_, said) =>
            {
                if (number > 1 || !said.StartsWith("UID STORE", StringComparison.Ordinal))
                {
                    return null;
                }

                ended.SetResult();
                return "";
            };
            return conversation.ServeAsync();
        });
        await StartAsync(server);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Host.StopAsync();
        server.Validity = 8;
        server.Letters[5] = server.Letters[1];
        server.Letters.TryRemove(1u, out _);
        await Host.StartAsync();
        await Eventually.Async(() => server.Letters.IsEmpty);
        Assert.Equal(["来信 1"], await SupervisionMail.TitlesAsync(Host));
    }

    [Fact]
    public async Task A_letter_the_server_does_not_let_us_remove_is_fetched_once_and_told_of()
    {
        await using var server = Server((_, conversation) =>
        {
            conversation.Instead = static (tag, said) => said.StartsWith("UID STORE 1", StringComparison.Ordinal) ? $"{tag} NO read-only\r\n" : null;
            return conversation.ServeAsync();
        }, letters: 2);
        await StartAsync(server);
        await Eventually.Async(() => server.Commands.Count(said => said.StartsWith("UID STORE 1", StringComparison.Ordinal)) >= 2 && server.Letters.Count == 1);
        Assert.Single(server.Commands, "UID FETCH 1 (UID BODY.PEEK[])");
        Assert.Equal(2, await SupervisionMail.CountAsync(Host));
        await Eventually.BecomesAsync(async () => (int?)(await SupervisionMail.MailboxAsync(Host))["kept"] == 1);
        Assert.Contains("不让删除", (string?)(await SupervisionMail.MailboxAsync(Host))["why"], StringComparison.Ordinal);
        Assert.Single(Host.Logs.Lines, line => line.Contains("does not let us remove", StringComparison.Ordinal));
    }

    /// <summary>EXPUNGE removes every letter that is marked, so one that cannot be sealed must not be among them.</summary>
    [Fact]
    public async Task Without_UIDPLUS_nothing_is_removed_as_long_as_a_letter_is_marked_that_is_not_sealed()
    {
        await using var server = Server((_, conversation) => conversation.ServeAsync(), letters: 2, hasUidPlus: false);
        server.Letters[1] = SupervisionMail.Letter("太大", new string('x', 100_000));
        server.Deleted[1] = true; // by a person
        await StartAsync(server, "--Hotline:Supervision:Mailbox:MostBytes=65536");
        await Eventually.Async(() => server.Commands.Count(said => said == "UID SEARCH DELETED") >= 2);
        Assert.DoesNotContain("EXPUNGE", server.Commands);
        Assert.Equal(2, server.Letters.Count);
        server.Deleted.TryRemove(1u, out _);
        await Eventually.Async(() => server.Letters.Count == 1);
        Assert.Equal(["来信 2"], await SupervisionMail.TitlesAsync(Host));
        Assert.DoesNotContain("UID FETCH 1 (UID BODY.PEEK[])", server.Commands);
    }

    [Fact]
    public async Task Without_UIDPLUS_what_could_not_be_removed_goes_with_what_comes_later()
    {
        var refused = 0;
        await using var server = Server((_, conversation) =>
        {
            conversation.Instead = (tag, said) => said == "EXPUNGE" && Interlocked.Increment(ref refused) == 1 ? $"{tag} NO not now\r\n" : null;
            return conversation.ServeAsync();
        }, hasUidPlus: false);
        await StartAsync(server);
        await Eventually.Async(() => refused == 1);
        server.Letters[2] = SupervisionMail.Letter("来信 2", "后来的");
        await Eventually.Async(() => server.Letters.IsEmpty);
        Assert.Equal(["来信 1", "来信 2"], await SupervisionMail.TitlesAsync(Host));
    }

    [Fact]
    public async Task A_letter_given_empty_is_not_taken_for_one()
    {
        var given = 0;
        await using var server = Server((_, conversation) =>
        {
            conversation.Instead = (tag, said) =>
                said == "UID FETCH 1 (UID BODY.PEEK[])" && Interlocked.Increment(ref given) == 1 ? $"* 1 FETCH (UID 1 BODY[] \"\")\r\n{tag} OK done\r\n" : null;
            return conversation.ServeAsync();
        });
        await StartAsync(server);
        await Eventually.Async(() => server.Letters.IsEmpty);
        Assert.Equal(2, given);
        Assert.Equal(["来信 1"], await SupervisionMail.TitlesAsync(Host));
    }

    [Fact]
    public async Task A_letter_at_which_the_server_breaks_each_time_does_not_hold_up_the_others()
    {
        await using var server = Server((_, conversation) =>
        {
            conversation.Instead = static (_, said) => said == "UID FETCH 1 (UID BODY.PEEK[])" ? "* 1 FETCH (UID 1 BODY[] {2147483647}\r\nFrom: x" : null;
            return conversation.ServeAsync();
        }, letters: 3);
        await StartAsync(server);
        await Eventually.Async(() => server.Letters.Count == 1);
        Assert.Equal(["来信 2", "来信 3"], await SupervisionMail.TitlesAsync(Host));
    }

    [Fact]
    public async Task A_flood_waits_in_the_mailbox_and_leaves_the_page_open()
    {
        await using var server = Server((_, conversation) => conversation.ServeAsync(), letters: 5);
        await StartAsync(server, "--Hotline:Supervision:ReportsPerHour=2");
        await Eventually.Async(() => server.Letters.Count == 3);
        await Eventually.BecomesAsync(async () => ((string?)(await SupervisionMail.MailboxAsync(Host))["why"])?.Contains("来信太多", StringComparison.Ordinal) is true);
        Assert.DoesNotContain(server.Commands, said => said.StartsWith("UID FETCH 3", StringComparison.Ordinal));
        Assert.Equal(204, (await Host.PostAsync("reports", Host.Report("x").Body)).Status);
        Assert.Equal(3, await SupervisionMail.CountAsync(Host));
    }

    [Fact]
    public async Task Without_officers_keys_nothing_is_fetched_and_it_says_so()
    {
        await using var server = Server((_, conversation) => conversation.ServeAsync());
        await StartAsync(server);
        await Eventually.Async(() => server.Letters.IsEmpty);
        await Host.StopAsync();
        var keys = Host.Officers.ToList();
        Host.Officers.RemoveRange(0, 2);
        server.Letters[2] = SupervisionMail.Letter("来信 2");
        var before = server.Connections;
        await Host.StartAsync();
        var told = await SupervisionMail.MailboxAsync(Host);
        Assert.Equal("closed", (string?)told["state"]);
        Assert.Contains("公钥", (string?)told["why"], StringComparison.Ordinal);
        Assert.Contains(Host.Logs.Lines, line => line.Contains("mailbox is closed", StringComparison.Ordinal) && line.Contains("nothing is fetched", StringComparison.Ordinal));
        Assert.Equal(before, server.Connections);
        await Host.StopAsync();
        Host.Officers.Clear();
        Host.Officers.AddRange(keys);
        await Host.StartAsync();
        await Eventually.Async(() => server.Letters.IsEmpty);
        Assert.Equal(2, await SupervisionMail.CountAsync(Host));
    }

    [Theory]
    [InlineData("--Hotline:Supervision:Mailbox:Password=", "Password")]
    [InlineData("--Hotline:Email:Imap:0:Host=LOCALHOST", "Hotline:Email:Imap")]
    public async Task A_mailbox_without_a_password_or_that_is_the_offices_stays_closed(string option, string why)
    {
        await using var server = Server((_, conversation) => conversation.ServeAsync());
        await StartAsync(server, "--Hotline:Email:Imap:0:User=line@example.org", option);
        var told = await SupervisionMail.MailboxAsync(Host, "admin-01");
        Assert.Equal("closed", (string?)told["state"]);
        Assert.Contains(why, (string?)told["why"], StringComparison.Ordinal);
        Assert.Equal(0, server.Connections);
        Assert.DoesNotContain("line@example.org", await Host.Http.GetStringAsync(new Uri("/supervision", UriKind.Relative)), StringComparison.Ordinal);
    }

    /// <summary>An administrator may know whether it works, not whether there is mail.</summary>
    [Fact]
    public async Task Figures_are_for_officers_alone_and_the_page_tells_what_mail_is()
    {
        await using var server = Server((_, conversation) => conversation.ServeAsync());
        await StartAsync(server);
        await Eventually.BecomesAsync(async () => (string?)(await SupervisionMail.MailboxAsync(Host))["state"] == "open");
        Assert.Equal(["state"], (await SupervisionMail.MailboxAsync(Host, "admin-01")).AsObject().Select(field => field.Key));
        var page = await Host.Http.GetStringAsync(new Uri("/supervision", UriKind.Relative));
        Assert.All(new[] { "line@example.org", "都是明文", "彻底删除", "不会自动回信" }, words => Assert.Contains(words, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_this_machine_it_may_be_read_unencrypted_and_nowhere_else()
    {
        await using var server = new ScriptedImap(null, (_, conversation) => conversation.ServeAsync()) { HasUidPlus = true };
        server.Letters[1] = SupervisionMail.Letter("来信 1");
        await StartAsync(server, "--Hotline:Supervision:Mailbox:Tls=false");
        await Eventually.Async(() => server.Letters.IsEmpty);
        Assert.Equal(["来信 1"], await SupervisionMail.TitlesAsync(Host));
        string[] elsewhere = [$"--Hotline:Data={_folder}", .. SupervisionMail.Options(server.Port, "", "--Hotline:Supervision:Mailbox:Tls=false", "--Hotline:Supervision:Mailbox:Host=imap.example.org")];
        var refused = Assert.Throws<OptionsValidationException>(() => new HotlineHost(elsewhere).Add<SupervisionChannel>().Build());
        Assert.Contains("Tls=false", refused.Message, StringComparison.Ordinal);
    }

    private ScriptedImap Server(Func<int, ScriptedImap.Conversation, Task> script, int letters = 1, bool hasUidPlus = true)
    {
        var server = new ScriptedImap(_certificate, script) { HasUidPlus = hasUidPlus };
        for (var uid = 1u; uid <= letters; uid++)
        {
            server.Letters[uid] = SupervisionMail.Letter($"来信 {uid}");
        }

        return server;
    }

    private Task StartAsync(ScriptedImap server, params string[] more)
    {
        _host = new SupervisionHost(3, SupervisionMail.Options(server.Port, _certificate.CertificateFile, more));
        return _host.StartAsync();
    }
}

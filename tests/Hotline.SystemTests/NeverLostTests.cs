using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace Hotline.SystemTests;

/// <summary>What is acknowledged is there, once, whatever dies: real processes under load, killed, and counted from outside.</summary>
public sealed class NeverLostTests(ITestOutputHelper output)
{
    private const int Citizens = 8;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("HOTLINE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 20261121;

    /// <summary>HOTLINE_KILLS=200 for a long run.</summary>
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("HOTLINE_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : 8;

    /// <summary>Where faults are counted by system calls: only the services whose calls they are to hit.</summary>
    private static readonly string[] ReceivePath = ["--Hotline:Services=intake-app,dispatch"];

    [Theory]
    [InlineData(Form.OneProcess)]
    [InlineData(Form.Split)]
    public async Task Killed_at_random_under_load_nothing_is_lost_or_doubled(Form form)
    {
        await using var hotline = await RunningHotline.StartAsync(form);
        var verdict = await KillAtRandomAsync(hotline, Kills);
        Assert.True(verdict.Holds, $"{verdict} (HOTLINE_SEED={Seed})");
        Assert.True(verdict.Acknowledged > Kills, verdict.ToString());
    }

    /// <summary>The syncs that make a new store: whatever of it is there, the next start copes.</summary>
    [SkippableFact]
    public async Task Killed_at_each_sync_of_its_first_start_the_next_start_copes()
    {
        Skip.IfNot(Strace.Works, Strace.Reason);
        for (var sync = 1; sync <= 7; sync++)
        {
            using var folder = new TemporaryFolder();
            await Assert.ThrowsAsync<InvalidOperationException>(() => RunningHotline.StartAsync(Form.OneProcess, folder.Path, ReceivePath, Strace.Kill(sync)));
            await FinishAsync(folder.Path, new Ledger(), sync);
        }
    }

    /// <summary>The n-th sync of the writer: commits of number blocks, appeals, work orders and replies, and the copying back of the log.</summary>
    [SkippableFact]
    public async Task Killed_at_each_sync_of_the_receive_path_nothing_is_lost_or_doubled()
    {
        Skip.IfNot(Strace.Works, Strace.Reason);
        for (var sync = 1; sync <= 10; sync++)
        {
            using var folder = new TemporaryFolder();
            await using (var made = await RunningHotline.StartAsync(Form.OneProcess, folder.Path, ReceivePath))
            {
                await made.StopAsync();
            }

            var ledger = new Ledger();
            await using (var hotline = await RunningHotline.StartAsync(Form.OneProcess, folder.Path, ReceivePath, Strace.Kill(sync)))
            {
                using var dead = new CancellationTokenSource(TimeSpan.FromSeconds(20));
                var load = new Crowd(hotline, ledger, Seed).RunAsync(4, dead.Token);
                while (hotline.Runs("all") && !dead.IsCancellationRequested)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
                }

                Assert.False(hotline.Runs("all"), $"the tracer never killed it at sync {sync}");
                hotline.Tracer = [];
                await hotline.StartAsync();
                await dead.CancelAsync();
                await load;
            }

            await FinishAsync(folder.Path, ledger, sync);
        }
    }

    [SkippableTheory]
    [InlineData("fdatasync:error=EIO:when=9", false)] // one alone may hit a sync that nobody waits for
    [InlineData("fdatasync:error=EIO:when=9+5", true)]
    [InlineData("pwrite64:error=ENOSPC:when=40..80", true)]
    [InlineData("pwrite64:error=EIO:when=40+9", true)]
    public async Task A_failing_disk_costs_answers_but_no_appeal(string fault, bool refuses)
    {
        Skip.IfNot(Strace.Works, Strace.Reason);
        var ledger = new Ledger();
        await using var hotline = await RunningHotline.StartAsync(Form.OneProcess, options: ReceivePath, tracer: Strace.Inject(fault));
        var crowd = new Crowd(hotline, ledger, Seed);
        await crowd.RunAsync(Citizens, After(3));
        if (hotline.Runs("all"))
        {
            await hotline.KillAsync("all");
        }

        hotline.Tracer = [];
        await hotline.StartAsync();
        await new Crowd(hotline, ledger, Seed + 5000).RunAsync(2, After(0.3));
        var verdict = await ledger.JudgeAsync(hotline.Data);
        output.WriteLine($"{fault}: {verdict}, refused {crowd.Refused}");
        Assert.True(verdict.Holds, $"{fault}: {verdict}");
        Assert.True(verdict.Acknowledged > 0 && (crowd.Refused > 0 || !refuses), $"the fault did not bite: {verdict}");
    }

    [SkippableFact]
    public async Task A_full_disk_is_said_and_when_there_is_room_again_receiving_goes_on()
    {
        using var disk = SmallDisk.Mount(megabytes: 24);
        Skip.If(disk is null, "a small file system cannot be mounted here: it needs root");
        var ledger = new Ledger();
        await using var hotline = await RunningHotline.StartAsync(Form.OneProcess, disk.Folder);
        disk.Fill();
        using (var citizen = await hotline.NewCitizenAsync())
        {
            for (var i = 0; ; i++)
            {
                Assert.True(i < 5000, "the disk never filled");
                using var answer = await citizen.SubmitAsync(Scenario.AppealOf(new string('满', 4000)), $"full-{i}");
                if ((int)answer.StatusCode == 507)
                {
                    Assert.NotNull(answer.Headers.RetryAfter);
                    break;
                }

                answer.EnsureSuccessStatusCode();
                ledger.Attempt($"full-{i}");
                ledger.Acknowledge($"full-{i}", (await AllInOne.Practice.AppClient.ReadAsync(answer))["number"]!.GetValue<string>());
            }
        }

        disk.MakeRoom(); // for some 900 appeals: a long rush would fill it again
        await new Crowd(hotline, ledger, Seed).RunAsync(2, After(0.3));
        var verdict = await ledger.JudgeAsync(hotline.Data);
        output.WriteLine(verdict.ToString());
        Assert.True(verdict.Holds, verdict.ToString());
    }

    [Theory]
    [InlineData("AckBeforeCommit")]
    [InlineData("NoDedupe")]
    public async Task A_build_that_breaks_the_promise_is_caught(string mutant)
    {
        await using var hotline = await RunningHotline.StartAsync(Form.OneProcess, options: ["--Hotline:Documents=Mutants", $"--Hotline:Mutant={mutant}"]);
        var verdict = await KillAtRandomAsync(hotline, 4);
        Assert.False(verdict.Holds, $"the ledger did not notice {mutant}: {verdict}");
        Assert.True(mutant == "NoDedupe" ? verdict.Doubled > 0 : verdict.Lost > 0, $"{mutant}: {verdict}");
    }

    /// <summary>As in a cluster whose MongoDB cannot be reached: the channel receives into its journal, is killed meanwhile, and carries all over.</summary>
    [Fact]
    public async Task With_the_store_away_and_the_channel_killed_meanwhile_receiving_goes_on_and_nothing_is_lost_or_doubled()
    {
        using var journal = new TemporaryFolder();
        await using var hotline = await RunningHotline.StartAsync(
            Form.Split, options: ["--Hotline:Documents=Mutants", "--Hotline:Mutant=Away", $"--Hotline:Journal:Folder={journal.Path}"]);
        var away = Path.Combine(hotline.Data, "away");
        var ledger = new Ledger();
        using var over = new CancellationTokenSource();
        var crowd = new Crowd(hotline, ledger, Seed);
        var load = crowd.RunAsync(Citizens, over.Token);
        for (var outage = 0; outage < 2; outage++)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System, CancellationToken.None);
            await File.WriteAllTextAsync(away, "");
            var before = ledger.Acknowledged;
            await ReceivesAsync(before);
            await hotline.KillAsync("intake-app");
            hotline.Start("intake-app");
            await hotline.ReadyAsync();
            await ReceivesAsync(ledger.Acknowledged);
            output.WriteLine($"outage {outage + 1}: {ledger.Acknowledged - before} received meanwhile");
            File.Delete(away);
        }

        await over.CancelAsync();
        await load;
        var verdict = await ledger.JudgeAsync(hotline.Data, carries: true);
        output.WriteLine($"{verdict}, tried again {crowd.Refused}");
        Assert.True(verdict.Holds, verdict.ToString());

        async Task ReceivesAsync(int than)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (ledger.Acknowledged < than + 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
        }
    }

    [Fact]
    public async Task A_second_platform_on_the_same_store_is_refused_with_a_clear_sentence()
    {
        await using var first = await RunningHotline.StartAsync(Form.OneProcess);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningHotline.StartAsync(Form.OneProcess, first.Data));
        Assert.Contains("already runs on this store", refusal.Message, StringComparison.Ordinal);
        Assert.True(first.Runs("all"));
    }

    private async Task<Verdict> KillAtRandomAsync(RunningHotline hotline, int kills)
    {
        var random = new Random(Seed);
        var ledger = new Ledger();
        using var over = new CancellationTokenSource();
        var crowd = new Crowd(hotline, ledger, Seed);
        var load = crowd.RunAsync(Citizens, over.Token);
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1200)), TimeProvider.System, CancellationToken.None);
            var victim = hotline.Names[random.Next(hotline.Names.Count)];
            await hotline.KillAsync(victim);
            hotline.Start(victim);
            await hotline.ReadyAsync();
        }

        await over.CancelAsync();
        await load;
        var verdict = await ledger.JudgeAsync(hotline.Data);
        output.WriteLine($"{hotline.Form}, {kills} kills, seed {Seed}: {verdict}, tried again {crowd.Refused}");
        return verdict;
    }

    /// <summary>Starts once more, receives a little, and judges.</summary>
    private async Task FinishAsync(string folder, Ledger ledger, int sync)
    {
        await using var hotline = await RunningHotline.StartAsync(Form.OneProcess, folder);
        await new Crowd(hotline, ledger, Seed + (1000 * sync)).RunAsync(2, After(0.3));
        var verdict = await ledger.JudgeAsync(folder);
        output.WriteLine($"killed at sync {sync}: {verdict}");
        Assert.True(verdict.Holds, $"killed at sync {sync}: {verdict}");
        Assert.True(verdict.Acknowledged > 0, verdict.ToString());
    }

    private static CancellationToken After(double seconds) => new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;
}

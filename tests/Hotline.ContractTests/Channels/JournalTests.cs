using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Hotline.Contracts;
using Hotline.ContractTests.Documents;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Ports;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>Two replicas of a channel on one store that goes away: each receives on, and what they received is in the store when it is back, once.</summary>
public sealed class JournalTests : IAsyncLifetime
{
    private readonly string _keys = Directory.CreateTempSubdirectory("hotline-keys-").FullName;
    private readonly SqliteHarness _main = SqliteHarness.Start(service: "intake-app");
    private readonly StoreSwitch _store = new();
    private readonly List<JournalReplica> _replicas = [];
    private JournalReplica _one = null!;
    private JournalReplica _two = null!;

    public async Task InitializeAsync() => (_one, _two) = (await StartAsync(), await StartAsync());

    public async Task DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await _main.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }

    [Fact]
    public async Task What_came_while_the_store_was_away_is_in_it_afterwards_whole()
    {
        _store.IsAway = true;
        var receipt = await _one.SendAsync("a", "路灯不亮");
        Assert.False(receipt.Repeated);
        Assert.Equal("路灯不亮", (await _one.Intake.FindAsync(receipt.Number, default))!.State.Appeal.Text);
        Assert.Equal(1, _one.Journal.Waiting);
        await Assert.ThrowsAsync<EngineAwayException>(async () => await _one.Journal.CarryAsync(default));

        _store.IsAway = false;
        Assert.Equal(1, await _one.Journal.CarryAsync(default));
        Assert.Equal(0, _one.Journal.Waiting);
        var appeal = (await _two.Intake.FindAsync(receipt.Number, default))!;
        Assert.Equal((receipt.Id, "路灯不亮", receipt.ReceivedAt), (appeal.Id, appeal.State.Appeal.Text, appeal.State.Appeal.ReceivedAt));
        Assert.Equal("路灯不亮", Encoding.UTF8.GetString((await _two.Intake.OriginalOfAsync(appeal, default))!));
        Assert.Equal("13000000000", (await _two.Intake.RevealContactAsync(appeal.Id, "tester", "test", default))!.Phone);
        Assert.Equal(CloudEvent.IdOf(appeal.Id, 1), Assert.Single(await PublishedAsync(1)).Event.Id);
    }

    [Fact]
    public async Task Sent_again_it_gets_the_same_receipt_before_and_after_the_store_is_back()
    {
        _store.IsAway = true;
        var first = await _one.SendAsync("a", "路灯不亮");
        var again = await _one.SendAsync("a", "路灯不亮");
        _store.IsAway = false;
        var before = await _one.SendAsync("a", "路灯不亮");
        await _one.Journal.CarryAsync(default);
        var after = await _two.SendAsync("a", "路灯不亮");
        _store.IsAway = true;
        var away = await _one.SendAsync("a", "路灯不亮");
        Assert.All([again, before, after, away], receipt => Assert.Equal((first.Number, first.Code, true), (receipt.Number, receipt.Code, receipt.Repeated)));
    }

    [Fact]
    public async Task Received_by_both_the_second_number_leads_to_the_first()
    {
        _store.IsAway = true;
        var one = await _one.SendAsync("a", "路灯不亮");
        var two = await _two.SendAsync("a", "路灯不亮");
        Assert.NotEqual(one.Number, two.Number);
        _store.IsAway = false;
        await _one.Journal.CarryAsync(default);
        await _two.Journal.CarryAsync(default);

        var appeal = (await _one.Intake.FindAsync(two.Number, default))!;
        Assert.Equal(one.Number, appeal.State.Appeal.Number);
        Assert.Equal(appeal.Id, (await _two.Intake.FindAsync(one.Number, default))!.Id);
        Assert.True(_one.Intake.IsCodeOf(appeal, one.Code) && _one.Intake.IsCodeOf(appeal, two.Code));
        Assert.False(_one.Intake.IsCodeOf(appeal, _one.Intake.Codes.For(Guid.Empty)));
        await _one.SendAsync("last", "末");
        Assert.Equal([CloudEvent.IdOf(appeal.Id, 1)], (await PublishedAsync(2)).Take(1).Select(message => message.Event.Id));
        await _two.Intake.Balance.WriteAsync(default);
        var balance = await DayBalances.OfAsync(_one.Intake, OfficeTime.Day(one.ReceivedAt), default);
        Assert.Contains(new StoredBalance(EntryOutcome.Appeal, Acknowledged: 3, Stored: 3), balance.Stored);
    }

    [Fact]
    public async Task Other_words_under_the_same_key_become_an_appeal_of_their_own()
    {
        _store.IsAway = true;
        var one = await _one.SendAsync("a", "路灯不亮");
        var two = await _two.SendAsync("a", "井盖丢失");
        _store.IsAway = false;
        await _one.Journal.CarryAsync(default);
        await _two.Journal.CarryAsync(default);
        Assert.Equal("路灯不亮", (await _one.Intake.FindAsync(one.Number, default))!.State.Appeal.Text);
        Assert.Equal("井盖丢失", (await _one.Intake.FindAsync(two.Number, default))!.State.Appeal.Text);

        var another = await StartAsync();
        _store.IsAway = true;
        var three = await another.SendAsync("a", "井盖丢失"); // the answer of before never came
        _store.IsAway = false;
        await another.Journal.CarryAsync(default);
        Assert.Equal((await _two.Intake.FindAsync(two.Number, default))!.Id, (await _two.Intake.FindAsync(three.Number, default))!.Id);
    }

    [Fact]
    public async Task An_id_given_away_leads_to_the_appeal_too()
    {
        _store.IsAway = true;
        await _one.SendAsync("a", "路灯不亮");
        var two = await _two.SendAsync("a", "路灯不亮");
        _store.IsAway = false;
        await _one.Journal.CarryAsync(default);
        await _two.Journal.CarryAsync(default);
        Assert.Equal(two.Number, (await _one.Intake.GetAsync(two.Id, default))!.State.Aliases.Single().Number);
        Assert.Null(await _one.Intake.GetAsync(Guid.Empty, default));
    }

    [Fact]
    public async Task A_store_that_hangs_is_away_too()
    {
        await _one.SendAsync("before", "路灯不亮");
        _store.Hangs = new TaskCompletionSource();
        var receipt = await _one.SendAsync("a", "路灯不亮").WaitAsync(TimeSpan.FromSeconds(20));
        var next = await _one.SendAsync("b", "路灯不亮").WaitAsync(TimeSpan.FromSeconds(2)); // nobody asks it again
        await Assert.ThrowsAsync<EngineAwayException>(async () => await _one.Journal.CarryAsync(default));
        _store.Hangs.SetResult(); // what hung is done after all
        _store.Hangs = null;
        Assert.Equal(2, await _one.Journal.CarryAsync(default));
        foreach (var number in new[] { receipt.Number, next.Number })
        {
            Assert.Empty((await _two.Intake.FindAsync(number, default))!.State.Aliases);
        }
    }

    [Fact]
    public async Task What_the_store_does_not_take_holds_up_nothing_else()
    {
        _store.IsAway = true;
        var refused = await _one.SendAsync("refused", "路灯不亮");
        var taken = await _one.SendAsync("taken", "井盖丢失");
        (_store.IsAway, _store.Refuses) = (false, refused.Id);
        Assert.Equal(1, await _one.Journal.CarryAsync(default));
        Assert.NotNull(await _two.Intake.FindAsync(taken.Number, default));
        Assert.Equal(1, _one.Journal.Waiting);
        _store.Refuses = null;
        Assert.Equal(1, await _one.Journal.CarryAsync(default));
        Assert.NotNull(await _two.Intake.FindAsync(refused.Number, default));
    }

    [Fact]
    public async Task A_commit_that_happened_though_it_failed_is_found_again()
    {
        _store.FailsAfterCommit = true;
        var receipt = await _one.SendAsync("a", "路灯不亮");
        _store.FailsAfterCommit = false;
        await _one.Journal.CarryAsync(default);
        var appeal = (await _two.Intake.FindAsync(receipt.Number, default))!;
        Assert.Equal(receipt.Id, appeal.Id);
        Assert.Empty(appeal.State.Aliases);
    }

    [Fact]
    public async Task A_replica_that_restarts_meanwhile_loses_nothing_and_gives_no_number_twice()
    {
        _store.IsAway = true;
        var numbers = new List<string>();
        for (var start = 0; start < 3; start++)
        {
            numbers.Add((await _one.SendAsync($"a{start}", "路灯不亮")).Number);
            numbers.Add((await _one.SendAsync($"b{start}", "路灯不亮")).Number);
            await _one.RestartAsync();
            Assert.Equal(numbers.Count, _one.Journal.Waiting);
        }

        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        _store.IsAway = false;
        await _one.Journal.CarryAsync(default);
        foreach (var number in numbers)
        {
            Assert.NotNull(await _two.Intake.FindAsync(number, default));
        }
    }

    [Fact]
    public async Task Without_numbers_left_it_says_so_and_goes_on_when_the_store_is_back()
    {
        _store.IsAway = true;
        var numbers = new HashSet<string>();
        EngineAwayException? refusal = null;
        for (var i = 0; refusal is null; i++)
        {
            try
            {
                Assert.True(numbers.Add((await _one.SendAsync($"{i}", "路灯不亮")).Number));
            }
            catch (EngineAwayException away)
            {
                refusal = away;
            }
        }

        Assert.Contains("held in advance", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(numbers.Count, JournalReplica.Numbers, JournalReplica.Numbers + 200); // those in stock, and what was left of the block in use
        _store.IsAway = false;
        Assert.Equal(numbers.Count, await _one.Journal.CarryAsync(default));
        Assert.True(numbers.Add((await _one.SendAsync("more", "路灯不亮")).Number));
    }

    [Fact]
    public async Task The_journal_names_no_sender()
    {
        _store.IsAway = true;
        await _one.SendAsync("a-device-that-is-somebody/1", "路灯不亮");
        await _one.RestartAsync();
        var bytes = _one.Files.SelectMany(File.ReadAllBytes).ToArray();
        Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes("路灯不亮")) >= 0); // as in the store itself
        Assert.Equal(-1, bytes.AsSpan().IndexOf("a-device-that-is-somebody"u8));
        Assert.Equal(-1, bytes.AsSpan().IndexOf("13000000000"u8));
    }

    [Fact]
    public async Task Review_items_go_the_same_way_and_additions_wait()
    {
        _store.IsAway = true;
        var item = await _one.Intake.KeepForReviewAsync("sender", Original("乱码"), "看不懂", default);
        await _two.Intake.KeepForReviewAsync("sender", Original("乱码"), "看不懂", default);
        var receipt = await _one.SendAsync("a", "路灯不亮");
        var appeal = (await _one.Intake.FindAsync(receipt.Number, default))!;
        await Assert.ThrowsAsync<EngineAwayException>(async () => await _one.Intake.UrgeAsync(appeal, "u", null, Original("催"), default));
        _store.IsAway = false;
        await Assert.ThrowsAsync<EngineAwayException>(async () => await _one.Intake.UrgeAsync(appeal, "u", null, Original("催"), default));
        await _one.Journal.CarryAsync(default);
        await _two.Journal.CarryAsync(default);
        await _two.Intake.Balance.WriteAsync(default);
        Assert.True((await DayBalances.OfAsync(_one.Intake, OfficeTime.Day(receipt.ReceivedAt), default)).AddsUp);
        Assert.Equal("乱码", Encoding.UTF8.GetString((await _two.Intake.ReviewOriginalAsync(item.Id, default))!));
        Assert.Single((await _one.Intake.UrgeAsync((await _one.Intake.FindAsync(receipt.Number, default))!, "u", null, Original("催"), default)).State.Urges);
    }

    [Fact]
    public async Task With_the_store_coming_and_going_under_load_nothing_is_lost_or_doubled()
    {
        const int Senders = 6;
        const int Each = 60;
        var receipts = new ConcurrentDictionary<string, ConcurrentBag<Receipt>>();
        using var over = new CancellationTokenSource();
        var flicker = FlickerAsync(over.Token);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            var random = new Random(sender);
            for (var i = 0; i < Each; i++)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{sender}-{i}");
                var times = random.Next(4) == 0 ? 3 : 1;
                await Task.WhenAll(Enumerable.Range(0, times).Select(async _ =>
                {
                    while (true)
                    {
                        try
                        {
                            receipts.GetOrAdd(key, _ => []).Add(await _replicas[random.Next(2)].SendAsync(key, $"诉求{key}"));
                            return;
                        }
                        catch (EngineAwayException)
                        {
                            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
                        }
                    }
                }));
            }
        })));
        await over.CancelAsync();
        await flicker;
        _store.IsAway = false;
        await _one.Journal.CarryAsync(default);
        await _two.Journal.CarryAsync(default);

        var ids = new HashSet<Guid>();
        foreach (var (key, given) in receipts)
        {
            var found = await Task.WhenAll(given.Select(async receipt => (Receipt: receipt, Appeal: (await _one.Intake.FindAsync(receipt.Number, default))!)));
            Assert.All(found, pair => Assert.True(pair.Appeal.State.Appeal.Text == $"诉求{key}" && _one.Intake.IsCodeOf(pair.Appeal, pair.Receipt.Code)));
            Assert.True(ids.Add(Assert.Single(found.Select(pair => pair.Appeal.Id).Distinct())), key);
        }

        Assert.Equal(Senders * Each, ids.Count);
        var events = await PublishedAsync(ids.Count);
        Assert.Equal(ids.Order(), events.Select(message => message.Event.PartitionKey).Order());
        Assert.True(_store.Refusals > 0);
    }

    private async Task FlickerAsync(CancellationToken over)
    {
        var random = new Random(20261121);
        while (!over.IsCancellationRequested)
        {
            (_store.IsAway, _store.FailsAfterCommit) = (!_store.IsAway, random.Next(2) == 0);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 40)), TimeProvider.System, CancellationToken.None);
            try
            {
                await _replicas[random.Next(2)].Journal.CarryAsync(CancellationToken.None);
            }
            catch (EngineAwayException)
            {
                // it waits on
            }
        }

        _store.FailsAfterCommit = false;
    }

    private static Original Original(string text) => new(Encoding.UTF8.GetBytes(text), "text/plain");

    private async Task<List<LogMessage>> PublishedAsync(int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var messages = new List<LogMessage>();
        await foreach (var message in _main.Outbox.ReadAsync("journal-test", "intake-app", deadline.Token))
        {
            messages.Add(message);
            if (messages.Count == count)
            {
                break;
            }
        }

        return messages;
    }

    private async Task<JournalReplica> StartAsync()
    {
        var replica = new JournalReplica(_store.Of(_main.Stores), _main.Blobs, new ServiceKeys(_keys));
        _replicas.Add(replica);
        await replica.StartAsync();
        return replica;
    }
}

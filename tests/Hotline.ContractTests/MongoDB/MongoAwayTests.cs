using System.Diagnostics;
using Hotline.Contracts;
using Hotline.ContractTests.Documents;
using Hotline.Ports;
using Hotline.Providers.MongoDB;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;
using Xunit;

namespace Hotline.ContractTests.MongoDB;

/// <summary>What the provider does when the network or the configuration fails it.</summary>
public sealed class MongoAwayTests
{
    private static readonly (string, string)[] Quick =
    [
        ("Hotline:MongoDB:AwayAfterMs", "1500"), ("Hotline:MongoDB:CallMs", "1000"), ("Hotline:MongoDB:HolderMs", "600"), ("Hotline:MongoDB:PageWaitMs", "5000"),
    ];

    private readonly Uuid7 _ids = new(TimeProvider.System);

    [SkippableFact]
    public async Task Nothing_is_lost_or_doubled_when_connections_are_cut_before_their_answer()
    {
        const int Writers = 6;
        const int Each = 30;
        await using var store = MongoHarness.Start();
        await using var network = new CuttingProxy(MongoServer.ConnectionString);
        await using var process = MongoHarness.Start(store.Name, network.ConnectionString, Quick);
        network.CutEach = 17;
        var memos = process.Memos;
        var failed = 0;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var fact = new NewFact(new MemoWritten("文字", ["cut"]), TimeProvider.System.GetUtcNow(), Topics.Appeals);
                for (var done = false; !done;)
                {
                    try
                    {
                        await memos.AddOnceAsync(new NewDocument(_ids.Next(), $"{writer}/{i}", [fact]), CancellationToken.None);
                        done = true;
                    }
                    catch (EngineAwayException)
                    {
                        Interlocked.Increment(ref failed);
                    }
                }
            }
        })));
        network.CutEach = 0;
        Assert.True(network.Cuts > 10 && failed > 0, $"{network.Cuts} cuts, {failed} failures: the network was too kind.");
        var found = await store.Memos.QueryAsync("tag", "cut", 0, 1000, CancellationToken.None);
        Assert.Equal(Writers * Each, found.Count);
        Assert.Equal(Writers * Each, await store.Stored.CountDocumentsAsync(new BsonDocument("t", "memos")));
        for (var writer = 0; writer < Writers; writer++)
        {
            for (var i = 0; i < Each; i++)
            {
                Assert.NotNull(await store.Memos.FindAsync($"{writer}/{i}", CancellationToken.None));
            }
        }

        var events = new List<string>();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var message in store.Outbox.ReadAsync("relay", MongoHarness.Service, deadline.Token))
        {
            events.Add(message.Event.Id);
            if (events.Count == Writers * Each)
            {
                break;
            }
        }

        Assert.Equal(found.Select(memo => CloudEvent.IdOf(memo.Id, 1)).Order(), events.Order());
    }

    [SkippableFact]
    public async Task A_page_skips_nothing_while_connections_are_cut()
    {
        await using var store = MongoHarness.Start(null, null, Quick);
        await using var network = new CuttingProxy(MongoServer.ConnectionString);
        await using var process = MongoHarness.Start(store.Name, network.ConnectionString, Quick);
        network.CutEach = 13;
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
            {
                while (await Record.ExceptionAsync(async () => await process.Memos.AddOnceAsync(Memo.New(_ids, $"{writer}/{i}", "页", "page"), CancellationToken.None)) is { } failure)
                {
                    Assert.IsType<EngineAwayException>(failure);
                }
            }
        })));
        var seen = new List<long>();
        while (true)
        {
            var done = writing.IsCompleted;
            var page = await store.Memos.QueryAsync("tag", "page", seen.LastOrDefault(), 7, CancellationToken.None);
            seen.AddRange(page.Select(memo => memo.Sequence));
            if (done && page.Count == 0)
            {
                break;
            }
        }

        await writing;
        Assert.Equal(120, seen.Count);
        Assert.Equal(seen.Order().Distinct(), seen);
    }

    [SkippableFact]
    public async Task A_store_that_is_away_is_said_soon_and_used_again_when_it_is_back()
    {
        await using var store = MongoHarness.Start();
        await using var network = new CuttingProxy(MongoServer.ConnectionString);
        await using var process = MongoHarness.Start(store.Name, network.ConnectionString, Quick);
        await process.OpenAsync();
        await process.Memos.AddOnceAsync(Memo.New(_ids, "before"), CancellationToken.None);
        network.Refuse(true);
        var watch = Stopwatch.StartNew();
        var away = await Assert.ThrowsAsync<EngineAwayException>(async () => await process.Memos.AddOnceAsync(Memo.New(_ids, "while-away"), CancellationToken.None));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.False(away.DiskFull);
        await Assert.ThrowsAsync<EngineAwayException>(async () => await process.Memos.FindAsync("before", CancellationToken.None));
        await Assert.ThrowsAsync<EngineAwayException>(async () => await process.Blobs.GetAsync(BlobRef.Of("abc"u8, DateTimeOffset.UnixEpoch), CancellationToken.None));

        network.Refuse(false);
        Assert.NotNull(await process.Memos.FindAsync("before", CancellationToken.None));
        Assert.True((await process.Memos.AddOnceAsync(Memo.New(_ids, "back"), CancellationToken.None)).Added);
    }

    [SkippableFact]
    public async Task A_process_starts_while_the_store_is_away_and_prepares_it_later()
    {
        await using var store = MongoHarness.Start();
        await using var network = new CuttingProxy(MongoServer.ConnectionString);
        network.Refuse(true);
        await using var process = MongoHarness.Start(store.Name, network.ConnectionString, Quick);
        await process.OpenAsync();
        network.Refuse(false);
        Assert.True((await process.Memos.AddOnceAsync(Memo.New(_ids, "first"), CancellationToken.None)).Added);
        Assert.Equal(["_id_", "id", "index", "pending", "sequence"], (await (await store.Stored.Indexes.ListAsync()).ToListAsync()).Select(index => index["name"].AsString).Order());
    }

    [SkippableFact]
    public async Task Migrating_says_what_it_made_and_does_nothing_the_second_time()
    {
        await using var store = MongoHarness.Start();
        Assert.Equal(5, (await store.Migration.MigrateAsync(CancellationToken.None)).Count); // the schema and four indexes
        Assert.Empty(await store.Migration.MigrateAsync(CancellationToken.None));
        await using var process = MongoHarness.Start(store.Name);
        Assert.Empty(await process.Migration.MigrateAsync(CancellationToken.None));

        await using var network = new CuttingProxy(MongoServer.ConnectionString);
        network.Refuse(true);
        await using var cutOff = MongoHarness.Start(store.Name, network.ConnectionString, Quick);
        await Assert.ThrowsAsync<EngineAwayException>(() => cutOff.Migration.MigrateAsync(CancellationToken.None));
    }

    [SkippableFact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using var store = MongoHarness.Start();
        await store.OpenAsync();
        await store.Database.GetCollection<BsonDocument>("schema").UpdateOneAsync(new BsonDocument("_id", "hotline"), new BsonDocument("$set", new BsonDocument("version", 99)));
        await using var process = MongoHarness.Start(store.Name);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(process.OpenAsync);
        Assert.Contains("schema 99", failure.Message, StringComparison.Ordinal);
        Assert.Contains("newer version", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await process.Memos.FindAsync("any", CancellationToken.None));
    }

    [SkippableFact]
    public async Task A_document_larger_than_MongoDB_holds_is_said_and_holds_nothing_up()
    {
        await using var store = MongoHarness.Start();
        var large = new string('字', 6_000_000);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await store.Memos.AddOnceAsync(Memo.New(_ids, "large", large), CancellationToken.None));
        Assert.Contains("16 MB", failure.Message, StringComparison.Ordinal);
        await store.Memos.AddOnceAsync(Memo.New(_ids, "small"), CancellationToken.None);
        Assert.Single(await store.Memos.QueryAsync("all", "all", 0, 10, CancellationToken.None));
    }

    [Fact]
    public void The_embedded_log_cannot_read_this_store_and_MongoDB_is_no_log()
    {
        var embedded = Assert.Throws<InvalidOperationException>(() => Add(ProviderPorts.Documents));
        Assert.Contains("Hotline:EventLog=Kafka", embedded.Message, StringComparison.Ordinal);
        var log = Assert.Throws<InvalidOperationException>(() => Add(ProviderPorts.EventLog));
        Assert.Contains("no event log", log.Message, StringComparison.Ordinal);
        Add(ProviderPorts.Blobs); // blobs alone go with any log
    }

    [Fact]
    public void Wrong_options_are_all_named_and_the_password_is_not()
    {
        var validator = new MongoOptionsValidator();
        var result = validator.Validate(null, new MongoOptions { ConnectionString = "mongodb://user:geheim@", Database = "a.b", AwayAfterMs = 1, CallMs = 1, HolderMs = 1, PageWaitMs = -1, PollMs = 0 });
        Assert.Equal(7, result.Failures!.Count());
        Assert.DoesNotContain(result.Failures!, failure => failure.Contains("geheim", StringComparison.Ordinal));
        Assert.Contains("empty", Assert.Single(validator.Validate(null, new MongoOptions()).Failures!), StringComparison.Ordinal);
        Assert.True(validator.Validate(null, new MongoOptions { ConnectionString = "mongodb://user:geheim@a:27017,b/?replicaSet=city" }).Succeeded);
    }

    private static void Add(ProviderPorts ports) => new MongoProvider().Add(new ServiceCollection(), new ConfigurationBuilder().Build(), ports, []);
}

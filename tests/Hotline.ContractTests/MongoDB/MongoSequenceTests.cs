using System.Diagnostics;
using Hotline.Contracts;
using Hotline.ContractTests.Documents;
using Hotline.ContractTests.EventLog;
using Hotline.Ports;
using Hotline.Providers.MongoDB.Engine;
using MongoDB.Bson;
using MongoDB.Driver;
using Xunit;

namespace Hotline.ContractTests.MongoDB;

/// <summary>The order of commits over several processes: nothing comes up behind a reader, and who dies holds nothing up for long.</summary>
public sealed class MongoSequenceTests : IAsyncLifetime
{
    private static readonly (string, string) Quick = ("Hotline:MongoDB:HolderMs", "600");

    private readonly Uuid7 _ids = new(TimeProvider.System);
    private readonly List<MongoHarness> _processes = [];

    private MongoHarness First => _processes[0];

    private IMongoCollection<BsonDocument> Sequences => First.Database.GetCollection<BsonDocument>("sequences");

    public Task InitializeAsync()
    {
        _processes.Add(MongoHarness.Start(null, null, Quick));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Readers_skip_nothing_while_several_processes_write()
    {
        const int Processes = 4;
        const int Writers = 3;
        const int Each = 40;
        var writing = Task.WhenAll(Enumerable.Range(0, Processes).SelectMany(process =>
        {
            var memos = Another().Memos;
            return Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    var added = await memos.AddOnceAsync(Memo.New(_ids, $"{process}/{writer}/{i}", "页", "page"), CancellationToken.None);
                    Assert.True(added.Added);
                }
            }));
        }));
        var readers = await Task.WhenAll(new[] { First, Another() }.Select(process => Task.Run(async () =>
        {
            var seen = new List<long>();
            while (true)
            {
                var done = writing.IsCompleted;
                var page = await process.Memos.QueryAsync("tag", "page", seen.LastOrDefault(), 11, CancellationToken.None);
                seen.AddRange(page.Select(memo => memo.Sequence));
                if (done && page.Count == 0)
                {
                    return seen;
                }
            }
        })));
        await writing;
        Assert.All(readers, seen =>
        {
            Assert.Equal(Processes * Writers * Each, seen.Count);
            Assert.Equal(seen.Order().Distinct(), seen);
        });
    }

    [SkippableFact]
    public async Task Writers_at_once_share_numbers()
    {
        await AddAsync(First, "first");
        var before = (await SequenceAsync())["open"].AsBsonDocument;
        Assert.True(before.ElementCount <= 1);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => AddAsync(First, $"at-once-{i}"))));
        Assert.Equal(301, (await First.Memos.QueryAsync("all", "all", 0, 1000, CancellationToken.None)).Count);
        await Eventually.BecomesAsync(async () => (await SequenceAsync())["open"].AsBsonDocument.ElementCount == 0);
        Assert.Equal(302, (await SequenceAsync())["next"].ToInt64());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [SkippableFact]
    public async Task A_page_is_read_after_whatever_this_process_wrote()
    {
        await AddAsync(First, "first");
        var sequence = First.Store.For(MongoHarness.Service).Sequence;
        var read = (await sequence.HorizonAsync(CancellationToken.None)).Time;
        Skip.If(read is null, "A single server tells no times.");
        var written = new ReadTime(new BsonTimestamp(read.Operation.Timestamp + 60, 1), read.Cluster);
        sequence.Wrote(written);
        sequence.Wrote(read);
        Assert.Equal(written, (await sequence.HorizonAsync(CancellationToken.None)).Time);
    }

    [SkippableFact]
    public async Task What_was_acknowledged_is_in_the_next_page_though_another_write_hangs_for_a_moment()
    {
        var other = Another();
        await AddAsync(First, "before", "tagged");
        var number = await other.Store.For(MongoHarness.Service).Sequence.TakeAsync(CancellationToken.None);
        await AddAsync(First, "behind", "tagged");
        var paging = First.Memos.QueryAsync("tag", "tagged", 0, 10, CancellationToken.None).AsTask();
        number.Dispose();
        Assert.Equal(2, (await paging).Count);
    }

    [SkippableFact]
    public async Task Numbers_of_a_process_that_died_are_given_up_and_what_it_still_sends_is_refused()
    {
        var dying = Another();
        await AddAsync(First, "before", "tagged");
        var number = await dying.Store.For(MongoHarness.Service).Sequence.TakeAsync(CancellationToken.None);
        await dying.Store.For(MongoHarness.Service).Sequence.DisposeAsync(); // no sign of life from now on
        var after = await AddAsync(First, "after", "tagged");
        Assert.True(after.Sequence > number.Value);
        var impatient = Another(("Hotline:MongoDB:PageWaitMs", "0"));
        Assert.Single(await impatient.Memos.QueryAsync("tag", "tagged", 0, 10, CancellationToken.None));

        await Eventually.BecomesAsync(async () => (await First.Memos.QueryAsync("tag", "tagged", 0, 10, CancellationToken.None)).Count == 2);
        Assert.Equal(0, (await SequenceAsync())["open"].AsBsonDocument.ElementCount);
        var late = new BsonDocument { { "_id", "late" }, { "t", "memos" }, { "id", "late" }, { "seq", number.Value } };
        var refused = await Assert.ThrowsAsync<MongoWriteException>(() => First.Stored.InsertOneAsync(late));
        Assert.Equal(ServerErrorCategory.DuplicateKey, refused.WriteError.Category);
    }

    [SkippableFact]
    public async Task A_writer_whose_number_was_given_up_takes_another()
    {
        await AddAsync(First, "before");
        var next = (await SequenceAsync())["next"].ToInt64();
        await First.Stored.InsertManyAsync(Enumerable.Range(0, 2).Select(i => Fields.GiveUp(next + i)));
        var added = await AddAsync(First, "late", "tagged");
        Assert.Equal(next + 2, added.Sequence);
        Assert.Equal(added.Id, Assert.Single(await First.Memos.QueryAsync("tag", "tagged", 0, 10, CancellationToken.None)).Id);
    }

    [SkippableFact]
    public async Task An_id_under_another_key_is_a_fault_and_holds_nothing_up()
    {
        var memo = await AddAsync(First, "one");
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await First.Memos.AddOnceAsync(Memo.New(_ids, "other") with { Id = memo.Id }, CancellationToken.None));
        await AddAsync(First, "two");
        Assert.Equal(2, (await Another().Memos.QueryAsync("all", "all", 0, 10, CancellationToken.None)).Count);
    }

    private MongoHarness Another(params (string, string)[] settings)
    {
        _processes.Add(MongoHarness.Start(First.Name, null, [Quick, .. settings]));
        return _processes[^1];
    }

    private Task<BsonDocument> SequenceAsync() => Sequences.Find(new BsonDocument("_id", MongoHarness.Service)).SingleAsync();

    private async Task<Document<Memo>> AddAsync(MongoHarness process, string key, params string[] tags) =>
        (await process.Memos.AddOnceAsync(Memo.New(_ids, key, "文字", tags), CancellationToken.None)).Document;
}

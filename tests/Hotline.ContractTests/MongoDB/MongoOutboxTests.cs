using System.Collections.Concurrent;
using Hotline.Contracts;
using Hotline.ContractTests.Documents;
using Hotline.ContractTests.EventLog;
using Hotline.Ports;
using MongoDB.Bson;
using MongoDB.Driver;
using Xunit;

namespace Hotline.ContractTests.MongoDB;

/// <summary>The outbox over several processes: in order, to one reader at a time, until settled.</summary>
public sealed class MongoOutboxTests : IAsyncLifetime
{
    private static readonly (string, string) Quick = ("Hotline:MongoDB:HolderMs", "3000");

    private readonly Uuid7 _ids = new(TimeProvider.System);
    private readonly List<MongoHarness> _processes = [];
    private readonly List<Reading> _readings = [];

    private MongoHarness First => _processes[0];

    public Task InitializeAsync()
    {
        _processes.Add(MongoHarness.Start());
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var reading in _readings)
        {
            await reading.StopAsync();
        }

        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task What_is_settled_leaves_its_document_and_what_is_not_comes_again()
    {
        for (var i = 1; i <= 5; i++)
        {
            await PublishAsync(First, $"{i}");
        }

        var reading = Read(First);
        foreach (var message in (await reading.UntilAsync(5)).Take(3))
        {
            message.Settle();
            message.Settle();
        }

        await reading.StopAsync();
        Assert.Equal(2, await First.Stored.CountDocumentsAsync(new BsonDocument("pending", new BsonDocument("$exists", true))));
        Assert.Equal(["4", "5"], (await Read(First).UntilAsync(2)).Select(Text));
    }

    [SkippableFact]
    public async Task An_event_that_is_not_settled_holds_up_no_later_one_and_an_append_meanwhile_loses_nothing()
    {
        var reading = Read(First);
        var memo = await PublishAsync(First, "甲1");
        await reading.UntilAsync(1);
        memo = await AppendAsync(First, memo, "甲2");
        var read = await reading.UntilAsync(2);
        read[0].Settle();
        memo = await AppendAsync(First, memo, "甲3");
        read = await reading.UntilAsync(3);
        Assert.Equal(["甲1", "甲2", "甲3"], read.Select(Text));
        read[2].Settle();
        await reading.StopAsync();
        Assert.Equal("甲2", Text((await Read(First).UntilAsync(1))[0]));
    }

    [SkippableFact]
    public async Task Events_of_a_key_come_in_the_order_of_commits_though_documents_and_processes_differ()
    {
        const int Keys = 6;
        const int Each = 30;
        var reading = Read(First, settle: true);
        MongoHarness[] processes = [First, Another(), Another()];
        await Task.WhenAll(Enumerable.Range(0, Keys).Select(key => Task.Run(async () =>
        {
            // One after the other, each by another process and into one of two documents, as an appeal and its work order.
            var partition = _ids.Next();
            var documents = new Document<Memo>?[2];
            for (var i = 0; i < Each; i++)
            {
                var (process, number) = (processes[(key + i) % processes.Length], i % 2);
                documents[number] = documents[number] is { } memo
                    ? await AppendAsync(process, memo, $"{key}/{i}", partition)
                    : await PublishAsync(process, $"{key}/{i}", partition);
            }
        })));
        var read = await reading.UntilAsync(Keys * Each);
        foreach (var ofKey in read.GroupBy(message => message.Event.PartitionKey))
        {
            var numbers = ofKey.Select(message => int.Parse(Text(message).Split('/')[1], null)).ToList();
            Assert.Equal(Enumerable.Range(0, Each), numbers);
        }

        await reading.StopAsync();
        Assert.Equal(0, await First.Stored.CountDocumentsAsync(new BsonDocument("pending", new BsonDocument("$exists", true))));
    }

    [SkippableFact]
    public async Task One_process_reads_at_a_time_and_the_next_goes_on_when_it_ends()
    {
        var first = Read(First, settle: true);
        await PublishAsync(First, "1");
        await first.UntilAsync(1);
        var second = Read(Another(), settle: true);
        await PublishAsync(First, "2");
        await first.UntilAsync(2);
        Assert.Empty(second.Messages);
        await first.StopAsync();
        await PublishAsync(First, "3");
        Assert.Equal("3", Text((await second.UntilAsync(1))[0]));
    }

    [SkippableFact]
    public async Task A_reader_that_is_cut_off_stops_before_another_takes_over()
    {
        await using var network = new CuttingProxy(MongoServer.ConnectionString);
        var cutOff = Another(network.ConnectionString, Quick);
        var first = new Reading(new AsLog(cutOff.Outbox), new Subscription(MongoHarness.Service, []), settle: false);
        await PublishAsync(First, "1");
        var lost = (await first.UntilAsync(1))[0];
        Assert.False(lost.Revoked.IsCancellationRequested);
        network.Stall();
        var second = Read(Another(null, Quick), settle: true);
        var read = await second.UntilAsync(1);
        Assert.True(lost.Revoked.IsCancellationRequested, "The old reader still believes that the event is its own.");
        Assert.Equal(lost.Event.Id, read[0].Event.Id);
        network.GoOn();
        Assert.True(await Record.ExceptionAsync(first.StopAsync) is null or EngineAwayException);
    }

    [SkippableFact]
    public async Task An_event_whose_number_was_given_up_is_late_and_not_lost()
    {
        var reading = Read(First, settle: true);
        var memo = await PublishAsync(First, "1");
        await PublishAsync(First, "2");
        await reading.UntilAsync(2);
        await Eventually.BecomesAsync(async () => await First.Stored.CountDocumentsAsync(new BsonDocument("pending", new BsonDocument("$exists", true))) == 0);

        // What a process does whose change was on its way while its number was given up.
        var fact = First.Stored.Find(new BsonDocument("seq", memo.Sequence)).Single()["facts"][0];
        var pending = new BsonDocument { { "o", memo.Sequence }, { "n", 2 }, { "to", Topics.Appeals } };
        await First.Stored.UpdateOneAsync(
            new BsonDocument("seq", memo.Sequence),
            new BsonDocument { { "$set", new BsonDocument("v", 2) }, { "$push", new BsonDocument { { "facts", fact }, { "pending", pending } } } });
        Assert.Equal(CloudEvent.IdOf(memo.Id, 2), (await reading.UntilAsync(3))[2].Event.Id);
    }

    [SkippableFact]
    public async Task A_long_backlog_comes_whole_and_in_order()
    {
        var published = new ConcurrentBag<Guid>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 400; i++)
            {
                published.Add((await PublishAsync(First, $"{writer}/{i}")).Id);
            }
        })));
        var reading = Read(First, settle: true);
        var read = await reading.UntilAsync(published.Count);
        Assert.Equal(published.Select(id => CloudEvent.IdOf(id, 1)).Order(), read.Select(message => message.Event.Id).Order());
        foreach (var writer in read.Select(message => Text(message).Split('/')).GroupBy(text => text[0]))
        {
            Assert.Equal(Enumerable.Range(0, 400), writer.Select(text => int.Parse(text[1], null)));
        }
    }

    private static string Text(LogMessage message) => System.Text.Json.JsonDocument.Parse(message.Event.Data).RootElement.GetProperty("text").GetString()!;

    private MongoHarness Another(string? through = null, params (string, string)[] settings)
    {
        _processes.Add(MongoHarness.Start(First.Name, through, settings));
        return _processes[^1];
    }

    private Reading Read(MongoHarness process, bool settle = false)
    {
        var reading = new Reading(new AsLog(process.Outbox), new Subscription(MongoHarness.Service, []), settle);
        _readings.Add(reading);
        return reading;
    }

    private async Task<Document<Memo>> PublishAsync(MongoHarness process, string text, Guid? key = null)
    {
        var fact = new NewFact(new MemoWritten(text, []), TimeProvider.System.GetUtcNow(), Topics.Appeals, key);
        return (await process.Memos.AddOnceAsync(new NewDocument(_ids.Next(), $"{_ids.Next():N}", [fact]), CancellationToken.None)).Document;
    }

    private static async Task<Document<Memo>> AppendAsync(MongoHarness process, Document<Memo> memo, string text, Guid? key = null) =>
        (await process.Memos.AppendAsync(memo, [new NewFact(new MemoChanged(text), TimeProvider.System.GetUtcNow(), Topics.Appeals, key)], CancellationToken.None))!;

    /// <summary>The outbox of the service as a log to read.</summary>
    private sealed class AsLog(IOutbox outbox) : IEventLog
    {
        public IAsyncEnumerable<LogMessage> ReadAsync(Subscription subscription, CancellationToken cancellation) => outbox.ReadAsync("relay", subscription.Group, cancellation);
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Ports;
using Xunit;

namespace Hotline.ContractTests.Documents;

/// <summary>The contract's other half: what is found by index, what is published, and the blobs that go with a document.</summary>
public abstract partial class DocumentStoreContract
{
    [SkippableFact]
    public async Task Documents_are_found_by_what_their_state_says_now()
    {
        var memo = await AddAsync("indexed", "red", "round");
        await AddAsync("other", "red");
        Assert.Equal(2, (await FoundAsync("red")).Count);
        var changed = await Memos.AppendAsync(memo, [Change(tags: ["round", "blue"])], CancellationToken.None);
        Assert.Equal(["other"], await KeysAsync("red"));
        Assert.Equal(memo.Id, Assert.Single(await FoundAsync("blue")).Id);
        Assert.Equal(memo.Id, Assert.Single(await FoundAsync("round")).Id);
        await Memos.AppendAsync(changed!, [Change(tags: [])], CancellationToken.None);
        Assert.Empty(await FoundAsync("blue"));
        Assert.Empty(await FoundAsync("round"));

        async Task<IEnumerable<string>> KeysAsync(string tag) =>
            (await FoundAsync(tag)).Select(found => found.Id == memo.Id ? "indexed" : "other");
    }

    [SkippableFact]
    public async Task A_refused_append_leaves_the_index_alone()
    {
        var memo = await AddAsync("refused", "red");
        await Memos.AppendAsync(memo, [Change(tags: ["blue"])], CancellationToken.None);
        Assert.Null(await Memos.AppendAsync(memo, [Change(tags: ["green"])], CancellationToken.None));
        Assert.Empty(await FoundAsync("green"));
        Assert.Single(await FoundAsync("blue"));
    }

    [SkippableFact]
    public async Task Index_values_may_repeat_and_are_compared_exactly()
    {
        var memo = await AddAsync("twice", "red", "red", "红色😀", "");
        Assert.Equal(memo.Id, Assert.Single(await FoundAsync("red")).Id);
        Assert.Single(await FoundAsync("红色😀"));
        Assert.Single(await FoundAsync(""));
        Assert.Empty(await FoundAsync("Red"));
        Assert.Empty(await FoundAsync("red "));
        Assert.Empty(await FoundAsync("%"));
    }

    [SkippableFact]
    public async Task A_query_that_cannot_be_right_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Memos.QueryAsync("no-such-index", "x", 0, 10, CancellationToken.None));
        foreach (var limit in new[] { 0, -1, 1001 })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Memos.QueryAsync("tag", "x", 0, limit, CancellationToken.None));
        }
    }

    [SkippableFact]
    public async Task Pages_are_complete_and_stable_while_others_write()
    {
        const int Writers = 4;
        const int Each = 60;
        var memos = Memos;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var added = await memos.AddOnceAsync(Memo.New(_ids, $"{writer}/{i}", "页", "page"), CancellationToken.None);
                await memos.AppendAsync(added.Document, [Change("改过的页")], CancellationToken.None);
            }
        })));
        var seen = new List<long>();
        while (true)
        {
            var done = writing.IsCompleted;
            var page = await memos.QueryAsync("tag", "page", seen.LastOrDefault(), 7, CancellationToken.None);
            Assert.True(page.Count <= 7);
            seen.AddRange(page.Select(memo => memo.Sequence));
            if (done && page.Count == 0)
            {
                break;
            }

            await Task.Yield();
        }

        await writing;
        Assert.Equal(Writers * Each, seen.Count);
        Assert.Equal(seen.Order().Distinct(), seen);
    }

    [SkippableFact]
    public async Task Events_are_published_with_their_fact_in_order_and_never_without_it()
    {
        var key = _ids.Next();
        var id = _ids.Next();
        var at = new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
        var written = new NewFact(new MemoWritten("发布的文字", ["x"]), at, Topics.Appeals, key);
        var silent = new NewFact(new MemoChanged("没有主题"), at);
        var changed = new NewFact(new MemoChanged("改"), at, Topics.WorkOrders);
        var added = await Memos.AddOnceAsync(new NewDocument(id, "events", [written, silent]), CancellationToken.None);
        await Memos.AddOnceAsync(new NewDocument(_ids.Next(), "events", [written]), CancellationToken.None);
        Assert.NotNull(await Memos.AppendAsync(added.Document, [changed], CancellationToken.None));
        Assert.Null(await Memos.AppendAsync(added.Document, [changed], CancellationToken.None));
        await Memos.AddOnceAsync(new NewDocument(_ids.Next(), "last", [new NewFact(new MemoWritten("末", []), at, Topics.Appeals)]), CancellationToken.None);

        var events = await PublishedAsync(3);
        Assert.Equal(new[] { Topics.Appeals, Topics.WorkOrders, Topics.Appeals }, events.Select(message => message.Topic));
        Assert.Equal([CloudEvent.IdOf(id, 1), CloudEvent.IdOf(id, 3)], events.Take(2).Select(message => message.Event.Id));
        Assert.Equal([key, id], events.Take(2).Select(message => message.Event.PartitionKey));
        var first = events[0].Event;
        Assert.Equal(("/hotline/contract", "hotline.contract.memo-written.v1", at), (first.Source, first.Type, first.Time));
        Assert.Equal("发布的文字", JsonSerializer.Deserialize(first.Data.Span, MemoJson.Default.MemoWritten)!.Text);
    }

    [SkippableFact]
    public async Task An_event_is_there_as_soon_as_its_write_is_acknowledged_and_stays_after_a_restart()
    {
        await Memos.AddOnceAsync(
            new NewDocument(_ids.Next(), "kept", [new NewFact(new MemoWritten("留", []), TimeProvider.System.GetUtcNow(), Topics.Appeals)]), CancellationToken.None);
        Assert.Single(await PublishedAsync(1));
        await _harness.RestartAsync();
        Assert.Single(await PublishedAsync(1));
    }

    [SkippableFact]
    public async Task Blobs_small_and_large_go_in_with_their_document()
    {
        NewBlob[] blobs = [Blob(10), Blob(64 * 1024), Blob((64 * 1024) + 1), Blob(700_000)];
        var document = Memo.New(_ids, "with-blobs") with { Blobs = blobs };
        Assert.True((await Memos.AddOnceAsync(document, CancellationToken.None)).Added);
        for (var restarted = 0; restarted < 2; restarted++)
        {
            foreach (var blob in blobs)
            {
                Assert.Equal(blob.Content.ToArray(), await _harness.Blobs.GetAsync(blob.Ref, CancellationToken.None));
            }

            await _harness.RestartAsync();
        }
    }

    [SkippableFact]
    public async Task A_damaged_blob_is_noticed()
    {
        NewBlob[] blobs = [Blob(1000), Blob(100_000)];
        await Memos.AddOnceAsync(Memo.New(_ids, "damaged") with { Blobs = blobs }, CancellationToken.None);
        foreach (var blob in blobs)
        {
            _harness.Damage(blob.Ref);
            await Assert.ThrowsAsync<InvalidDataException>(async () => await _harness.Blobs.GetAsync(blob.Ref, CancellationToken.None));
        }
    }

    private static NewBlob Blob(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        return new NewBlob(BlobRef.Of(content, TimeProvider.System.GetUtcNow()), content);
    }

    private async Task<IReadOnlyList<Document<Memo>>> FoundAsync(string tag) => await Memos.QueryAsync("tag", tag, 0, 100, CancellationToken.None);

    private async Task<List<LogMessage>> PublishedAsync(int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var messages = new List<LogMessage>();
        await foreach (var message in _harness.Outbox.ReadAsync("contract-test", Service, deadline.Token))
        {
            messages.Add(message);
            if (messages.Count == count)
            {
                break;
            }
        }

        return messages;
    }
}

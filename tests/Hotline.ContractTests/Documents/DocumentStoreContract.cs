using System.Text;
using Hotline.Contracts;
using Hotline.Ports;
using Xunit;

namespace Hotline.ContractTests.Documents;

/// <summary>What every document store does: one document a key, facts only appended, pages in the order of commits.</summary>
public abstract partial class DocumentStoreContract(Func<IStoreHarness> start) : IAsyncLifetime
{
    protected const string Service = "contract";
    private readonly Uuid7 _ids = new(TimeProvider.System);
    private IStoreHarness _harness = null!;

    private IDocumentStore<Memo> Memos => _harness.Stores.Open(Memo.TypeFor(Service));

    public Task InitializeAsync()
    {
        _harness = start();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _harness.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task Of_many_adds_of_one_key_exactly_one_adds_and_all_get_its_document()
    {
        var memos = Memos;
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
            await memos.AddOnceAsync(Memo.New(_ids, "the-key", $"第{i}件"), CancellationToken.None))));
        var added = Assert.Single(results, result => result.Added);
        Assert.All(results, result => Assert.Equal((added.Document.Id, added.Document.Sequence, added.Document.State.Text), (result.Document.Id, result.Document.Sequence, result.Document.State.Text)));
        Assert.Single(await memos.QueryAsync("all", "all", 0, 1000, CancellationToken.None));
    }

    [SkippableFact]
    public async Task A_key_is_unique_within_its_type_only()
    {
        var other = _harness.Stores.Open(Memo.TypeFor(Service, "other-memos"));
        var elsewhere = _harness.Stores.Open(Memo.TypeFor("other-service"));
        foreach (var (store, text) in new[] { (Memos, "一"), (other, "二"), (elsewhere, "三") })
        {
            Assert.True((await store.AddOnceAsync(Memo.New(_ids, "same-key", text), CancellationToken.None)).Added);
        }

        Assert.Equal("一", (await Memos.FindAsync("same-key", CancellationToken.None))!.State.Text);
        Assert.Equal("二", (await other.FindAsync("same-key", CancellationToken.None))!.State.Text);
        Assert.Equal("三", (await elsewhere.FindAsync("same-key", CancellationToken.None))!.State.Text);
    }

    [SkippableFact]
    public async Task An_id_may_be_used_in_several_types()
    {
        var other = _harness.Stores.Open(Memo.TypeFor(Service, "other-memos"));
        var id = _ids.Next();
        Assert.True((await Memos.AddOnceAsync(Memo.New(_ids, "a", "一") with { Id = id }, CancellationToken.None)).Added);
        Assert.True((await other.AddOnceAsync(Memo.New(_ids, "b", "二") with { Id = id }, CancellationToken.None)).Added);
        Assert.Equal("一", (await Memos.GetAsync(id, CancellationToken.None))!.State.Text);
        Assert.Equal("二", (await other.GetAsync(id, CancellationToken.None))!.State.Text);
        Assert.Null(await Memos.FindAsync("b", CancellationToken.None));
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("键/😀/\n")]
    [InlineData("A")]
    [InlineData("a")]
    [InlineData("a ")]
    public async Task Keys_are_compared_byte_for_byte_and_may_be_long(string key)
    {
        foreach (var other in new[] { "", "A", "a", "a ", "键/😀/\n", new string('k', 100_000) })
        {
            await Memos.AddOnceAsync(Memo.New(_ids, other, other[..Math.Min(10, other.Length)]), CancellationToken.None);
        }

        Assert.Equal(key, (await Memos.FindAsync(key, CancellationToken.None))!.State.Text);
    }

    [SkippableFact]
    public async Task What_is_not_there_is_null()
    {
        Assert.Null(await Memos.GetAsync(_ids.Next(), CancellationToken.None));
        Assert.Null(await Memos.FindAsync("nothing", CancellationToken.None));
        Assert.Empty(await Memos.QueryAsync("tag", "nothing", 0, 10, CancellationToken.None));
    }

    [SkippableFact]
    public async Task Of_many_appends_to_one_version_one_wins_and_the_others_get_null()
    {
        var memo = await AddAsync("race");
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () => await ChangeAsync(memo, $"第{i}版"))));
        var won = Assert.Single(results, result => result is not null)!;
        var stored = (await Memos.GetAsync(memo.Id, CancellationToken.None))!;
        Assert.Equal((2, won.State.Text, 1), (stored.Version, stored.State.Text, stored.State.Changes));
    }

    [SkippableFact]
    public async Task No_append_is_lost_when_losers_try_again()
    {
        const int Writers = 12;
        const int Each = 10;
        var memo = await AddAsync("counter");
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                while (await ChangeAsync((await Memos.GetAsync(memo.Id, CancellationToken.None))!, "又一版") is null)
                {
                }
            }
        })));
        var after = (await Memos.GetAsync(memo.Id, CancellationToken.None))!;
        Assert.Equal((Writers * Each, 1 + (Writers * Each)), (after.State.Changes, after.Version));
        Assert.Equal(Enumerable.Range(1, after.Version), after.Facts.Select(fact => fact.Number));
    }

    [SkippableFact]
    public async Task Several_facts_go_in_together_or_not_at_all()
    {
        var memo = await AddAsync("several");
        var after = await Memos.AppendAsync(memo, [Change("二"), Change("三"), Change("四")], CancellationToken.None);
        Assert.Equal((4, "四", 3), (after!.Version, after.State.Text, after.State.Changes));
        Assert.Null(await Memos.AppendAsync(memo, [Change("甲"), Change("乙")], CancellationToken.None));
        Assert.Equal(["二", "三", "四"], (await Memos.GetAsync(memo.Id, CancellationToken.None))!.Facts.Skip(1).Select(fact => ((MemoChanged)fact.Data).Text));
    }

    [SkippableFact]
    public async Task Facts_come_back_as_they_were_with_the_time_in_milliseconds_and_the_sealed_part()
    {
        const string Hostile = "\"引号\\反斜</script>\u0001\u2028😀𠮷é\0";
        var at = new DateTimeOffset(2026, 3, 2, 9, 30, 15, 123, 456, TimeSpan.FromHours(8));
        byte[] sealedPart = [0, 255, 1, 254, .. Encoding.UTF8.GetBytes(Hostile)];
        var added = await Memos.AddOnceAsync(
            new NewDocument(_ids.Next(), "facts", [new NewFact(new MemoWritten(Hostile, ["标签"]), at) { Sealed = sealedPart }, new NewFact(new MemoChanged(), at)]), CancellationToken.None);
        foreach (var memo in new[] { added.Document, (await Memos.GetAsync(added.Document.Id, CancellationToken.None))! })
        {
            Assert.Equal(2, memo.Version);
            Assert.Equal(Hostile, memo.State.Text);
            Assert.Equal("hotline.contract.memo-written.v1", memo.Facts[0].Type);
            Assert.Equal(new DateTimeOffset(2026, 3, 2, 1, 30, 15, 123, TimeSpan.Zero), memo.Facts[0].At);
            Assert.Equal(TimeSpan.Zero, memo.Facts[0].At.Offset);
            Assert.Equal(sealedPart, memo.Facts[0].Sealed.ToArray());
            Assert.True(memo.Facts[1].Sealed.IsEmpty);
        }
    }

    [SkippableFact]
    public async Task A_fact_of_a_newer_version_is_named_with_the_remedy()
    {
        var memo = await AddAsync("newer");
        await ChangeAsync(memo, "新");
        var older = _harness.Stores.Open(Memo.TypeFor(Service, knowsChanges: false));
        var failure = await Assert.ThrowsAsync<NotSupportedException>(async () => await older.GetAsync(memo.Id, CancellationToken.None));
        Assert.Contains("hotline.contract.memo-changed.v1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Upgrade", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(await Memos.GetAsync(memo.Id, CancellationToken.None));
    }

    [SkippableFact]
    public async Task Everything_is_there_after_a_restart()
    {
        var memo = (await ChangeAsync(await AddAsync("kept", "a"), "改"))!;
        await _harness.RestartAsync();
        foreach (var found in new[]
        {
            (await Memos.GetAsync(memo.Id, CancellationToken.None))!,
            (await Memos.FindAsync("kept", CancellationToken.None))!,
            Assert.Single(await Memos.QueryAsync("tag", "a", 0, 10, CancellationToken.None)),
        })
        {
            Assert.Equal((memo.Id, memo.Sequence, 2, "改"), (found.Id, found.Sequence, found.Version, found.State.Text));
        }

        Assert.False((await Memos.AddOnceAsync(Memo.New(_ids, "kept"), CancellationToken.None)).Added);
        Assert.NotNull(await ChangeAsync(memo, "再改"));
        Assert.True((await AddAsync("later")).Sequence > memo.Sequence);
    }

    private async Task<Document<Memo>> AddAsync(string key, params string[] tags) => (await Memos.AddOnceAsync(Memo.New(_ids, key, "文字", tags), CancellationToken.None)).Document;

    private async Task<Document<Memo>?> ChangeAsync(Document<Memo> memo, string text) => await Memos.AppendAsync(memo, [Change(text)], CancellationToken.None);

    private static NewFact Change(string? text = null, string[]? tags = null) => new(new MemoChanged(text, tags), TimeProvider.System.GetUtcNow());
}

using System.Buffers.Binary;
using System.Diagnostics;
using Hotline.Contracts;
using Hotline.ContractTests.EventLog;
using Hotline.Ports;
using Hotline.Providers.Sqlite.Engine;
using Xunit;

namespace Hotline.ContractTests.Documents;

/// <summary>What the embedded store does beyond the contract: who may hold it, how it commits, and what it says when it cannot.</summary>
public sealed class SqliteStoreTests : IAsyncLifetime
{
    private readonly Uuid7 _ids = new(TimeProvider.System);
    private SqliteHarness _store = null!;

    public Task InitializeAsync()
    {
        _store = SqliteHarness.Start();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _store.DisposeAsync().AsTask();

    [Fact]
    public async Task A_service_name_is_held_once_a_store()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => SqliteHarness.Start(_store.Folder));
        Assert.Contains($"The service {SqliteHarness.Service} already runs on this store", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Hotline:Data", failure.Message, StringComparison.Ordinal);
        await AddAsync(_store, "still-works");
    }

    [Fact]
    public async Task A_name_is_free_again_when_its_holder_ends()
    {
        var name = "transient";
        await SqliteHarness.Start(_store.Folder, name).DisposeAsync();
        await SqliteHarness.Start(_store.Folder, name).DisposeAsync();
    }

    [Fact]
    public async Task Another_service_on_the_same_store_sees_every_commit_and_is_woken_within_a_second()
    {
        await using var other = SqliteHarness.Start(_store.Folder, "other-service");
        var reading = new Reading(other.EventLog, new Subscription("other-service", [Topics.Appeals]), settle: true);
        var quickest = TimeSpan.MaxValue;
        for (var number = 1; number <= 5; number++)
        {
            var watch = Stopwatch.StartNew();
            await AddAsync(_store, $"woken-{number}", Topics.Appeals);
            await reading.UntilAsync(number);
            quickest = watch.Elapsed < quickest ? watch.Elapsed : quickest;
        }

        await reading.StopAsync();
        Assert.True(quickest < TimeSpan.FromSeconds(1), $"The quickest of five took {quickest}.");
        Assert.NotNull(await other.Stores.Open(Memo.TypeFor(SqliteHarness.Service)).FindAsync("woken-1", CancellationToken.None));
    }

    [Fact]
    public async Task Two_services_write_the_same_store_at_once_and_a_key_is_still_unique()
    {
        await using var other = SqliteHarness.Start(_store.Folder, "other-service");
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => AddAsync(i % 2 == 0 ? _store : other, $"key-{i / 4}"))));
        Assert.Equal(50, results.Count(result => result.Added));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("hotline-newer-").FullName;
        await SqliteHarness.Start(folder).DisposeAsync();
        using (var connection = SqliteConnection.Open(Path.Combine(folder, "hotline.db")))
        {
            connection.Execute("PRAGMA user_version=99");
        }

        var failure = Assert.Throws<InvalidOperationException>(() => SqliteHarness.Start(folder, "after-the-upgrade"));
        Assert.Contains("schema 99", failure.Message, StringComparison.Ordinal);
        Assert.Contains("newer version", failure.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_log_stays_bounded_under_a_steady_load()
    {
        const int Writes = 20_000;
        const int AtOnce = 400;
        var memos = _store.Stores.Open(Memo.TypeFor(SqliteHarness.Service));
        var text = new string('字', 300);
        var (next, longest) = (0, 0L);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= Writes)
            {
                await memos.AddOnceAsync(Memo.New(_ids, $"steady-{number}", text), CancellationToken.None);
                if (number % 500 == 0)
                {
                    var length = new FileInfo(_store.Log).Length;
                    InterlockedMax(ref longest, length);
                }
            }
        })));
        Assert.InRange(Math.Max(longest, new FileInfo(_store.Log).Length), 1, 100_000_000);
    }

    [Fact]
    public async Task Writes_that_come_together_share_commits()
    {
        await AddAsync(_store, "first");
        var before = Commits();
        Task<AddResult<Memo>>[] writes;
        using (var held = new FileLock(Path.Combine(_store.Folder, "locks", "write.lock")))
        {
            held.Enter(); // as another process would: what comes now waits
            writes = [.. Enumerable.Range(0, 200).Select(i => AddAsync(_store, $"grouped-{i}"))];
        }

        await Task.WhenAll(writes);
        Assert.InRange(Commits() - before, 1, 10);
    }

    [Fact]
    public async Task A_full_queue_is_said_and_what_waits_is_still_written()
    {
        await using var store = SqliteHarness.Start(null, "short-queue", ("Hotline:Sqlite:QueueCount", "10"));
        Task<AddResult<Memo>>[] writes;
        using (var held = new FileLock(Path.Combine(store.Folder, "locks", "write.lock")))
        {
            held.Enter();
            writes = [.. Enumerable.Range(0, 200).Select(i => AddAsync(store, $"queued-{i}"))];
        }

        var outcomes = await Task.WhenAll(writes.Select(async write => await Record.ExceptionAsync(() => write)));
        var written = outcomes.Count(failure => failure is null);
        Assert.InRange(written, 10, 20); // the queue, and what the writer had taken before
        Assert.All(outcomes.OfType<Exception>(), failure =>
        {
            var away = Assert.IsType<EngineAwayException>(failure);
            Assert.False(away.DiskFull);
            Assert.Contains("waiting", away.Message, StringComparison.Ordinal);
        });
        var stored = await store.Stores.Open(Memo.TypeFor(SqliteHarness.Service)).QueryAsync("all", "all", 0, 1000, CancellationToken.None);
        Assert.Equal(written, stored.Count);
    }

    [Fact]
    public async Task A_write_that_breaks_a_rule_of_the_schema_fails_alone()
    {
        var id = _ids.Next();
        var memos = _store.Stores.Open(Memo.TypeFor(SqliteHarness.Service));
        await memos.AddOnceAsync(Memo.New(_ids, "one") with { Id = id }, CancellationToken.None);
        Task<AddResult<Memo>>[] good;
        Task<AddResult<Memo>> bad;
        using (var held = new FileLock(Path.Combine(_store.Folder, "locks", "write.lock")))
        {
            held.Enter();
            bad = Task.Run(async () => await memos.AddOnceAsync(Memo.New(_ids, "another-key") with { Id = id }, CancellationToken.None));
            good = [.. Enumerable.Range(0, 20).Select(i => AddAsync(_store, $"good-{i}"))];
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        Assert.All(await Task.WhenAll(good), result => Assert.True(result.Added));
    }

    [Fact]
    public async Task What_is_acknowledged_is_in_the_files_at_that_moment()
    {
        var acknowledged = new List<Guid>();
        for (var number = 0; number < 30; number++)
        {
            acknowledged.Add((await AddAsync(_store, $"ack-{number}")).Document.Id);
        }

        // The files as a kill would leave them: nothing is closed or copied back first.
        var folder = Directory.CreateTempSubdirectory("hotline-killed-").FullName;
        File.Copy(_store.Database, Path.Combine(folder, "hotline.db"));
        File.Copy(_store.Log, Path.Combine(folder, "hotline.db-wal"));
        await using (var after = SqliteHarness.Start(folder))
        {
            var memos = after.Stores.Open(Memo.TypeFor(SqliteHarness.Service));
            foreach (var id in acknowledged)
            {
                Assert.NotNull(await memos.GetAsync(id, CancellationToken.None));
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_folder_that_cannot_be_used_is_said_with_the_setting()
    {
        var folder = Directory.CreateTempSubdirectory("hotline-unusable-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "hotline.db")); // a folder where the file should be
        var failure = Assert.Throws<EngineAwayException>(() => SqliteHarness.Start(folder));
        Assert.Contains("Hotline:Data", failure.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A buffer given back twice would be lent to two at once, and one appeal written over another.</summary>
    [Fact]
    public async Task A_write_that_ends_twice_gives_back_once()
    {
        var (refused, done) = (new CountedWrite(), new CountedWrite());
        refused.Fail(new InvalidOperationException("It breaks a rule."));
        refused.Fail(new EngineAwayException("So did the rollback."));
        done.Complete();
        done.Fail(new EngineAwayException("Too late."));
        Assert.Equal((1, 1), (refused.GivenBack, done.GivenBack));
        await Assert.ThrowsAsync<InvalidOperationException>(() => refused.Done);
        await done.Done;
    }

    private static void InterlockedMax(ref long most, long value)
    {
        long seen;
        while (value > (seen = Volatile.Read(ref most)))
        {
            _ = Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private Task<AddResult<Memo>> AddAsync(SqliteHarness store, string key, string? topic = null) => store.Stores.Open(Memo.TypeFor(SqliteHarness.Service)).AddOnceAsync(
        new NewDocument(_ids.Next(), key, [new NewFact(new MemoWritten("文字", []), TimeProvider.System.GetUtcNow(), topic)]), CancellationToken.None).AsTask();

    /// <summary>Commits in the write-ahead log: frames that tell the size of the database after them (sqlite.org/fileformat2, section 4.1).</summary>
    private int Commits()
    {
        using var file = new FileStream(_store.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var pageSize = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8));
        var salt = bytes.AsSpan(16, 8);
        var commits = 0;
        for (var at = 32; at + 24 + pageSize <= bytes.Length && bytes.AsSpan(at + 8, 8).SequenceEqual(salt); at += 24 + pageSize)
        {
            commits += BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4)) == 0 ? 0 : 1;
        }

        return commits;
    }

    private sealed class CountedWrite() : WriteOperation(0)
    {
        public int GivenBack { get; private set; }

        public override void Apply(WriterStatements statements) => throw new NotSupportedException();

        protected override void Release() => GivenBack++;
    }
}

using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Intake.MessageBoard.Sync;
using Xunit;

namespace Hotline.ContractTests.Channels.MessageBoard;

/// <summary>
/// The real board's snapshot, read where it lies, and later ones built from it: whatever the order and repetition of syncs, and through a
/// restart, the same comes out. Nothing of it is in this repository.
/// </summary>
public sealed class BoardSnapshotTests
{
    private const int Later = 4;
    private const string Absent = "../shared/data/message-board, counted from the repository's root, is not there: it is data of others that may not be copied.";

    [SkippableFact]
    public async Task The_snapshot_has_its_1027_messages_each_once()
    {
        var file = BoardSnapshots.Find();
        Skip.If(file is null, Absent);
        await using var host = await BoardHost.FilesAsync();
        File.Copy(file!, Path.Combine(host.Files, "a.json"));
        await host.SyncAsync();
        await host.SyncAsync();
        var threads = await host.AllAsync();
        Assert.Equal(1027, threads.Count);
        Assert.Equal(1027, threads.Select(thread => thread.Tid).Distinct().Count());
        Assert.All(threads, thread => Assert.True(thread.IsWaiting != thread.Received is not null, "A message is either an appeal or waits for its text."));
        var received = (await host.EventsAsync(threads.Count(thread => thread.Received is not null))).Where(told => told.Type == EventTypes.AppealReceived).ToList();
        Assert.Equal(threads.Count(thread => !thread.IsWaiting), received.Count);
        Assert.All(received, told => Assert.False(told.Data.GetProperty("text").GetString()!.Length > 100 && told.Data.GetProperty("text").GetString()!.EndsWith("...", StringComparison.Ordinal)));
        Assert.All(received, told => Assert.NotEmpty(told.Data.GetProperty("addressee").GetString()!));
        Assert.All(received, told => Assert.True(told.Data.TryGetProperty("publishedAt", out _)));
    }

    [SkippableFact]
    public async Task Whatever_the_order_and_repetition_of_syncs_the_same_comes_out()
    {
        var file = BoardSnapshots.Find();
        Skip.If(file is null, Absent);
        var snapshots = BoardSnapshots.Build(file!, Later, seed: 12345);
        var random = new Random(20261121);
        var expected = await RunAsync(snapshots, [.. Enumerable.Range(0, Later + 1)], restartAfter: -1);
        Assert.Contains(expected, line => line.Contains("deleted=True", StringComparison.Ordinal));
        Assert.Contains(expected, line => line.Contains("versions=2", StringComparison.Ordinal));
        foreach (var order in Orders(random).Take(4))
        {
            Assert.Equal(expected, await RunAsync(snapshots, order, restartAfter: random.Next(order.Length)));
        }
    }

    /// <summary>All snapshots in random orders, some of them more than once; the last look is not always the latest.</summary>
    private static IEnumerable<int[]> Orders(Random random)
    {
        yield return [.. Enumerable.Range(0, Later + 1).Reverse()];
        while (true)
        {
            int[] order = [.. Enumerable.Range(0, Later + 1), random.Next(Later + 1), random.Next(Later + 1)];
            random.Shuffle(order);
            yield return order;
        }
    }

    private static async Task<List<string>> RunAsync(List<JsonObject> snapshots, int[] order, int restartAfter)
    {
        await using var host = await BoardHost.FilesAsync();
        for (var step = 0; step < order.Length; step++)
        {
            await File.WriteAllTextAsync(Path.Combine(host.Files, $"{step}-{order[step]}.json"), snapshots[order[step]].ToJsonString());
            await host.SyncAsync();
            if (step == restartAfter)
            {
                await host.StopAsync();
                await host.StartAsync();
            }
        }

        var threads = await host.AllAsync();
        var received = (await host.EventsAsync(threads.Count(thread => thread.Received is not null))).Where(told => told.Type == EventTypes.AppealReceived).Select(told => told.Data.GetProperty("sourceId").GetString()).ToList();
        Assert.Equal(received.Count, received.Distinct().Count());
        Assert.Equal(threads.Count(thread => thread.Received is not null), received.Count);
        foreach (var thread in threads.Where(thread => thread.Received is not null))
        {
            // What the office has in hand is what the board says, wherever it began.
            Assert.True(thread.HasSent(thread.Text!.Value.Value.Hash));
        }

        return [.. threads.OrderBy(thread => thread.Tid).Select(Line)];
    }

    private static string Line(BoardThread t) =>
        $"{t.Tid} {t.Fid?.Value} {t.Forum?.Value} {t.Type?.Value} {t.Domain?.Value} {t.Status?.Value} {t.PublishedAt?.Value:O} {t.Text?.Value.Hash} answer={t.Answer?.Value.Text} rating={t.Rating?.Value} "
        + $"deleted={t.IsDeleted} waiting={t.IsWaiting} received={t.Received is not null} versions={t.Versions.Count} [{string.Join(',', t.Versions)}]";
}

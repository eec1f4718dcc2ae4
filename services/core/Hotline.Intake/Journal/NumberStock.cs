using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake.Journal;

/// <summary>A block of numbers that this replica took before it needs it, for when the store is away; <see cref="NumberBlock"/> says whose it is.</summary>
public sealed record StockedBlock(string Day, int Block)
{
    /// <summary>Numbers of it may have been given.</summary>
    [JsonIgnore]
    public bool Opened { get; init; }

    public static DocumentType<StockedBlock> TypeFor(string service) => new(
        service,
        "number-stock",
        new FactTypes().Add("stocked", JournalJson.Default.StockedBlock).Add("opened", JournalJson.Default.BlockOpened),
        static (block, fact) => fact.Data is StockedBlock stocked ? stocked : block! with { Opened = true },
        [new("unopened", static block => block.Opened ? [] : [block.Day])]);
}

/// <summary>The first number of a stocked block is about to be given.</summary>
public sealed record BlockOpened(DateTimeOffset At);

/// <summary>The blocks held in advance. A block is opened before its first number is given, so that no restart gives one twice.</summary>
internal sealed class NumberStock(IDocumentStore<StockedBlock> blocks, IIdSource ids, TimeProvider time)
{
    private const int Most = 1000;

    /// <returns>A block nobody used; null when there is none left for that day.</returns>
    public async ValueTask<int?> OpenAsync(string day, CancellationToken cancellation)
    {
        while (await blocks.QueryAsync("unopened", day, 0, 1, cancellation) is [var block, ..])
        {
            var now = time.GetUtcNow();
            if (await blocks.AppendAsync(block, [new NewFact(new BlockOpened(now), now)], cancellation) is not null)
            {
                return block.State.Block;
            }
        }

        return null;
    }

    /// <summary>Takes blocks until so many are held for a day.</summary>
    /// <param name="take">Takes the first free block from a number on.</param>
    public async ValueTask FillAsync(string day, int wanted, Func<int?, ValueTask<int>> take, CancellationToken cancellation)
    {
        var held = await blocks.QueryAsync("unopened", day, 0, Most, cancellation);
        int? last = held.Count > 0 ? held.Max(block => block.State.Block) : null;
        for (var count = held.Count; count < wanted; count++)
        {
            last = await take(last + 1);
            await blocks.AddOnceAsync(new NewDocument(ids.Next(), $"{day}/{last}", [new NewFact(new StockedBlock(day, last.Value), time.GetUtcNow())]), cancellation);
        }
    }
}

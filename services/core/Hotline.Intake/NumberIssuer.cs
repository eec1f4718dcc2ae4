using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Intake.Journal;
using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>A hundred numbers taken by one holder; the store's add-once gives each block to one.</summary>
public sealed record NumberBlock(string Day, int Channel, int Block);

/// <summary>
/// Gives numbers without asking the store each time: it holds a block of 100 and takes the next before this one ends.
/// Numbers of a block that a crash left unused are never given; a gap says nothing.
/// </summary>
/// <param name="journal">Of this replica, with the blocks it holds in advance; null when it has none.</param>
public sealed class NumberIssuer(Channel channel, IDocumentStore<NumberBlock> blocks, IIdSource ids, TimeProvider time, IntakeJournal? journal = null)
{
    private const int BlockSize = 100;
    private const int BlocksPerDay = AppealNumber.MostPerDay / BlockSize;

    private readonly SemaphoreSlim _taking = new(1);
    private readonly NumberStock? _stock = journal is null ? null : new NumberStock(journal.Stock, ids, time);
    private HeldBlock? _held;
    private Ahead? _next;

    public static DocumentType<NumberBlock> TypeFor(string service) => new(
        service, "number-blocks", new FactTypes().Add("taken", NumberJson.Default.NumberBlock), static (_, fact) => (NumberBlock)fact.Data, []);

    /// <summary>The next number of the day <paramref name="receivedAt"/> lies in, at +08:00.</summary>
    /// <exception cref="EngineAwayException">The block is used up and the store cannot be asked for another.</exception>
    public ValueTask<string> NextAsync(DateTimeOffset receivedAt, CancellationToken cancellation)
    {
        var day = OfficeTime.Day(receivedAt);
        if (Volatile.Read(ref _held) is not { } held || held.Day != day || !held.TryNext(out var sequence))
        {
            return TakeAsync(day, cancellation);
        }

        if (held.IsHalfUsed(sequence) && journal is not { StoreIsAway: true })
        {
            _next = new Ahead(held, TakeFromAsync(day, held.Block + 1, CancellationToken.None).AsTask()); // so that nobody waits for it when this one ends
        }

        return new(AppealNumber.Compose(day, channel.Code, sequence));
    }

    private async ValueTask<string> TakeAsync(DateOnly day, CancellationToken cancellation)
    {
        await _taking.WaitAsync(cancellation);
        try
        {
            while (true)
            {
                var held = _held;
                if (held?.Day == day && held.TryNext(out var sequence))
                {
                    return AppealNumber.Compose(day, channel.Code, sequence);
                }

                Volatile.Write(ref _held, new HeldBlock(day, await NextBlockAsync(day, held, cancellation)));
            }
        }
        finally
        {
            _taking.Release();
        }
    }

    private async ValueTask<int> NextBlockAsync(DateOnly day, HeldBlock? held, CancellationToken cancellation)
    {
        if (_stock is null)
        {
            return await AskBlockAsync(day, held, cancellation);
        }

        try
        {
            if (!journal!.StoreIsAway)
            {
                return await journal.AskAsync(() => AskBlockAsync(day, held, CancellationToken.None).AsTask());
            }
        }
        catch (EngineAwayException)
        {
            // then from those held in advance
        }

        return await _stock.OpenAsync(Format(day), cancellation)
            ?? throw new EngineAwayException($"The store is away, and the numbers of {channel.Name} held in advance for this day are all given. Receiving goes on when the store is back.");
    }

    private async ValueTask<int> AskBlockAsync(DateOnly day, HeldBlock? held, CancellationToken cancellation) =>
        held?.Day != day ? await TakeFromAsync(day, await FirstFreeAsync(day, cancellation), cancellation)
            : await TakenAheadAsync(held) ?? await TakeFromAsync(day, held.Block + 1, cancellation);

    /// <summary>Takes blocks until this many numbers of a day are held in advance.</summary>
    /// <exception cref="EngineAwayException">The store cannot be asked for them just now.</exception>
    internal ValueTask StockAsync(DateOnly day, int numbers, CancellationToken cancellation) => _stock is null ? ValueTask.CompletedTask : _stock.FillAsync(
        Format(day),
        (numbers + BlockSize - 1) / BlockSize,
        async from => await TakeFromAsync(day, from ?? await FirstFreeAsync(day, cancellation), cancellation),
        cancellation);

    /// <summary>A block taken while the one before it was still in use.</summary>
    private sealed record Ahead(HeldBlock After, Task<int> Block);

    /// <returns>The block taken ahead for the one in use; null when none was, or the store was away then.</returns>
    private async ValueTask<int?> TakenAheadAsync(HeldBlock held)
    {
        try
        {
            return Interlocked.Exchange(ref _next, null) is { } next && next.After == held ? await next.Block : null;
        }
        catch (EngineAwayException)
        {
            return null; // asked again now, for the caller to hear of it
        }
    }

    private async ValueTask<int> TakeFromAsync(DateOnly day, int block, CancellationToken cancellation)
    {
        for (; block < BlocksPerDay; block++)
        {
            var taken = new NumberBlock(Format(day), channel.Code, block);
            var added = await blocks.AddOnceAsync(new NewDocument(ids.Next(), KeyOf(day, block), [new NewFact(taken, time.GetUtcNow())]), cancellation);
            if (added.Added)
            {
                return block;
            }
        }

        throw new EngineAwayException($"All {AppealNumber.MostPerDay} numbers of {channel.Name} for this day are given. Receiving goes on at midnight, +08:00.");
    }

    private ValueTask<int> FirstFreeAsync(DateOnly day, CancellationToken cancellation) =>
        FirstFree.FindAsync(async block => block < BlocksPerDay && await blocks.FindAsync(KeyOf(day, block), cancellation) is not null);

    private string KeyOf(DateOnly day, int block) => $"{Format(day)}/{channel.Code}/{block}";

    private static string Format(DateOnly day) => day.ToString("yyMMdd", System.Globalization.CultureInfo.InvariantCulture);

    private sealed class HeldBlock(DateOnly day, int block)
    {
        private int _used;

        public DateOnly Day { get; } = day;

        public int Block { get; } = block;

        public bool TryNext(out int sequence)
        {
            var used = Interlocked.Increment(ref _used);
            sequence = (Block * BlockSize) + used - 1;
            return used <= BlockSize;
        }

        /// <summary>True for one number of the block.</summary>
        public bool IsHalfUsed(int sequence) => sequence == (Block * BlockSize) + (BlockSize / 2);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NumberBlock))]
internal sealed partial class NumberJson : JsonSerializerContext;

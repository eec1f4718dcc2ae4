using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hotline.Ports;

namespace Hotline.SupervisionLine.Reports;

/// <summary>Who opened which report when, and what he did with it. An entry is written before what it tells of is done; none can be changed or taken out unseen.</summary>
/// <param name="key">The key of the marks: whoever can write the store but not read this file cannot make the chain anew.</param>
internal sealed class Ledger(IDocumentStore<LedgerEntry> entries, byte[] key, TimeProvider time)
{
    private const int PageSize = 1000;
    private static readonly string Start = new('0', 64);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private LedgerEntry? _last;
    private bool _read;

    public async ValueTask WriteAsync(string account, string what, Guid? report, string? detail, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await ReadLastAsync(cancellation);
            while (true)
            {
                var entry = Marked(new LedgerEntry((_last?.Number ?? 0) + 1, Whole(time.GetUtcNow()), account, what, report, detail, _last?.Mark ?? Start, ""));
                var result = await entries.AddOnceAsync(new NewDocument(new Guid(RandomNumberGenerator.GetBytes(16)), KeyOf(entry.Number), [new NewFact(entry, entry.At)]), cancellation);
                _last = result.Document.State;
                if (result.Added)
                {
                    return;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>All entries, and the first number at which the chain does not hold; null when it holds.</summary>
    public async ValueTask<(IReadOnlyList<LedgerEntry> Entries, long? Broken)> ReadAsync(CancellationToken cancellation)
    {
        var all = await AllAsync(cancellation);
        var previous = Start;
        long number = 0;
        foreach (var entry in all)
        {
            number++;
            if (entry.Number != number || entry.Previous != previous || entry.Mark != Marked(entry).Mark)
            {
                return (all, number);
            }

            previous = entry.Mark;
        }

        return (all, null);
    }

    private async ValueTask<List<LedgerEntry>> AllAsync(CancellationToken cancellation)
    {
        var all = new List<LedgerEntry>();
        long after = 0;
        while (await entries.QueryAsync("all", "all", after, PageSize, cancellation) is { Count: > 0 } page)
        {
            all.AddRange(page.Select(entry => entry.State));
            after = page[^1].Sequence;
        }

        return all;
    }

    private async ValueTask ReadLastAsync(CancellationToken cancellation)
    {
        if (!_read)
        {
            _last = (await AllAsync(cancellation)).LastOrDefault();
            _read = true;
        }
    }

    private LedgerEntry Marked(LedgerEntry entry)
    {
        // Each field behind its length, so that none can be moved into the next.
        string[] fields = [entry.Previous, KeyOf(entry.Number), entry.At.ToString("O", CultureInfo.InvariantCulture), entry.Account, entry.What, entry.Report?.ToString() ?? "", entry.Detail ?? ""];
        var text = string.Concat(fields.Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Length}:{field}")));
        return entry with { Mark = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))) };
    }

    private static DateTimeOffset Whole(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private static string KeyOf(long number) => number.ToString(CultureInfo.InvariantCulture);
}

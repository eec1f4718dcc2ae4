using System.Globalization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Knowledge.Exchange;

/// <summary>A partner read articles.</summary>
public sealed record PartnerUsed(string Partner, string Minute, DateTimeOffset At);

/// <summary>What a partner used in one minute of the office's time; counted before it is answered.</summary>
public sealed record PartnerUses(string Partner, string Minute, int Count)
{
    public const string DayIndex = "day";
    private const int DigitsOfDay = 8;

    public static readonly DocumentType<PartnerUses> Type = new(
        KnowledgeService.Name,
        "partner-uses",
        new FactTypes().Add("used", KnowledgeJson.Default.PartnerUsed),
        static (state, fact) => fact.Data is PartnerUsed used ? new PartnerUses(used.Partner, used.Minute, (state?.Count ?? 0) + 1) : state!,
        [new(DayIndex, static uses => [DayValue(uses.Partner, uses.Minute[..DigitsOfDay])])]);

    public static string DayValue(string partner, string day) => $"{partner}/{day}";
}

/// <summary>Counts what partners use, and stops them at their limit.</summary>
internal sealed class PartnerMeter(IDocumentStore<PartnerUses> store, IIdSource ids, TimeProvider time)
{
    private const int PageSize = 1000;

    /// <returns>False when this minute's limit is reached; such a request is not counted.</returns>
    public async ValueTask<bool> TryUseAsync(string partner, int perMinute, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var minute = OfficeTime.At(now).ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture);
        NewFact[] use = [new NewFact(new PartnerUsed(partner, minute, now), now)];
        var known = await store.AddOnceAsync(new NewDocument(ids.Next(), $"{partner}/{minute}", use), cancellation);
        for (var document = known.Document; !known.Added;)
        {
            if (document.State.Count >= perMinute)
            {
                return false;
            }

            if (await store.AppendAsync(document, use, cancellation) is not null)
            {
                return true;
            }

            document = await store.GetAsync(document.Id, cancellation) ?? throw new InvalidOperationException("A document that was there is gone.");
        }

        return true;
    }

    public async ValueTask<int> CountAsync(string partner, DateOnly day, CancellationToken cancellation)
    {
        var (sum, after) = (0, 0L);
        while (true)
        {
            var page = await store.QueryAsync(PartnerUses.DayIndex, PartnerUses.DayValue(partner, day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)), after, PageSize, cancellation);
            sum += page.Sum(document => document.State.Count);
            if (page.Count < PageSize)
            {
                return sum;
            }

            after = page[^1].Sequence;
        }
    }
}

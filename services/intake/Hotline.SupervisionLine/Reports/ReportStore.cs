using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Ports;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine.Reports;

/// <summary>One key of one letter, wrapped later than the letter was.</summary>
/// <param name="Letter">Which, from 0.</param>
public sealed record LetterShare(int Letter, LetterRecipient Recipient);

/// <summary>
/// Reports in the line's own store. Their ids are random and their times are days: neither tells when somebody sat at his computer.
/// </summary>
/// <param name="locatorKey">Blinds locators, so that the store does not hold what finds a report.</param>
internal sealed class ReportStore(IDocumentStore<Report> reports, IBlobStore blobs, ReportKeys keys, byte[] locatorKey, TimeProvider time)
{
    private const int PageSize = 1000;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _nextKey = -1;

    public DateOnly Today => OfficeTime.Day(time.GetUtcNow());

    /// <summary>When everything of a day is said to have happened.</summary>
    private static DateTimeOffset StartOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, OfficeTime.Offset).ToUniversalTime();

    /// <param name="mail">By what the mail it was is known again.</param>
    /// <returns>Whether it was added, and the report that has this locator now.</returns>
    public async ValueTask<AddResult<Report>> AddAsync(
        byte[] locator, SealedLetter letter, CodeVerifier verifier, string replyKey, string lockedKey, string sealedAt, CancellationToken cancellation, IReadOnlyList<string>? mail = null)
    {
        var id = new Guid(RandomNumberGenerator.GetBytes(16));
        var key = await NextKeyAsync(cancellation);
        var (entry, blob) = Pack(id, key, letter, LetterKinds.Report, []) ?? throw new InvalidOperationException("A new report's key is not there.");
        var received = new NewFact(new ReportReceived(entry, verifier, replyKey, lockedKey, sealedAt, key, mail), StartOf(entry.Day));
        return await reports.AddOnceAsync(new NewDocument(id, KeyOf(locator), [received]) { Blobs = [blob] }, cancellation);
    }

    public ValueTask<Document<Report>?> FindAsync(byte[] locator, CancellationToken cancellation) => reports.FindAsync(KeyOf(locator), cancellation);

    /// <summary>Whether a report was a mail with this mark.</summary>
    public async ValueTask<bool> HasMailAsync(string mark, CancellationToken cancellation) => await reports.QueryAsync("mail", mark, 0, 1, cancellation) is { Count: > 0 };

    public ValueTask<Document<Report>?> GetAsync(Guid id, CancellationToken cancellation) => reports.GetAsync(id, cancellation);

    public ValueTask<IReadOnlyList<Document<Report>>> PageAsync(long after, int limit, CancellationToken cancellation) => reports.QueryAsync("in", Report.Listed, after, limit, cancellation);

    public async ValueTask<IReadOnlyCollection<Report>> OfMonthAsync(string month, CancellationToken cancellation) =>
        await QueryAsync("month", month, cancellation).Select(report => report.State).ToListAsync(cancellation);

    /// <summary>Adds what <paramref name="decide"/> says of the report as it stands, once; asked anew when somebody else was first.</summary>
    /// <param name="decide">The fact, or null when nothing is to be added.</param>
    /// <returns>The report after; null when nothing was added.</returns>
    public async ValueTask<Document<Report>?> AppendAsync(Document<Report> report, Func<Report, object?> decide, CancellationToken cancellation)
    {
        while (decide(report.State) is { } fact)
        {
            if (await reports.AppendAsync(report, [new NewFact(fact, StartOf(Today))], cancellation) is { } after)
            {
                return after;
            }

            report = await reports.GetAsync(report.Id, cancellation) ?? throw new InvalidOperationException("A report vanished.");
        }

        return null;
    }

    /// <summary>Adds a letter; the same ciphertext a second time adds nothing.</summary>
    /// <param name="without">Thumbprints of keys that are not to have it: their shares are not kept.</param>
    public async ValueTask<Document<Report>?> AddLetterAsync(
        Document<Report> report, SealedLetter letter, string kind, IReadOnlyCollection<string> without, Func<Report, bool> may, CancellationToken cancellation)
    {
        if (Pack(report.Id, report.State.Key, letter, kind, without) is not (var entry, var blob))
        {
            return null;
        }

        if (!report.State.Letters.Any(other => other.Digest == entry.Digest))
        {
            await blobs.PutAsync(blob, cancellation);
        }

        return await AppendAsync(report, state => may(state) && !state.IsUpward && !state.Letters.Any(other => other.Digest == entry.Digest) ? new LetterAdded(entry) : null, cancellation);
    }

    /// <summary>Adds letters' keys wrapped for one more officer; of letters that he has already, none.</summary>
    public async ValueTask<Document<Report>?> AddSharesAsync(Document<Report> report, string key, IReadOnlyList<LetterShare> shares, CancellationToken cancellation)
    {
        if (keys.Seal(report.State.Key, report.Id, JsonSerializer.SerializeToUtf8Bytes(shares, ReportJson.Default.IReadOnlyListLetterShare)) is not { } content)
        {
            return null;
        }

        var address = BlobRef.Of(content, StartOf(Today));
        await blobs.PutAsync(new NewBlob(address, content), cancellation);
        return await AppendAsync(
            report,
            state => state.IsUpward || shares.Any(share => state.Letters[share.Letter].Keys.Contains(key)) ? null : new SharesAdded(address.Value, key, [.. shares.Select(share => share.Letter)]),
            cancellation);
    }

    /// <summary>All letters, each with the keys that were wrapped later; null when the report's key was erased.</summary>
    /// <exception cref="InvalidDataException">The ciphertext is gone or damaged.</exception>
    public async ValueTask<IReadOnlyList<SealedLetter>?> ReadAllAsync(Document<Report> report, CancellationToken cancellation)
    {
        var later = new List<LetterShare>();
        foreach (var blob in report.State.Shares)
        {
            if (await ReadAsync(report, blob, cancellation) is not { } content)
            {
                return null;
            }

            later.AddRange(JsonSerializer.Deserialize(content, ReportJson.Default.IReadOnlyListLetterShare)!);
        }

        var letters = new List<SealedLetter>();
        foreach (var entry in report.State.Letters)
        {
            if (await ReadAsync(report, entry, cancellation) is not { } letter)
            {
                return null;
            }

            letters.Add(letter with { Recipients = [.. letter.Recipients, .. later.Where(share => share.Letter == letters.Count).Select(share => share.Recipient)] });
        }

        return letters;
    }

    /// <returns>As it came; null when the report's key was erased.</returns>
    /// <exception cref="InvalidDataException">The ciphertext is gone or damaged.</exception>
    public async ValueTask<SealedLetter?> ReadAsync(Document<Report> report, LetterEntry entry, CancellationToken cancellation) =>
        await ReadAsync(report, entry.Blob, cancellation) is not { } content ? null
        : JsonSerializer.Deserialize(content, SealingJson.Default.SealedLetter) ?? throw new InvalidDataException($"The letter {entry.Blob} is damaged.");

    public static string DigestOf(SealedLetter letter) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(letter, SealingJson.Default.SealedLetter)));

    /// <summary>Makes what the store holds of a report unreadable, whoever has a key.</summary>
    public void Erase(Document<Report> report) => keys.Erase(report.State.Key);

    /// <summary>Sees that the keys are there, and erases those of what was passed upward just before the program ended.</summary>
    /// <exception cref="InvalidOperationException">The reports' keys are not there: new ones would hide that no report can be opened any more.</exception>
    public async ValueTask StartAsync(CancellationToken cancellation)
    {
        var reports = await QueryAsync("in", Report.All, cancellation).Select(report => report.State.Key + 1).DefaultIfEmpty(0).MaxAsync(cancellationToken: cancellation);
        if (reports > 0 && !keys.Has(reports - 1))
        {
            throw new InvalidOperationException("The file report-keys of the supervision line is missing or too short. Restore it from the backup: without it no report can be opened.");
        }

        await foreach (var report in QueryAsync("in", Report.Gone, cancellation))
        {
            Erase(report);
        }
    }

    private async IAsyncEnumerable<Document<Report>> QueryAsync(string index, string value, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        long after = 0;
        while (await reports.QueryAsync(index, value, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var report in page)
            {
                yield return report;
            }

            after = page[^1].Sequence;
        }
    }

    /// <summary>A key no report has: one process at a time holds the store, so counting on from the greatest is enough.</summary>
    private async ValueTask<int> NextKeyAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_nextKey < 0)
            {
                _nextKey = await QueryAsync("in", Report.All, cancellation).Select(report => report.State.Key + 1).DefaultIfEmpty(0).MaxAsync(cancellationToken: cancellation);
            }

            keys.Ready(_nextKey);
            return _nextKey++;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<byte[]?> ReadAsync(Document<Report> report, string blob, CancellationToken cancellation) =>
        await blobs.GetAsync(new BlobRef(blob), cancellation) is { } content
            ? keys.Open(report.State.Key, report.Id, content)
            : throw new InvalidDataException($"The blob {blob} is not in the store.");

    private (LetterEntry Entry, NewBlob Blob)? Pack(Guid report, int key, SealedLetter letter, string kind, IReadOnlyCollection<string> without)
    {
        var kept = letter with { Recipients = [.. letter.Recipients.Where(recipient => !without.Contains(recipient.Header.Kid))] };
        if (keys.Seal(key, report, JsonSerializer.SerializeToUtf8Bytes(kept, SealingJson.Default.SealedLetter)) is not { } content)
        {
            return null;
        }

        var day = Today;
        var address = BlobRef.Of(content, StartOf(day));
        return (new LetterEntry(kind, address.Value, day, DigestOf(letter), [.. kept.Recipients.Select(recipient => recipient.Header.Kid)]), new NewBlob(address, content));
    }

    private string KeyOf(byte[] locator) => Convert.ToHexStringLower(HMACSHA256.HashData(locatorKey, locator));
}

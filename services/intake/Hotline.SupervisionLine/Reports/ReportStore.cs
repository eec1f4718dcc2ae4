using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Ports;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine.Reports;

/// <summary>
/// Reports in the line's own store. Their ids are random and their times are days: neither tells when somebody sat at his computer.
/// </summary>
/// <param name="locatorKey">Blinds locators, so that the store does not hold what finds a report.</param>
internal sealed class ReportStore(IDocumentStore<Report> reports, IBlobStore blobs, byte[] locatorKey, TimeProvider time)
{
    private const int PageSize = 1000;

    public DateOnly Today => OfficeTime.Day(time.GetUtcNow());

    /// <summary>When everything of a day is said to have happened.</summary>
    private static DateTimeOffset StartOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, OfficeTime.Offset).ToUniversalTime();

    /// <returns>Whether it was added, and the report that has this locator now.</returns>
    public async ValueTask<AddResult<Report>> AddAsync(byte[] locator, SealedLetter letter, CodeVerifier verifier, string replyKey, string lockedKey, string sealedAt, CancellationToken cancellation)
    {
        var (entry, blob) = Pack(letter, LetterKinds.Report);
        var received = new NewFact(new ReportReceived(entry, verifier, replyKey, lockedKey, sealedAt), StartOf(entry.Day));
        return await reports.AddOnceAsync(new NewDocument(new Guid(RandomNumberGenerator.GetBytes(16)), KeyOf(locator), [received]) { Blobs = [blob] }, cancellation);
    }

    public ValueTask<Document<Report>?> FindAsync(byte[] locator, CancellationToken cancellation) => reports.FindAsync(KeyOf(locator), cancellation);

    public ValueTask<Document<Report>?> GetAsync(Guid id, CancellationToken cancellation) => reports.GetAsync(id, cancellation);

    public ValueTask<IReadOnlyList<Document<Report>>> PageAsync(long after, int limit, CancellationToken cancellation) => reports.QueryAsync("all", "all", after, limit, cancellation);

    public async ValueTask<IReadOnlyCollection<Report>> OfMonthAsync(string month, CancellationToken cancellation)
    {
        var found = new List<Report>();
        long after = 0;
        while (await reports.QueryAsync("month", month, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            found.AddRange(page.Select(report => report.State));
            after = page[^1].Sequence;
        }

        return found;
    }

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
    public async ValueTask<Document<Report>?> AddLetterAsync(Document<Report> report, SealedLetter letter, string kind, Func<Report, bool> may, CancellationToken cancellation)
    {
        var (entry, blob) = Pack(letter, kind);
        if (!report.State.Letters.Any(other => other.Blob == entry.Blob))
        {
            await blobs.PutAsync(blob, cancellation);
        }

        return await AppendAsync(report, state => may(state) && !state.Letters.Any(other => other.Blob == entry.Blob) ? new LetterAdded(entry) : null, cancellation);
    }

    /// <exception cref="InvalidDataException">The ciphertext is gone or damaged.</exception>
    public async ValueTask<SealedLetter> ReadAsync(LetterEntry entry, CancellationToken cancellation) =>
        await blobs.GetAsync(new BlobRef(entry.Blob), cancellation) is { } content && JsonSerializer.Deserialize(content, SealingJson.Default.SealedLetter) is { } letter
            ? letter
            : throw new InvalidDataException($"The letter {entry.Blob} is not in the store.");

    private (LetterEntry Entry, NewBlob Blob) Pack(SealedLetter letter, string kind)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(letter, SealingJson.Default.SealedLetter);
        var day = Today;
        var address = BlobRef.Of(content, StartOf(day));
        return (new LetterEntry(kind, address.Value, day), new NewBlob(address, content));
    }

    private string KeyOf(byte[] locator) => Convert.ToHexStringLower(HMACSHA256.HashData(locatorKey, locator));
}

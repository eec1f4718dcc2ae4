using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Knowledge.Exchange;

/// <summary>Somebody took the knowledge base out as a file.</summary>
public sealed record ArticlesExported(string By, DateTimeOffset At, string Format, bool WithInternal);

/// <summary>An export, for the auditor.</summary>
public sealed record ExportRecord(ArticlesExported Exported)
{
    public const string AllIndex = "all";

    public static readonly DocumentType<ExportRecord> Type = new(
        KnowledgeService.Name,
        "export",
        new FactTypes().Add("exported", KnowledgeJson.Default.ArticlesExported),
        static (state, fact) => state ?? new ExportRecord((ArticlesExported)fact.Data),
        [new(AllIndex, static _ => [AllIndex])]);
}

/// <summary>Keeps who exported, before the first byte goes out.</summary>
internal sealed class ExportLog(IDocumentStore<ExportRecord> store, IIdSource ids, TimeProvider time)
{
    public async ValueTask RecordAsync(string by, string format, bool withInternal, CancellationToken cancellation)
    {
        var (id, now) = (ids.Next(), time.GetUtcNow());
        await store.AddOnceAsync(new NewDocument(id, id.ToString("N"), [new NewFact(new ArticlesExported(by, now, format, withInternal), now)]), cancellation);
    }

    public ValueTask<IReadOnlyList<Document<ExportRecord>>> ListAsync(long after, int limit, CancellationToken cancellation) =>
        store.QueryAsync(ExportRecord.AllIndex, ExportRecord.AllIndex, after, limit, cancellation);
}

using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Ports;

namespace Hotline.Dispatch.Articles;

/// <summary>Keeps what the knowledge base publishes, so that answers can be held against it without asking another service.</summary>
public sealed class ArticleEventsHandler(IDocumentStore<CitableArticle> store, TimeProvider time) : IHandle<ArticlePublished>, IHandle<ArticleWithdrawn>
{
    public async ValueTask HandleAsync(ArticlePublished data, CloudEvent envelope, CancellationToken cancellation)
    {
        var document = (await store.AddOnceAsync(new NewDocument(data.Id, data.Code, [new NewFact(data, time.GetUtcNow())]), cancellation)).Document;
        await AppendAsync(document, data, cancellation);
    }

    public async ValueTask HandleAsync(ArticleWithdrawn data, CloudEvent envelope, CancellationToken cancellation) => await AppendAsync(
        await store.GetAsync(data.Id, cancellation)
            ?? throw new InvalidOperationException("The article was never published here. Replay the dead letter of its publication first, then this one."),
        data,
        cancellation);

    private async ValueTask AppendAsync(Document<CitableArticle> document, object fact, CancellationToken cancellation)
    {
        while (CitableArticle.Apply(document.State, fact) != document.State)
        {
            document = await store.AppendAsync(document, [new NewFact(fact, time.GetUtcNow())], cancellation)
                ?? await store.GetAsync(document.Id, cancellation)
                ?? throw new InvalidOperationException("A document that was there is gone.");
        }
    }
}

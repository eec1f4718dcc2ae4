using Hotline.Contracts;
using Hotline.Knowledge.Articles;
using Hotline.Ports;

namespace Hotline.Knowledge.Orders;

/// <summary>Has those told an old version told the one that holds now: puts it on record, once per order and version; dispatch tells them.</summary>
public sealed class AnswerRecalls(IDocumentStore<AnsweredOrder> store, TimeProvider time)
{
    /// <returns>Why he is not to be told, in zh-CN; null when he will be.</returns>
    internal async ValueTask<string?> RecallAsync(Document<AnsweredOrder> document, string code, ArticleVersion published, string by, CancellationToken cancellation)
    {
        while (true)
        {
            if (ReasonNotTo(document.State, code, published.Number) is { } reason)
            {
                return reason;
            }

            var (now, content) = (time.GetUtcNow(), published.Content);
            var fact = new AnswerRecalled(
                document.Id, document.State.Number, now, by, code, document.State.ToldVersion!.Value, published.Number, content.PublicText, content.Basis);
            if (await store.AppendAsync(document, [new NewFact(fact, now, Topics.Knowledge)], cancellation) is not null)
            {
                return null;
            }

            document = await store.GetAsync(document.Id, cancellation) ?? throw new InvalidOperationException("A document that was there is gone.");
        }
    }

    /// <summary>Why this order's citizen is not to be told that version; null when he is. Pure.</summary>
    public static string? ReasonNotTo(AnsweredOrder order, string code, int version) =>
        order.Answer?.Article != code || order.ToldVersion is not { } told ? "这件诉求最近的答复没有引用该条目"
        : told >= version ? $"已按第{told}版答复"
        : order.Recall?.Version >= version ? $"已于此前交办告知第{order.Recall.Version}版"
        : null;
}

using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Dispatch.Articles;

/// <summary>Decides on what the knowledge base proposes to answer, and tells the new answer to those who are to have it.</summary>
public sealed partial class AnswerEventsHandler(
    IDocumentStore<WorkOrder> store,
    IDocumentStore<CitableArticle> articles,
    Organization organization,
    IOptions<DispatchOptions> options,
    TimeProvider time,
    ILogger<AnswerEventsHandler> logger) : IHandle<AnswerProposed>, IHandle<AnswerRecalled>
{
    public async ValueTask HandleAsync(AnswerProposed data, CloudEvent envelope, CancellationToken cancellation)
    {
        var article = (await articles.FindAsync(data.Article, cancellation))?.State;
        WorkOrderChange? made = null;
        await store.AppendAsync(
            data.Id,
            order => made = AnswerDecisions.ByRule(order, data, article, organization, time.GetUtcNow(), options.Value.SamplePercent),
            cancellation);
        if (made is not null)
        {
            LogAnsweredByRules(logger, made.Order.Category, organization.Version);
        }
    }

    public ValueTask HandleAsync(AnswerRecalled data, CloudEvent envelope, CancellationToken cancellation) =>
        store.AppendAsync(data.AppealId, order => AnswerDecisions.Change(order, data, time.GetUtcNow()), cancellation);

    [LoggerMessage(Level = LogLevel.Information, Message = "The rules answered an appeal of category {Category} from the knowledge base under {RuleVersion}")]
    private static partial void LogAnsweredByRules(ILogger logger, string category, string ruleVersion);
}

using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Hosting;
using Hotline.Knowledge.Articles;
using Hotline.Knowledge.Cases;
using Hotline.Knowledge.Exchange;
using Hotline.Knowledge.Feedback;
using Hotline.Knowledge.Orders;
using Hotline.Knowledge.Proposals;
using Hotline.Knowledge.Search;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Knowledge;

/// <summary>The knowledge base 知识库: articles that are reviewed before anybody reads them, searched, proposed for appeals and cited in answers.</summary>
public sealed class KnowledgeService : IServiceModule
{
    public const string Name = "knowledge";

    public static ServiceDescription Service { get; } = new(Name, ["/knowledge"], 12362);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, KnowledgeJson.Default));
        services.AddOptions<KnowledgeOptions>().BindConfiguration(KnowledgeOptions.Section).ValidateOnStart().Validate(
            options => options.HasGoodKeys,
            $"{KnowledgeOptions.Section}:Partners: each needs a name of letters, digits and dashes and a key of its own of at least {KnowledgeOptions.LeastOfKey} characters.");
        services.AddSingleton<IValidateOptions<KnowledgeOptions>, KnowledgeOptionsValidator>();
        AddStore(services, ArticleDocument.Type);
        AddStore(services, ArticleFeedback.Type);
        AddStore(services, AppealProposals.Type);
        AddStore(services, AnsweredOrder.Type);
        AddStore(services, ExportRecord.Type);
        AddStore(services, PartnerUses.Type);
        services.AddSingleton<ArticleIndex>();
        services.AddSingleton<ArticleDesk>();
        services.AddSingleton<ProposalDesk>();
        services.AddSingleton<AnswerRecalls>();
        services.AddSingleton<FeedbackTokens>(provider => new(provider.GetRequiredService<IServiceKeys>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ArticleImport>();
        services.AddSingleton<ExportLog>();
        services.AddSingleton<PartnerMeter>();
        services.AddHostedService<IndexBuilder>();
        services.AddHandling(Name, handlers => handlers
            .On<Appeal, AppealProposalHandler>(Topics.Appeals, EventTypes.AppealReceived, HotlineJson.Default.Appeal)
            .On<WorkOrderOpened, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderOpened, HotlineJson.Default.WorkOrderOpened)
            .On<WorkOrderAccepted, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderAccepted, HotlineJson.Default.WorkOrderAccepted)
            .On<WorkOrderAnswered, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderAnswered, HotlineJson.Default.WorkOrderAnswered)
            .On<WorkOrderAnswerChanged, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderAnswerChanged, HotlineJson.Default.WorkOrderAnswerChanged)
            .On<WorkOrderDispatched, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderDispatched, HotlineJson.Default.WorkOrderDispatched)
            .On<AssignmentChanged, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.AssignmentChanged, HotlineJson.Default.AssignmentChanged)
            .On<WorkOrderHandled, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderHandled, HotlineJson.Default.WorkOrderHandled)
            .On<WorkOrderClosed, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderClosed, HotlineJson.Default.WorkOrderClosed));
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        ReadingEndpoints.Map(routes);
        ArticleEndpoints.Map(routes);
        PublishEndpoints.Map(routes);
        FeedbackEndpoints.Map(routes);
        ProposalEndpoints.Map(routes);
        ToldEndpoints.Map(routes);
        ExchangeEndpoints.Map(routes);
        PartnerEndpoints.Map(routes);
        CaseEndpoints.Map(routes);
    }

    private static void AddStore<T>(IServiceCollection services, DocumentType<T> type)
        where T : class => services.AddSingleton(provider => provider.GetRequiredService<IDocumentStores>().Open(type));
}

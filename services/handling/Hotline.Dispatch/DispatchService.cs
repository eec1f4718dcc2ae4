using Hotline.Contracts;
using Hotline.Dispatch.Alerts;
using Hotline.Dispatch.Articles;
using Hotline.Dispatch.Cases;
using Hotline.Dispatch.Proofs;
using Hotline.Handling;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Dispatch;

/// <summary>Opens a work order for every appeal, keeps its states and clocks, and gives it to units.</summary>
public sealed class DispatchService : IServiceModule
{
    public const string Name = "dispatch";

    public static ServiceDescription Service { get; } = new(Name, ["/work-orders", "/dispatch"], 12361);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, DispatchJson.Default));
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, AlertJson.Default));
        builder.Services.AddSingleton(services => services.GetRequiredService<IDocumentStores>().Open(WorkOrderDocument.Type));
        builder.Services.AddSingleton(services => services.GetRequiredService<IDocumentStores>().Open(CitableArticle.Type));
        builder.Services.AddOptions<DispatchOptions>().BindConfiguration(DispatchOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DispatchOptions>, DispatchOptionsValidator>();
        builder.Services.AddSingleton<DispatchRules>();
        builder.Services.AddSingleton<WorkOrderDesk>();
        builder.Services.AddSingleton<ProofKeeper>();
        builder.Services.AddKeyedSingleton(Name, (services, _) => new UploadTurns(services.GetRequiredService<IOptions<DispatchOptions>>().Value.Uploading));
        builder.Services.AddSingleton(services => services.GetRequiredService<IDocumentStores>().Open(Alert.Type));
        builder.Services.AddOptions<AlertOptions>().BindConfiguration(AlertOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<AlertOptions>, AlertOptionsValidator>();
        builder.Services.AddSingleton<AlertDesk>();
        builder.Services.AddHostedService<AlertWatch>();
        builder.Services.AddHostedService<PromiseWatch>();
        builder.Services.AddHandling(Name, handlers => handlers
            .On<Appeal, AppealReceivedHandler>(Topics.Appeals, EventTypes.AppealReceived, HotlineJson.Default.Appeal)
            .On<AppealSupplemented, AppealSupplementedHandler>(Topics.Appeals, EventTypes.AppealSupplemented, HotlineJson.Default.AppealSupplemented)
            .On<AppealUrged, AppealUrgedHandler>(Topics.Appeals, EventTypes.AppealUrged, HotlineJson.Default.AppealUrged)
            .On<AppealWithdrawn, AppealWithdrawnHandler>(Topics.Appeals, EventTypes.AppealWithdrawn, HotlineJson.Default.AppealWithdrawn)
            .On<CallbackAsked, CallbackEventsHandler>(Topics.Callbacks, EventTypes.CallbackAsked, HotlineJson.Default.CallbackAsked)
            .On<CallbackAnswered, CallbackEventsHandler>(Topics.Callbacks, EventTypes.CallbackAnswered, HotlineJson.Default.CallbackAnswered)
            .On<CallbackEnded, CallbackEventsHandler>(Topics.Callbacks, EventTypes.CallbackEnded, HotlineJson.Default.CallbackEnded)
            .On<ArticlePublished, ArticleEventsHandler>(Topics.Knowledge, EventTypes.ArticlePublished, HotlineJson.Default.ArticlePublished)
            .On<ArticleWithdrawn, ArticleEventsHandler>(Topics.Knowledge, EventTypes.ArticleWithdrawn, HotlineJson.Default.ArticleWithdrawn)
            .On<AnswerProposed, AnswerEventsHandler>(Topics.Knowledge, EventTypes.AnswerProposed, HotlineJson.Default.AnswerProposed)
            .On<AnswerRecalled, AnswerEventsHandler>(Topics.Knowledge, EventTypes.AnswerRecalled, HotlineJson.Default.AnswerRecalled));
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        WorkOrderEndpoints.Map(routes);
        AlertEndpoints.Map(routes);
        CaseEndpoints.Map(routes);
    }
}

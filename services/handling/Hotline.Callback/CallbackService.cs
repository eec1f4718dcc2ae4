using Hotline.Callback.Answers;
using Hotline.Callback.Calls;
using Hotline.Callback.Cases;
using Hotline.Callback.Figures;
using Hotline.Callback.Tasks;
using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Callback;

/// <summary>Asks citizens after the handling 回访, by link first, then by a machine that rings where one is configured, then by a person: whether somebody spoke with them, whether it was solved, whether they are content.</summary>
public sealed class CallbackService : IServiceModule
{
    public const string Name = "callback";

    public static ServiceDescription Service { get; } = new(Name, ["/callbacks"], 12363);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, CallbackJson.Default));
        services.AddOptions<CallbackOptions>().BindConfiguration(CallbackOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CallbackOptions>, CallbackOptionsValidator>();
        services.AddSingleton(provider => provider.GetRequiredService<IDocumentStores>().Open(CallbackDocument.Type));
        services.AddSingleton<AnswerTokens>();
        services.AddSingleton<CallbackDesk>();
        services.AddHostedService<CallbackWatch>();
        services.AddHandling(Name, handlers => handlers
            .On<WorkOrderOpened, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderOpened, HotlineJson.Default.WorkOrderOpened)
            .On<WorkOrderAccepted, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderAccepted, HotlineJson.Default.WorkOrderAccepted)
            .On<WorkOrderAnswered, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderAnswered, HotlineJson.Default.WorkOrderAnswered)
            .On<WorkOrderDispatched, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderDispatched, HotlineJson.Default.WorkOrderDispatched)
            .On<AssignmentChanged, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.AssignmentChanged, HotlineJson.Default.AssignmentChanged)
            .On<WorkOrderHandled, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderHandled, HotlineJson.Default.WorkOrderHandled)
            .On<WorkOrderCallbackStarted, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderCallbackStarted, HotlineJson.Default.WorkOrderCallbackStarted)
            .On<WorkOrderRedone, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderRedone, HotlineJson.Default.WorkOrderRedone)
            .On<WorkOrderClosed, WorkOrderEventsHandler>(Topics.WorkOrders, EventTypes.WorkOrderClosed, HotlineJson.Default.WorkOrderClosed)
            .On<AppealRated, WorkOrderEventsHandler>(Topics.Appeals, EventTypes.AppealRated, HotlineJson.Default.AppealRated)
            .On<AppealCalled, CallOrders>(Topics.Appeals, EventTypes.AppealCalled, HotlineJson.Default.AppealCalled));
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        CallbackEndpoints.Map(routes);
        FiguresEndpoints.Map(routes);
        AnswerEndpoints.Map(routes);
        CaseEndpoints.Map(routes);
    }
}

using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Dispatch;

/// <summary>Moves orders by what the callback service tells: what to ask the citizen, what he answered, that he could not be asked.</summary>
public sealed class CallbackEventsHandler(IDocumentStore<WorkOrder> store, IOptions<DispatchOptions> options, TimeProvider time) : IHandle<CallbackAsked>, IHandle<CallbackAnswered>, IHandle<CallbackEnded>
{
    public ValueTask HandleAsync(CallbackAsked data, CloudEvent envelope, CancellationToken cancellation) =>
        store.AppendAsync(data.Id, order => CallbackDecisions.Ask(order, data, time.GetUtcNow()), cancellation);

    public ValueTask HandleAsync(CallbackAnswered data, CloudEvent envelope, CancellationToken cancellation) =>
        store.AppendAsync(data.Id, order => CallbackDecisions.Answer(order, data, time.GetUtcNow(), options.Value.ReopenDays), cancellation);

    public ValueTask HandleAsync(CallbackEnded data, CloudEvent envelope, CancellationToken cancellation) =>
        store.AppendAsync(data.Id, order => CallbackDecisions.End(order, data, time.GetUtcNow()), cancellation);
}

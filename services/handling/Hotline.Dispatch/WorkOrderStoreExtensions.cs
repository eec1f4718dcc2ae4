using Hotline.Ports;

namespace Hotline.Dispatch;

internal static class WorkOrderStoreExtensions
{
    /// <summary>Appends what <paramref name="decide"/> makes of the appeal's order; when somebody else was first, it is asked again about the order as it is then.</summary>
    /// <param name="decide">Null when there is nothing (left) to do.</param>
    /// <exception cref="InvalidOperationException">The appeal has no order.</exception>
    public static async ValueTask AppendAsync(
        this IDocumentStore<WorkOrder> store, Guid appeal, Func<WorkOrder, WorkOrderChange?> decide, CancellationToken cancellation)
    {
        while (true)
        {
            // Events of one appeal keep their order, so its opening was handled before, or rests as a dead letter that must be replayed first.
            var document = await store.GetAsync(appeal, cancellation)
                ?? throw new InvalidOperationException("The appeal has no work order. Replay the dead letter of its receipt first, then this one.");
            if (decide(document.State) is not { } change || await store.AppendAsync(document, change.Facts, cancellation) is not null)
            {
                return;
            }
        }
    }
}

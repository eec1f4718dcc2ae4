using System.Globalization;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Dispatch;

/// <summary>What a list of orders is narrowed to.</summary>
/// <param name="State">A state's name, or <c>open</c>; null: the hotline sees what is open, a unit all it may see.</param>
/// <param name="Unit">Only orders of this unit; null for all he may see.</param>
/// <param name="After">The sequence the page before ended with; 0 for the first.</param>
public sealed record WorkOrderFilter(string? State, string? Unit, long After, int Limit);

/// <summary>
/// The one way of staff to work orders: it shows nobody what is not his to see, and appends what a decision yields. An order out of sight
/// and one that does not exist are the same to the one who asks.
/// </summary>
public sealed class WorkOrderDesk(IDocumentStore<WorkOrder> store, Organization organization, IOptions<DispatchOptions> options, TimeProvider time)
{
    internal Organization Organization => organization;

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <returns>Null when there is none that he may see.</returns>
    public async ValueTask<Document<WorkOrder>?> FindAsync(StaffUser user, string number, CancellationToken cancellation) =>
        AppealNumber.IsValid(number)
        && await store.FindAsync(number, cancellation) is { } document
        && WorkOrderScope.MaySee(user, document.State, organization)
            ? document
            : null;

    /// <returns>Null when there is none that the partner may see.</returns>
    public async ValueTask<WorkOrder?> FindForPartnerAsync(StaffUser partner, string number, CancellationToken cancellation) =>
        AppealNumber.IsValid(number) && await store.FindAsync(number, cancellation) is { State: var order } && WorkOrderScope.MaySeeAsPartner(partner, order) ? order : null;

    /// <returns>Oldest first, and where the next page begins; null when he may not see orders of that unit.</returns>
    public async ValueTask<(IReadOnlyList<Document<WorkOrder>> Page, long? Next)?> ListAsync(
        StaffUser user, WorkOrderFilter filter, CancellationToken cancellation)
    {
        var unit = filter.Unit ?? (WorkOrderScope.SeesAll(user) ? null : user.Unit);
        if (unit is not null && !WorkOrderScope.MaySeeUnit(user, unit, organization))
        {
            return null;
        }

        var found = unit is null
            ? await store.QueryAsync(WorkOrderDocument.StateIndex, filter.State ?? WorkOrderDocument.Open, filter.After, filter.Limit, cancellation)
            : await store.QueryAsync(WorkOrderDocument.UnitIndex, WorkOrderDocument.UnitValue(unit, filter.State), filter.After, filter.Limit, cancellation);

        // The index says the same; asked once more, because what it would cost to be wrong is a citizen's trust.
        var page = found.Where(document => WorkOrderScope.MaySee(user, document.State, organization)).ToList();
        return (page, found.Count == filter.Limit ? found[^1].Sequence : null);
    }

    /// <summary>Decides on an order and appends the outcome; when somebody else was first, decides anew on the order as it is then.</summary>
    /// <param name="ifMatch">The version he saw, as an entity tag; null to decide on whichever there is.</param>
    internal async ValueTask<(Decision Decision, Document<WorkOrder>? After)> ChangeAsync(
        StaffUser user, string number, string? ifMatch, Func<WorkOrder, Request, Decision> decide, CancellationToken cancellation)
    {
        while (true)
        {
            if (await FindAsync(user, number, cancellation) is not { } document)
            {
                return (new Decision.Missing("没有这张工单。", "请核对编号；只能看到已转派给本单位的工单。"), null);
            }

            if (ifMatch is not null && ifMatch != EntityTag(document.Version))
            {
                return (new Decision.Conflict($"工单已有变化：现为第{document.Version}版，“{document.State.State.Title()}”。", "请重新读取工单，确认后再提交。"), null);
            }

            var decision = decide(document.State, new Request(user, organization, time.GetUtcNow(), options.Value.SamplePercent));
            if (decision is not Decision.Granted granted)
            {
                return (decision, null);
            }

            if (granted.Facts.Count == 0)
            {
                return (decision, document); // it is so already
            }

            if (await store.AppendAsync(document, granted.Facts, cancellation) is { } after)
            {
                return (decision, after);
            }
        }
    }

    internal static string EntityTag(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}

using System.Globalization;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Hosting;

namespace Hotline.Desk.Orders;

/// <summary>A queue of work orders: whose it is, and what the service is asked for.</summary>
/// <param name="State">As the API's list has it.</param>
/// <param name="OfUnit">The orders of the unit of whoever asks, and by its own clock.</param>
internal sealed record OrderQueue(string Name, string Title, string State, IReadOnlyList<string> Roles, string? BulkStep = null, string? BulkTitle = null, bool OfUnit = false)
{
    public static readonly OrderQueue Received = new("received", "待受理", "received", [Contracts.Roles.Acceptor], "accept", "按系统建议受理所选");
    public static readonly OrderQueue Accepted = new("accepted", "待派单", "accepted", [Contracts.Roles.Dispatcher], "dispatch", "按系统建议派出所选");
    public static readonly OrderQueue ReturnAsked = new("return-asked", "退单待定", "return-asked", [Contracts.Roles.Dispatcher]);
    public static readonly OrderQueue ToReview = new("to-review", "待审核", "to-review", [Contracts.Roles.Dispatcher]);
    public static readonly OrderQueue Review = new("review", "待复核", "review", [Contracts.Roles.Acceptor, Contracts.Roles.Dispatcher]);
    public static readonly OrderQueue Own = new("own", "本单位工单", "open", [Contracts.Roles.StationDispatcher, Contracts.Roles.UnitHandler, Contracts.Roles.UnitHead], OfUnit: true);
    public static readonly OrderQueue ToIssue = new("to-issue", "待签发", "to-issue", [Contracts.Roles.UnitHead], OfUnit: true);

    public static readonly IReadOnlyList<OrderQueue> All = [Received, Accepted, ReturnAsked, ToReview, Review, ToIssue, Own];

    public string Path => $"/desk/queues/{Name}";

    public string ApiPath(StaffUser user, long after, int limit) => string.Create(
        CultureInfo.InvariantCulture, $"/work-orders?state={State}&after={after}&limit={limit}{(OfUnit ? $"&unit={Uri.EscapeDataString(user.Unit)}" : "")}");

    /// <summary>The clock that counts here: the unit's own in its queue, else the citizen's or the acceptance's.</summary>
    public (DateTimeOffset? DueAt, string? Color) ClockOf(StaffUser user, OrderLine line) =>
        OfUnit && OwnOf(user, line) is { } own ? (own.DueAt, own.Color) : (line.DueAt, line.Color);

    /// <summary>The unit's own share that is still open, else its last.</summary>
    public static AssignmentLine? OwnOf(StaffUser user, OrderLine line)
    {
        var own = line.Assignments?.Where(share => share.Unit == user.Unit).ToList() ?? [];
        return own.LastOrDefault(static share => share.State is not ("reviewed" or "returned" or "ended")) ?? own.LastOrDefault();
    }

    /// <summary>What the unit is to do next, in words; shares it gave out come first.</summary>
    public static string NextStepOf(StaffUser user, OrderLine line)
    {
        var own = OwnOf(user, line);
        var below = own is null ? [] : line.Assignments!.Where(share => share.Parent == own.Assignment).ToList();
        return below.Exists(static share => share.State == "replied") ? "审核下级反馈"
            : below.Exists(static share => share.State == "return-asked") ? "决定下级退单"
            : own?.State switch
            {
                "dispatched" => "签收",
                "signed" => user.Roles.Contains(Contracts.Roles.StationDispatcher) ? "下派或办理" : "开始办理",
                "handling" => below.Exists(static share => share.State is not ("reviewed" or "returned" or "ended")) ? "等待下级" : "反馈",
                "drafted" => user.Roles.Contains(Contracts.Roles.UnitHead) ? "签发" : "等待签发",
                "sent-back" => "重新办理",
                "replied" => "等待上级审核",
                "return-asked" => "等待退单决定",
                _ => own?.StateTitle ?? "",
            };
    }
}

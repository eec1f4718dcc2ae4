using Hotline.Contracts;
using Hotline.Desk.Callbacks;
using Hotline.Desk.Calls;
using Hotline.Desk.Knowledge;
using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>A place in the menu.</summary>
/// <param name="Roles">Who sees it; the page's own rule stands with its route.</param>
internal sealed record MenuEntry(string Path, string Title, params string[] Roles);

/// <summary>The menu; its order is that of the access keys 1, 2, ….</summary>
internal static class DeskMenu
{
    private static readonly MenuEntry[] All =
    [
        new("/desk", "首页", [.. Contracts.Roles.All]),
        new("/desk/calls", "通话", CallPages.Seats),
        new("/desk/appeals/new", "登记", CallPages.Seats),
        new("/desk/queues/received", "待受理", Roles.Acceptor),
        new("/desk/queues/accepted", "待派单", Roles.Dispatcher),
        new("/desk/queues/return-asked", "退单待定", Roles.Dispatcher),
        new("/desk/queues/to-review", "待审核", Roles.Dispatcher),
        new("/desk/queues/review", "待复核", Roles.Acceptor, Roles.Dispatcher),
        new("/desk/queues/to-issue", "待签发", Roles.UnitHead),
        new("/desk/queues/own", "本单位工单", Roles.StationDispatcher, Roles.UnitHandler, Roles.UnitHead),
        new("/desk/callbacks", "回访", CallbackPages.Lookers),
        new("/desk/callbacks/contradictions", "虚假办结", CallbackPages.SeeContradictions),
        new("/desk/knowledge", "知识库", KnowledgePages.Readers),
        new(OfficerPage.Path, "监督专线", Contracts.Roles.DisciplineOfficer),
        new("/desk/accounts", "账号", Roles.Administrator),
        new("/desk/sign-ins", "登录记录", Roles.Auditor),
    ];

    public static IEnumerable<MenuEntry> For(StaffUser user) => All.Where(entry => user.Roles.Overlaps(entry.Roles));
}

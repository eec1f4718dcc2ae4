using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Orders;
using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>What waits for whoever signed in: a count for each of his queues, and how its clocks stand.</summary>
internal sealed class HomePage
{
    private const int MostCounted = 200;

    public static void Map(DeskRoutes routes)
    {
        routes.Get("", ShowAsync, [.. Roles.All]);
        routes.Get("/alerts/events", AlertStream.PassAsync, AlertStream.Watchers).DisableRateLimiting();
    }

    private static async Task<IResult> ShowAsync(Visit visit)
    {
        var queues = await Task.WhenAll(OrderQueue.All.Where(queue => visit.User.Roles.Overlaps(queue.Roles)).Select(queue => TileAsync(visit, queue)));
        var others = DeskMenu.For(visit.User).Where(entry => entry.Path != "/desk" && OrderQueue.All.All(queue => queue.Path != entry.Path));
        return visit.Page("首页", Html.Of($"""
            {Find(visit)}
            <ul class="tiles">{queues}{others.Select(entry => Html.Of($"""<li><a href="{entry.Path}">{entry.Title}</a></li>"""))}</ul>
            """));
    }

    private static async Task<Html> TileAsync(Visit visit, OrderQueue queue)
    {
        var answer = await visit.Api.GetAsync(visit.User, queue.ApiPath(visit.User, 0, MostCounted), ApiJson.Default.OrderPage, visit.Cancellation);
        var title = Html.Of($"""<a href="{queue.Path}">{queue.Title}</a>""");
        if (answer.Value is not { } page)
        {
            return Html.Of($"""<li>{title}<p class="error">{answer.Problem?.Detail}</p></li>""");
        }

        var colors = page.Items.Select(line => queue.ClockOf(visit.User, line).Color).ToList();
        Html Count(string color, string meaning) => colors.Count(each => each == color) is var count and > 0 ? Html.Of($"""<span class="clock {color}">{meaning} {count}</span> """) : Html.Empty;
        return Html.Of($"""<li>{title}<span class="count">{page.Items.Count}{(page.Next is null ? "" : "+")} 件</span>{Count("red", "已超期")}{Count("yellow", "临近到期")}{Count("green", "时间充裕")}</li>""");
    }

    private static Html Find(Visit visit) => visit.User.Roles.Overlaps(OrderPages.Viewers)
        ? Html.Of($"""
            <section><form method="get" action="/desk/orders"><div class="field"><label for="find-number">按编号打开工单</label>
            <input id="find-number" name="number" inputmode="numeric" maxlength="15" autocomplete="off" required></div><button type="submit" accesskey="s">打开</button></form></section>
            """)
        : Html.Empty;
}

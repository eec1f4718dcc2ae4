using System.Globalization;
using Hotline.Desk.Api;
using Hotline.Desk.Pages;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Desk.Orders;

/// <summary>The queues: oldest first, each with its clock; where the rules proposed something, many can be decided so at once.</summary>
internal sealed class QueuePages(IOptions<DeskOptions> options)
{
    private const string Picked = "order";
    private const int AtOnce = 4;

    public void Map(DeskRoutes routes)
    {
        foreach (var queue in OrderQueue.All)
        {
            routes.Get($"/queues/{queue.Name}", visit => ShowAsync(visit, queue, Done(visit)), [.. queue.Roles]);
            if (queue.BulkStep is { } step)
            {
                routes.Post($"/queues/{queue.Name}/{step}", visit => DecideAsync(visit, queue), [.. queue.Roles]);
            }
        }
    }

    private async Task<IResult> ShowAsync(Visit visit, OrderQueue queue, Html done)
    {
        var after = long.TryParse(visit.Http.Request.Query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : 0;
        var answer = await visit.Api.GetAsync(visit.User, queue.ApiPath(visit.User, after, options.Value.QueueLines), ApiJson.Default.OrderPage, visit.Cancellation);
        if (answer.Value is not { } page)
        {
            return visit.Problem(answer.Problem!);
        }

        var lines = Lines(visit, queue, page);
        return visit.Page(queue.Title, Html.Of($"""
            {done}
            {(page.Items.Count == 0 ? Html.Of($"""<section><p>现在没有{queue.Title}的工单。</p></section>""") : queue.BulkStep is null ? lines : Html.Of($"""
            <form method="post" action="{queue.Path}/{queue.BulkStep}">{visit.TokenField}
            {lines}
            <div class="doing"><button type="submit" accesskey="s">{queue.BulkTitle}</button></div></form>
            """))}
            <p>{(after > 0 ? Html.Of($"""<a href="{queue.Path}">回到最早的</a> """) : Html.Empty)}{(page.Next is { } next ? Html.Of($"""<a href="{queue.Path}?after={next.ToString(CultureInfo.InvariantCulture)}">下一页</a>""") : Html.Empty)}</p>
            """));
    }

    private static Html Done(Visit visit) =>
        Show.Notice(int.TryParse(visit.Http.Request.Query["done"], NumberStyles.None, CultureInfo.InvariantCulture, out var done) ? $"已办理 {done} 件。" : "");

    private static Html Lines(Visit visit, OrderQueue queue, OrderPage page)
    {
        string[] columns = queue switch
        {
            { BulkStep: not null } => ["选择", "编号", "标题", "渠道", "收到", "时限", "系统建议"],
            { OfUnit: true } => ["编号", "标题", "收到", "时限", "状态", "下一步"],
            _ => ["编号", "标题", "承办单位", "收到", "时限"],
        };
        return Show.Table($"{queue.Title}，最早的在前", columns, page.Items.Select(line => (IReadOnlyList<Html>)(queue switch
        {
            { BulkStep: not null } => [Pick(queue, line), Link(line), Title(line), Html.Of($"{Show.Channel(line.Channel)}"), Html.Of($"{Show.ShortTime(line.ReceivedAt)}"), Clock(visit, queue, line), Proposed(visit, queue, line)],
            { OfUnit: true } => [Link(line), Title(line), Html.Of($"{Show.ShortTime(line.ReceivedAt)}"), Clock(visit, queue, line), Html.Of($"{OrderQueue.OwnOf(visit.User, line)?.StateTitle ?? line.StateTitle}"), Html.Of($"{OrderQueue.NextStepOf(visit.User, line)}")],
            _ => [Link(line), Title(line), Units(queue, line), Html.Of($"{Show.ShortTime(line.ReceivedAt)}"), Clock(visit, queue, line)],
        })));
    }

    private static Html Pick(OrderQueue queue, OrderLine line) => queue == OrderQueue.Accepted && line.ProposedUnit is null
        ? Html.Of($"需人工选择单位")
        : Html.Of($"""<label class="pick"><input type="checkbox" name="{Picked}" value="{line.Number}/{line.Version}" aria-label="选择 {line.Number} {line.Title}"></label>""");

    private static Html Link(OrderLine line) => Html.Of($"""<a href="/desk/orders/{line.Number}">{line.Number}</a>""");

    private static Html Title(OrderLine line) => line.Urgency == "normal" ? Html.Of($"{line.Title}") : Html.Of($"""<strong>【{Show.Urgency(line.Urgency)}】</strong>{line.Title}""");

    private static Html Clock(Visit visit, OrderQueue queue, OrderLine line)
    {
        var (due, color) = queue.ClockOf(visit.User, line);
        return Show.Clock(due, color);
    }

    private static Html Proposed(Visit visit, OrderQueue queue, OrderLine line)
    {
        var unit = FirstUnit(visit.Organization, line.ProposedUnit);
        return queue == OrderQueue.Received
            ? Html.Of($"{Show.Nature(line.Nature)} · {line.CategoryTitle} · {Show.Urgency(line.Urgency)}")
            : Html.Of($"{(unit is null ? "没有规则指定单位" : visit.Organization.NameOf(unit))}");
    }

    private static Html Units(OrderQueue queue, OrderLine line) => Html.Of(
        $"{string.Join("、", line.Assignments?.Where(share => queue == OrderQueue.Review ? share.Parent is null : share.State == (queue == OrderQueue.ToReview ? "replied" : "return-asked")).Select(static share => share.UnitName) ?? [])}");

    /// <summary>The hotline dispatches to the first unit below itself; that one passes it on.</summary>
    private static string? FirstUnit(Organization organization, string? unit) => unit is null ? null : organization.FirstBelowHotline(unit)?.Id;

    private async Task<IResult> DecideAsync(Visit visit, OrderQueue queue)
    {
        var picked = visit.Form![Picked].OfType<string>().Take(options.Value.QueueLines).Select(static value => value.Split('/')).Where(static parts => parts is [_, _]).ToList();
        if (picked.Count == 0)
        {
            return await ShowAsync(visit, queue, Html.Of($"""<div class="summary" role="alert" tabindex="-1" autofocus><p class="error">没有选择工单：请先在列表中勾选。</p></div>"""));
        }

        var refused = new Dictionary<string, ApiProblem>();
        await Parallel.ForEachAsync(picked, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = visit.Cancellation }, async (parts, _) =>
        {
            if (await DecideAsync(visit, queue, parts[0], parts[1]) is { } problem)
            {
                lock (refused)
                {
                    refused[parts[0]] = problem;
                }
            }
        });
        return refused.Count == 0 ? Visit.SeeOther(string.Create(CultureInfo.InvariantCulture, $"{queue.Path}?done={picked.Count}")) : await ShowAsync(visit, queue, Html.Of($"""
            <div class="summary" role="alert" tabindex="-1" autofocus><p>已办理 {picked.Count - refused.Count} 件，{refused.Count} 件没有办理：</p>
            <ul>{refused.OrderBy(static each => each.Key, StringComparer.Ordinal).Select(each => Html.Of($"""<li><a href="/desk/orders/{each.Key}">{each.Key}</a> {string.Join(' ', each.Value.ToErrors().Select(static error => error.Message))}</li>"""))}</ul></div>
            """));
    }

    /// <summary>Decides one order as the rules proposed, unless it changed since it was listed.</summary>
    /// <returns>Why not; null when it was done.</returns>
    private static async Task<ApiProblem?> DecideAsync(Visit visit, OrderQueue queue, string number, string version)
    {
        var path = OrderPages.ApiPath(number);
        var found = await visit.Api.GetAsync(visit.User, path, ApiJson.Default.Order, visit.Cancellation);
        if (found.Value is not { } order || !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen))
        {
            return found.Problem ?? new ApiProblem(StatusCodes.Status400BadRequest, "表单有误。", "请重新载入页面。");
        }

        var proposal = order.Proposal;
        if (queue == OrderQueue.Received)
        {
            var accepted = new AcceptBody(proposal.Nature, proposal.Category, proposal.Urgency, proposal.Division);
            return (await visit.Api.PostAsync(visit.User, $"{path}/accept", accepted, ApiJson.Default.AcceptBody, ApiJson.Default.Order, visit.Cancellation, seen)).Problem;
        }

        return FirstUnit(visit.Organization, proposal.Unit) is not { } unit
            ? new ApiProblem(StatusCodes.Status409Conflict, "没有规则指定单位。", "请打开工单选择单位。")
            : (await visit.Api.PostAsync(visit.User, $"{path}/dispatch", new DispatchBody(unit, "lead", null), ApiJson.Default.DispatchBody, ApiJson.Default.Order, visit.Cancellation, seen)).Problem;
    }
}

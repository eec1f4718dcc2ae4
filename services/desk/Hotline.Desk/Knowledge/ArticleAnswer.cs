using System.Globalization;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Orders;
using Hotline.Desk.Pages;
using Hotline.Hosting;

namespace Hotline.Desk.Knowledge;

/// <summary>A direct answer 直接答复 taken from an article: it cites the article and the version that was read, so that it can be found again when the article changes.</summary>
internal static class ArticleAnswer
{
    public static readonly string[] Answerers = [Roles.Acceptor, Roles.Agent];
    private const string Form = "cite";

    public static void Map(DeskRoutes routes)
    {
        routes.Get("/answers/new", StartAsync, Answerers);
        routes.Post("/orders/{number}/answer-from-article", SendAsync, Answerers);
    }

    /// <summary>On the article's page: to which order it is the answer.</summary>
    public static Html Start(string code, string order) => Html.Of($"""
        <section aria-labelledby="cite"><h2 id="cite">用这一条直接答复</h2><form method="get" action="/desk/answers/new" aria-label="用这一条直接答复"><input type="hidden" name="article" value="{code}">
        <div class="field"><label for="cite-order">工单编号</label><p class="hint" id="cite-order-hint">15 位数字；工单要先受理。</p><input id="cite-order" name="order" inputmode="numeric" maxlength="15" value="{order}" autocomplete="off" required aria-describedby="cite-order-hint"></div>
        <div class="doing"><button type="submit" accesskey="s">写答复</button></div></form></section>
        """);

    private static async Task<IResult> StartAsync(Visit visit)
    {
        var (code, number) = (visit.Http.Request.Query["article"].ToString(), visit.Http.Request.Query["order"].ToString().Trim());
        var found = await visit.Api.GetAsync(visit.User, OrderPages.ApiPath(number), ApiJson.Default.Order, visit.Cancellation);
        if (number.Length == 0 || found.Value is not { } order)
        {
            return visit.Problem(found.Problem ?? new ApiProblem(StatusCodes.Status404NotFound, "没有这张工单。", "请核对编号。"));
        }

        var answer = await visit.Api.GetAsync(visit.User, KnowledgePages.ApiPath(code), KnowledgeApiJson.Default.PublicArticle, visit.Cancellation);
        return code.Length == 0 || answer.Value is not { } article
            ? visit.Problem(answer.Problem ?? new ApiProblem(StatusCodes.Status404NotFound, "没有这个条目。", "请从知识库打开条目。"))
            : Show(visit, order, FormView.Fresh(Form), article.Code, article.Version, article.Title, article.Text, $"{article.Title}：{article.Basis}", StatusCodes.Status200OK);
    }

    private static async Task<IResult> SendAsync(Visit visit)
    {
        var path = OrderPages.ApiPath(OrderPages.NumberOf(visit));
        var articleVersion = NumberIn(visit, "articleVersion");
        if (visit.Version is not { } version)
        {
            return visit.Problem(new ApiProblem(StatusCodes.Status400BadRequest, "表单不完整，没有办理。", "请重新打开工单后再提交。"));
        }

        var answer = await visit.Api.PostAsync(
            visit.User, $"{path}/answer", new AnswerBody(visit["text"], visit["basis"], visit.Given("article"), articleVersion), ApiJson.Default.AnswerBody, ApiJson.Default.Order,
            visit.Cancellation, version);
        if (answer.Problem is not { } problem)
        {
            return Visit.SeeOther($"/desk/orders/{OrderPages.NumberOf(visit)}?done=answer");
        }

        var found = await visit.Api.GetAsync(visit.User, path, ApiJson.Default.Order, visit.Cancellation);
        return found.Value is { } order
            ? Show(visit, order, new FormView(Form, field => visit[field], problem.ToErrors()), visit["article"], articleVersion ?? 0, visit["title"], "", "", problem.Status)
            : visit.Problem(problem);
    }

    private static DeskPage Show(Visit visit, Order order, FormView view, string article, int version, string title, string text, string basis, int status) => visit.Page("直接答复", Html.Of($"""
        {view.Summary}
        {(order.State == "accepted" ? Html.Empty : Html.Of($"""<p class="notice" role="status">这张工单现在是“{order.StateTitle}”，只有“已受理”的工单可以直接答复。</p>"""))}
        <div class="two"><div><section aria-labelledby="answer"><h2 id="answer">给诉求人的答复</h2>
        <form method="post" action="/desk/orders/{order.Number}/answer-from-article" aria-label="直接答复">{visit.TokenField}
        <input type="hidden" name="version" value="{order.Version}"><input type="hidden" name="article" value="{article}"><input type="hidden" name="articleVersion" value="{version}"><input type="hidden" name="title" value="{title}">
        {view.Area("text", "答复", "已填条目的公开内容，请按诉求人的问题删改，最多 5000 字。", text, required: true)}
        {view.Area("basis", "依据", "诉求人不会看到。", basis, required: true)}
        <p class="hint">引用：{title}（{article} 第 {version} 版）</p>
        <div class="doing"><button type="submit" accesskey="s">直接答复</button> <a href="/desk/orders/{order.Number}">不答复，回工单</a></div></form></section></div>
        <div><section aria-labelledby="order"><h2 id="order">工单 {order.Number}</h2><p><strong>{order.Title}</strong></p><p class="text">{order.Text}</p></section></div></div>
        """), status);

    private static int? NumberIn(Visit visit, string field) => int.TryParse(visit[field], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

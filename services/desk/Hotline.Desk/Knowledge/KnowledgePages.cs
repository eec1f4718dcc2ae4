using System.Globalization;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Orders;
using Hotline.Desk.Pages;
using Hotline.Hosting;

namespace Hotline.Desk.Knowledge;

/// <summary>The knowledge base beside the work: search, an article with its version, and whether it helped. It opens in a window of its own where a form is being filled in.</summary>
internal static class KnowledgePages
{
    /// <summary>The name of the window beside a form.</summary>
    private const string Window = "hotline-knowledge";
    private const int MostHits = 20;

    public static readonly string[] Readers =
        [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.StationDispatcher, Roles.UnitHandler, Roles.UnitHead, Roles.CallbackAgent, Roles.Auditor];

    private static readonly string[] SeeProposals = [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.Auditor];

    public static void Map(DeskRoutes routes)
    {
        routes.Get("/knowledge", SearchAsync, Readers);
        routes.Get("/knowledge/hits", HitsAsync, Readers);
        routes.Get("/knowledge/{code}", visit => ShowAsync(visit, ""), Readers);
        routes.Post("/knowledge/{code}/feedback", HelpedAsync, Readers);
    }

    /// <summary>The search beside a form: with script the hits come below it, without they open in the window beside; what is being written stays.</summary>
    public static Html Beside() => Html.Of($"""
        <section aria-labelledby="beside"><h2 id="beside">知识库</h2>
        <form method="get" action="/desk/knowledge" target="{Window}" data-beside="/desk/knowledge/hits" role="search" aria-label="查知识库"><div class="field"><label for="beside-q">查什么</label>
        <input id="beside-q" name="q" type="search" maxlength="500" autocomplete="off" required></div><div class="doing"><button type="submit" class="quiet" accesskey="k">查询</button></div></form>
        <div id="beside-hits" role="status"></div></section>
        """);

    /// <summary>On an order's page: what the knowledge base had for it when it came, and a search.</summary>
    public static async Task<Html> OfOrderAsync(Visit visit, Order order)
    {
        if (!visit.User.Roles.Overlaps(SeeProposals))
        {
            return Html.Empty;
        }

        var proposed = (await visit.Api.GetAsync(visit.User, $"/knowledge/proposals/{Uri.EscapeDataString(order.Number)}", KnowledgeApiJson.Default.ProposedArticles, visit.Cancellation)).Value?.Items ?? [];
        return Html.Of($"""
            <section aria-labelledby="knowledge"><h2 id="knowledge">知识库</h2>
            {(proposed.Count == 0 ? Html.Of($"<p>没有推荐的条目。</p>") : Html.Of($"""<ul>{proposed.Select(article => Html.Of($"""
                <li><a href="{PathOf(article.Code, order.Number)}">{article.Title}</a><p class="hint">{article.Code} 第 {article.Version} 版；依据的词：{string.Join("、", article.Words)}</p></li>
                """))}</ul>"""))}
            {Search("", order.Number)}</section>
            """);
    }

    public static string ApiPath(string code) => $"/knowledge/articles/{Uri.EscapeDataString(code)}";

    public static string PathOf(string code, string order) => $"/desk/knowledge/{Uri.EscapeDataString(code)}{(order.Length == 0 ? "" : $"?order={Uri.EscapeDataString(order)}")}";

    private static string OrderOf(Visit visit) => visit.Http.Request.Query["order"].ToString() is { Length: <= 15 } number && number.All(char.IsAsciiDigit) ? number : "";

    private static ValueTask<ApiAnswer<FoundArticles>> FindAsync(Visit visit, string question) => visit.Api.GetAsync(
        visit.User, string.Create(CultureInfo.InvariantCulture, $"/knowledge/desk/search?q={Uri.EscapeDataString(question)}&limit={MostHits}"), KnowledgeApiJson.Default.FoundArticles, visit.Cancellation);

    private static async Task<IResult> HitsAsync(Visit visit)
    {
        var answer = await FindAsync(visit, visit.Http.Request.Query["q"].ToString());
        return answer.Value is { } found ? TypedResults.Json(found, KnowledgeApiJson.Default.FoundArticles) : TypedResults.StatusCode(answer.Problem!.Status);
    }

    private static async Task<IResult> SearchAsync(Visit visit)
    {
        var (question, order) = (visit.Http.Request.Query["q"].ToString().Trim(), OrderOf(visit));
        if (question.Length == 0)
        {
            return visit.Page("知识库", Html.Of($"<section>{Search("", order)}</section>"));
        }

        var answer = await FindAsync(visit, question);
        return answer.Value is not { } found
            ? visit.Problem(answer.Problem!)
            : visit.Page("知识库", Html.Of($"""
                <section>{Search(question, order)}</section>
                <section aria-labelledby="hits"><h2 id="hits">“{question}”：{found.Items.Count} 条</h2>
                {(found.Items.Count == 0 ? Html.Of($"<p>没有找到，请换几个词；可登记诉求，由单位答复。</p>") : Html.Of($"""<ol>{found.Items.Select(article => Html.Of($"""
                    <li><a href="{PathOf(article.Code, order)}">{article.Title}</a><p class="text">{article.Head}</p><p class="hint">{article.UnitName}；{article.Code} 第 {article.Version} 版；依据的词：{string.Join("、", article.Words)}</p></li>
                    """))}</ol>"""))}</section>
                """));
    }

    private static async Task<IResult> ShowAsync(Visit visit, string notice)
    {
        var (code, order) = (visit.Http.Request.RouteValues["code"]?.ToString() ?? "", OrderOf(visit));
        var whole = visit.Api.GetAsync(visit.User, $"/knowledge/desk/articles/{Uri.EscapeDataString(code)}", KnowledgeApiJson.Default.WholeArticle, visit.Cancellation);
        var answer = await visit.Api.GetAsync(visit.User, ApiPath(code), KnowledgeApiJson.Default.PublicArticle, visit.Cancellation);
        var kept = (await whole).Value; // null for a unit that has no part in it: it reads what everybody reads
        if (answer.Value is not { } article)
        {
            return visit.Problem(answer.Problem!);
        }

        var inside = kept?.Versions.FirstOrDefault(version => version.Version == article.Version)?.Content.InternalText;
        return visit.Page(article.Title, Html.Of($"""
            {Show.Notice(notice)}
            <div class="two"><div><section aria-labelledby="public"><h2 id="public">公开内容</h2><p class="text" id="article-text">{article.Text}</p>
            <dl>{Show.Term("条目", $"{article.Code} 第 {article.Version} 版")}{Show.Term("依据", article.Basis)}{Show.Term("归属单位", article.UnitName)}
            {Show.Term("发布", article.PublishedAt is { } at ? Show.Time(at) : null)}{Show.Term("有效期", Validity(article))}</dl></section>
            {(inside is null ? Html.Empty : Html.Of($"""<section aria-labelledby="inside"><h2 id="inside">内部内容，不可读给诉求人</h2><p class="text">{inside}</p></section>"""))}</div>
            <div>{(visit.User.Roles.Overlaps(ArticleAnswer.Answerers) ? ArticleAnswer.Start(article.Code, order) : Html.Empty)}{Helped(visit, article.Code, order)}<section>{Search("", order)}</section></div></div>
            """));
    }

    private static async Task<IResult> HelpedAsync(Visit visit)
    {
        var code = visit.Http.Request.RouteValues["code"]?.ToString() ?? "";
        var answer = await visit.Api.PostAsync(
            visit.User, $"/knowledge/desk/articles/{Uri.EscapeDataString(code)}/feedback", new HelpedBody(visit["helped"] == "yes"),
            KnowledgeApiJson.Default.HelpedBody, KnowledgeApiJson.Default.HelpedDone, visit.Cancellation);
        return answer.Value is { } kept
            ? await ShowAsync(visit, kept.First ? "已记录，谢谢。" : $"您先前已评价这一版：{(kept.Helped ? "有帮助" : "没有帮助")}。")
            : visit.Problem(answer.Problem!);
    }

    private static Html Search(string question, string order) => Html.Of($"""
        <form method="get" action="/desk/knowledge" role="search" aria-label="查知识库">{(order.Length > 0 ? Html.Of($"""<input type="hidden" name="order" value="{order}">""") : Html.Empty)}
        <div class="field"><label for="knowledge-q">查知识库</label><input id="knowledge-q" name="q" type="search" maxlength="500" value="{question}" autocomplete="off" required></div>
        <div class="doing"><button type="submit" class="quiet">查询</button></div></form>
        """);

    private static Html Helped(Visit visit, string code, string order) => Html.Of($"""
        <section aria-labelledby="helped"><h2 id="helped">这一条有帮助吗？</h2><form method="post" action="/desk/knowledge/{Uri.EscapeDataString(code)}/feedback{(order.Length > 0 ? $"?order={order}" : "")}" aria-label="评价条目">{visit.TokenField}
        <div class="doing"><button type="submit" class="quiet" name="helped" value="yes">有帮助</button><button type="submit" class="quiet" name="helped" value="no">没有帮助</button></div></form></section>
        """);

    private static string? Validity(PublicArticle article) => (article.ValidFrom, article.ValidTo) is (null, null)
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{article.ValidFrom:yyyy-MM-dd} 至 {article.ValidTo:yyyy-MM-dd}");
}

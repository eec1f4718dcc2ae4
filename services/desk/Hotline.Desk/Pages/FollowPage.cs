using System.Globalization;
using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>For citizens: an appeal of any channel by number and query code, as the agent read them out. The channel's service checks the code and counts wrong ones.</summary>
internal static partial class FollowPage
{
    private const string Path = "/desk/follow";
    private const int LongestCode = 40;

    public static void Map(DeskRoutes routes) => routes.Open("/follow", static _ => Ask(StatusCodes.Status200OK, "", null), FindAsync);

    private static async Task<IResult> FindAsync(HttpContext http, IFormCollection form)
    {
        var number = string.Concat(form["number"].ToString().Where(static sign => !char.IsWhiteSpace(sign)));
        var code = string.Concat(form["code"].ToString().Where(char.IsAsciiLetterOrDigit));
        if (!AppealNumber.IsValid(number) || ChannelOf(number) is not { } channel)
        {
            return Ask(StatusCodes.Status404NotFound, form["number"].ToString(), "编号不对。编号是 15 位数字，请核对是否有误输。");
        }

        if (code.Length is 0 or > LongestCode)
        {
            return Ask(StatusCodes.Status404NotFound, number, "提取码不对。提取码是 10 位字母和数字。");
        }

        var answer = await http.RequestServices.GetRequiredService<ServiceApi>().For(SignInPages.ClientOf(http)).FollowAsync(Pages.Show.ChannelPath(channel.Name), number, code, http.RequestAborted);
        return answer.Value is { } appeal ? Show(appeal) : Ask(answer.Problem!.Status, number, answer.Problem.Status == StatusCodes.Status404NotFound ? "编号或提取码不对，请核对。" : $"{answer.Problem.Detail}{answer.Problem.Remedy}");
    }

    private static HtmlPage Ask(int status, string number, string? wrong) => new(status, "查询诉求", Html.Of($"""
        {(wrong is null ? Html.Empty : Html.Of($"""<div class="summary" role="alert" tabindex="-1" autofocus><p class="error">{wrong}</p></div>"""))}
        <form method="post" action="{Path}" accept-charset="utf-8">
        <div class="field"><label for="number">编号</label><p class="hint" id="number-hint">15 位数字，各渠道的都可以查。</p><input id="number" name="number" inputmode="numeric" value="{number}" autocomplete="off" required aria-describedby="number-hint"></div>
        <div class="field"><label for="code">提取码</label><p class="hint" id="code-hint">10 位字母和数字。</p><input id="code" name="code" autocomplete="off" autocapitalize="characters" required aria-describedby="code-hint"></div>
        <button type="submit">查询</button></form>
        <p><a href="/intake/portal/new">提交新的诉求</a></p>
        """));

    private static HtmlPage Show(FollowedAppeal appeal) => new(StatusCodes.Status200OK, $"诉求 {appeal.Number}", Html.Of($"""
        <dl><dt>状态</dt><dd id="state">{appeal.StateTitle}</dd><dt>标题</dt><dd>{appeal.Title}</dd><dt>收到时间</dt><dd>{Pages.Show.Time(appeal.ReceivedAt)}</dd></dl>
        <h2>答复</h2>
        {(appeal.Replies.Count == 0 ? Html.Of($"<p>还没有答复。</p>") : Html.Join(appeal.Replies.Select(static reply => Html.Of($"""<p class="text">{Pages.Show.Time(reply.At)} {Linked(reply.Text)}</p>"""))))}
        <p><a href="{Path}">查询另一件</a></p>
        """));

    /// <summary>The link to rate the handling stands in a reply as text; here it can be pressed.</summary>
    private static Html Linked(string text)
    {
        var found = RatingLink().Match(text);
        return found.Success
            ? Html.Of($"""{text[..found.Index]}<a href="{found.Groups["path"].Value}">打开评价页</a>{text[(found.Index + found.Length)..]}""")
            : Html.Of($"{text}");
    }

    [GeneratedRegex(@"(?:https?://[^\s/]+)?(?<path>/callbacks/answer/[A-Za-z0-9_-]+)")]
    private static partial Regex RatingLink();

    /// <summary>The channel stands in the number: its seventh and eighth digit.</summary>
    private static Channel? ChannelOf(string number) =>
        int.Parse(number.AsSpan(6, 2), NumberStyles.None, CultureInfo.InvariantCulture) is var code ? Channels.ByName.Values.FirstOrDefault(channel => channel.Code == code) : null;
}

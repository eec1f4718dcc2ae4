using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>
/// The discipline officer's way to his station: the supervision line is another process with its own door, and this one never sees what lies behind it. It
/// hands out a token that opens that door for an hour.
/// </summary>
internal static class OfficerPage
{
    public const string Path = "/desk/officer";
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public static void Map(DeskRoutes routes)
    {
        routes.Get("/officer", visit => Task.FromResult<IResult>(Show(visit, Html.Empty)), Roles.DisciplineOfficer);
        routes.Post("/officer", GiveAsync, Roles.DisciplineOfficer);
    }

    private static Task<IResult> GiveAsync(Visit visit)
    {
        var token = visit.Http.RequestServices.GetRequiredService<StaffTokens>().IssueBearer(visit.User.Account, Life);
        return Task.FromResult<IResult>(Show(visit, Html.Of($"""
            <div class="notice" role="status"><p>一小时内有效，不要给别人，不要保存：</p><div class="field"><label for="station-token">访问令牌</label><textarea id="station-token" readonly autofocus spellcheck="false">{"\n" + token}</textarea></div>
            <p>全选复制，粘贴到监督专线工作台的“访问令牌”中。</p></div>
            """)));
    }

    private static DeskPage Show(Visit visit, Html token) => visit.Page("监督专线", Html.Of($"""
        {token}
        <section><ol><li><form method="post" action="{Path}" aria-label="取令牌">{visit.TokenField}取一个令牌：<button type="submit" accesskey="s">取令牌</button></form></li>
        <li>打开 <a href="/supervision/station" target="_blank" rel="noopener">监督专线工作台</a>，填令牌，选择自己的密钥文件。</li></ol>
        <p class="hint">举报内容只在工作台上用您的密钥解密；本系统的其他部分看不到。</p></section>
        """));
}

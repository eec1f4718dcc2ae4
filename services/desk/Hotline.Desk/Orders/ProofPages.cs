using System.Globalization;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Pages;
using Hotline.Hosting;

namespace Hotline.Desk.Orders;

/// <summary>Proofs 证明材料 of a unit's reply: uploaded before it, shown beside it; and its draft while that waits for the unit's head.</summary>
internal static class ProofPages
{
    private static readonly string[] Units = [Roles.StationDispatcher, Roles.UnitHandler];

    /// <summary>What browsers show in place. Nothing of it can hold a script.</summary>
    private static readonly string[] Shown = ["image/jpeg", "image/png", "image/gif", "image/webp"];

    /// <summary>Fields of a refused reply that an upload carries along, so that they stand in the reply's form again after it.</summary>
    private const string Carried = "reply.";
    private static readonly string[] ReplyFields = ["publicReply", "note", "contacted", "contactedAt", "solved", "unsolvedReason", "promisedFor"];

    public static void Map(DeskRoutes routes)
    {
        routes.Get("/orders/{number}/assignments/{assignment:int}/proofs/{proof:int}", OpenAsync, OrderPages.Viewers);
        routes.Upload("/orders/{number}/assignments/{assignment:int}/proofs", AddAsync, Units);
        routes.Post("/orders/{number}/assignments/{assignment:int}/proofs/{proof:int}/remove", RemoveAsync, Units);
    }

    /// <summary>What a share's reply rests on; before it leaves the unit, for the unit alone.</summary>
    public static Html ListOf(Order order, OrderAssignment share) => share.Proofs is not { Count: > 0 } proofs ? Html.Empty : Html.Of($"""
        <h4>证明材料</h4><ul class="proofs">{proofs.Select(proof => Html.Of($"""<li>{Link(order, share, proof)}<p class="hint">{Show.ShortTime(proof.At)}（{proof.By}）{(proof.Removed ? "，后已移除" : proof.Replied ? "" : "，未提交")}</p></li>"""))}</ul>
        """);

    /// <summary>The draft, for its unit; nobody else is sent it.</summary>
    public static Html DraftOf(OrderAssignment share) => share.Draft is not { } draft ? Html.Empty : Html.Of($"""
        <h4>拟办（{draft.By}，{Show.ShortTime(draft.At)}，{(share.State == "drafted" ? "待签发" : "已退回")}）</h4>
        <dl>{Show.Term("拟公开答复", draft.PublicReply)}{Show.Term("办理情况", draft.Note)}
        {Show.Term("联系", draft.Claim?.Contacted switch { true => $"已联系{(draft.Claim.ContactedAt is { } at ? $"（{Show.ShortTime(at)}）" : "")}", false => "没有联系", null => null })}
        {Show.Term("解决", draft.Claim?.Solved switch { true => "已解决", false => $"没有解决：{draft.Claim.UnsolvedReason}", null => null })}
        {Show.Term("承诺日期", draft.PromisedFor?.ToString("yyyy年M月d日", CultureInfo.InvariantCulture))}</dl>
        """);

    /// <summary>What the reply still lacks, where its refusal leads to.</summary>
    public static Html Wanted(OrderAssignment share) => share.ProofsWanted is not { Count: > 0 } wanted ? Html.Empty : Html.Of($"""
        <p class="hint" id="reply-{share.Assignment}-proofs" tabindex="-1">这类事项的反馈还须附：<strong>{string.Join("、", wanted.Select(TitleOf))}</strong>。请先在上面上传；没有解决的可以不附。</p>
        """);

    /// <summary>To attach, and to take away what was attached by mistake.</summary>
    public static IEnumerable<Html> Forms(Visit visit, Order order, OrderAssignment share, FormView? failed)
    {
        var (name, path) = ($"proofs-{share.Assignment}", $"/desk/orders/{order.Number}/assignments/{share.Assignment}/proofs");
        var view = failed?.Name == name ? failed : FormView.Fresh(name);
        var wanted = share.ProofsWanted ?? [];
        var own = (share.Proofs ?? []).Where(static proof => !proof.Removed).ToList();
        var form = Html.Of($"""
            <form method="post" action="{path}" enctype="multipart/form-data" aria-label="上传证明材料">{visit.TokenField}
            {view.Select("kind", "种类", ProofKinds.Titles.Select(static kind => ((string?)null, kind.Key, kind.Value)), wanted.Count > 0 ? wanted[0] : ProofKinds.Scene)}
            {CarriedBy(visit, failed?.Name == $"reply-{share.Assignment}" ? failed : null)}
            {view.Files("file", "文件", "照片、PDF、录音或录像，可选多个；单个不超过 10 MB。仅供热线和上级审核、回访使用，诉求人不会看到。")}
            <div class="doing"><button type="submit">上传</button></div></form>
            {(own.Count == 0 ? Html.Empty : Html.Of($"""<ul>{own.Select(proof => Html.Of($"""
                <li>{proof.KindTitle}：{NameOf(proof)} <form method="post" action="{path}/{proof.Proof}/remove" aria-label="移除 {NameOf(proof)}">{visit.TokenField}<button class="quiet" type="submit" aria-label="移除{proof.KindTitle} {NameOf(proof)}">移除</button></form></li>
                """))}</ul>"""))}
            """);
        yield return Html.Of($"""<details{(wanted.Count > 0 || own.Count > 0 ? Html.Of($" open") : view.Open)}><summary>证明材料{(own.Count > 0 ? $"（{own.Count}）" : "")}</summary>{form}</details>""");
    }

    /// <param name="reply">The reply that was just refused; null for none.</param>
    private static Html CarriedBy(Visit visit, FormView? reply) => Html.Join(ReplyFields
        .Select(field => (Name: Carried + field, Value: reply?.Typed?.Invoke(field) ?? visit[Carried + field]))
        .Where(static field => field.Value.Length > 0)
        .Select(static field => Html.Of($"""<input type="hidden" name="{field.Name}" value="{field.Value}">""")));

    private static string TitleOf(string kind) => ProofKinds.Titles.GetValueOrDefault(kind, kind);

    private static string NameOf(OrderProof proof) => proof.Name.Length > 0 ? proof.Name : $"材料 {proof.Proof}";

    private static Html Link(Order order, OrderAssignment share, OrderProof proof)
    {
        var path = $"/desk/orders/{order.Number}/assignments/{share.Assignment}/proofs/{proof.Proof}";
        return Shown.Contains(proof.MediaType)
            ? Html.Of($"""<a href="{path}"><img src="{path}" alt="{proof.KindTitle}：{NameOf(proof)}" loading="lazy">{proof.KindTitle}</a>""")
            : Html.Of($"""<a href="{path}" download>{proof.KindTitle}：{NameOf(proof)}</a><p class="hint">{proof.MediaType}，{Math.Max(1, proof.Size / 1024).ToString(CultureInfo.InvariantCulture)} KB</p>""");
    }

    private static async Task<IResult> AddAsync(Visit visit)
    {
        var answer = await visit.Api.PostFilesAsync(visit.User, ApiPath(visit), [KeyValuePair.Create("kind", visit["kind"])], visit.Files, ApiJson.Default.Order, visit.Cancellation);
        return answer.Problem is null && ReplyFields.Any(field => visit[Carried + field].Length > 0)
            ? await OrderPages.ShowAsync(visit, new FormView($"reply-{Route(visit, "assignment")}", field => visit[Carried + field], []), StatusCodes.Status200OK) // sent again it is the same file
            : await AfterAsync(visit, answer.Problem, "proofs");
    }

    private static async Task<IResult> RemoveAsync(Visit visit)
    {
        var answer = await visit.Api.PostAsync(visit.User, $"{ApiPath(visit)}/{Route(visit, "proof")}/remove", new NoteBody(null), ApiJson.Default.NoteBody, ApiJson.Default.Order, visit.Cancellation);
        return await AfterAsync(visit, answer.Problem, "remove-proof");
    }

    private static async Task<IResult> AfterAsync(Visit visit, ApiProblem? problem, string done) => problem is null
        ? Visit.SeeOther($"/desk/orders/{OrderPages.NumberOf(visit)}?done={done}")
        : await OrderPages.ShowAsync(visit, new FormView($"proofs-{Route(visit, "assignment")}", field => visit[field], problem.ToErrors()), problem.Status);

    private static async Task<IResult> OpenAsync(Visit visit)
    {
        var found = await visit.Api.GetAsync(visit.User, OrderPages.ApiPath(OrderPages.NumberOf(visit)), ApiJson.Default.Order, visit.Cancellation);
        var (share, number) = (Route(visit, "assignment"), Route(visit, "proof"));
        var proof = found.Value?.Assignments.FirstOrDefault(each => IsNumbered(each.Assignment, share))?.Proofs?.FirstOrDefault(each => IsNumbered(each.Proof, number));
        return proof is null
            ? visit.Problem(found.Problem ?? new ApiProblem(StatusCodes.Status404NotFound, "没有这个证明材料。", "请从工单页面打开。"))
            : await OrderPages.PassOnAsync(visit, $"{ApiPath(visit)}/{number}", Shown.Contains(proof.MediaType) ? proof.MediaType : null);
    }

    private static string ApiPath(Visit visit) => $"{OrderPages.ApiPath(OrderPages.NumberOf(visit))}/assignments/{Route(visit, "assignment")}/proofs";

    private static bool IsNumbered(int number, string text) => number.ToString(CultureInfo.InvariantCulture) == text;

    private static string Route(Visit visit, string name) => visit.Http.Request.RouteValues[name]?.ToString() ?? "";
}

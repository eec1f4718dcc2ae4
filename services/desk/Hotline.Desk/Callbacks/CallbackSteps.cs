using System.Text.Json.Serialization.Metadata;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Pages;
using Hotline.Hosting;

namespace Hotline.Desk.Callbacks;

/// <summary>What a callback agent records: that he took the task up, whom he is to call, a call without an answer, and the answers.</summary>
internal static class CallbackSteps
{
    private static readonly (string? Group, string Value, string Title)[] Choose = [(null, "", "请选择")];

    public static void Map(DeskRoutes routes)
    {
        routes.Post("/callbacks/{number}/claim", visit => SendAsync(visit, "claim", "claim", new NoBody(), CallApiJson.Default.NoBody), Roles.CallbackAgent);
        routes.Post("/callbacks/{number}/contact", RevealAsync, Roles.CallbackAgent);
        routes.Post("/callbacks/{number}/tries", visit => SendAsync(visit, "try", "tries", new TryBody(CallbackWords.IsReached(visit["why"]), visit["why"]), CallbackApiJson.Default.TryBody), Roles.CallbackAgent);
        routes.Post("/callbacks/{number}/answers", visit => SendAsync(visit, "answers", "answers", AnswerOf(visit), CallbackApiJson.Default.AnswersBody), Roles.CallbackAgent);
    }

    /// <summary>What to say after a step; empty for a word that is none.</summary>
    public static string DoneText(string step) => step switch
    {
        "claim" => "已认领，请查看电话后联系。",
        "try" => "已记录这次联系。",
        "answers" => "已记录答复。",
        _ => "",
    };

    public static Html Forms(Visit visit, OrderCallback callback, CallbackRound round, FormView? failed)
    {
        if (round.State == "over")
        {
            return Html.Empty;
        }

        FormView View(string name) => failed?.Name == name ? failed : FormView.Fresh(name);
        Html Form(string name, string path, string title, Func<FormView, Html> fields, string key = "") => Html.Of($"""
            <h3>{title}</h3><form method="post" action="/desk/callbacks/{callback.Number}/{path}" aria-label="{title}">{visit.TokenField}{fields(View(name))}
            <div class="doing"><button type="submit"{(key.Length > 0 ? Html.Of($""" accesskey="{key}" """) : Html.Empty)}>{title}</button></div></form>
            """);
        var asks = round.State == "asking";
        return Html.Of($"""
            <section aria-labelledby="doing"><h2 id="doing">回访</h2>
            {(asks && round.ClaimedBy is null ? Form("claim", "claim", "认领", static _ => Html.Empty) : Html.Empty)}
            {(callback.ContactRef is null ? Html.Of($"<p>没有联系方式，等待诉求人在原渠道评价。</p>") : Form("contact", "contact", "查看电话", static form => form.Input("reason", "查看理由", "4 到 200 字，与查看的人和时间一同留档。", "回访办理情况", required: true)))}
            {(asks ? Form("try", "tries", "记录没有答复的联系", static form => form.Select("why", "结果", CallbackWords.Tries, "")) : Html.Empty)}
            {(round.Answer is { By: "citizen" } ? Html.Empty : Form("answers", "answers", "记录答复", form => Answers(form, round), "s"))}</section>
            """);
    }

    private static Html Answers(FormView form, CallbackRound round) => Html.Of($"""
        {(round.Direct ? Html.Empty : form.Select("contacted", "承办单位联系过您吗？", [.. Choose, (null, "yes", "联系过"), (null, "no", "没有联系")], ""))}
        {form.Select("solved", "问题解决了吗？", [.. Choose, (null, "yes", "解决了"), (null, "no", "没有解决")], "")}
        {form.Select("unsolvedReason", "没有解决的原因", [(null, "", "已解决，不填"), .. CallbackWords.Unsolved], "")}
        {form.Select("satisfied", "对办理满意吗？", [.. Choose, .. CallbackWords.Satisfactions], "")}
        {form.Select("dissatisfiedReason", "不满意的原因", [(null, "", "没有不满意，不填"), .. CallbackWords.Dissatisfactions], "")}
        {form.Select("service", "对接电话的工作人员满意吗？", [(null, "", "没有回答"), .. CallbackWords.Satisfactions], "", "话务满意，与办理分开计。")}
        {form.Area("words", "诉求人的原话", "可不填，最多 500 字，不写证件号码。")}
        """);

    private static AnswersBody AnswerOf(Visit visit) => new(
        visit.YesOrNo("contacted"), visit.YesOrNo("solved"), visit.Given("unsolvedReason"), visit.Given("satisfied"), visit.Given("dissatisfiedReason"), visit.Given("service"), visit.Given("words"));

    private static async Task<IResult> SendAsync<TBody>(Visit visit, string form, string path, TBody body, JsonTypeInfo<TBody> json)
    {
        var number = CallbackPages.NumberOf(visit);
        var answer = await visit.Api.PostAsync(visit.User, $"{CallbackPages.ApiPath(number)}/{path}", body, json, CallbackApiJson.Default.OrderCallback, visit.Cancellation);
        return answer.Problem is { } problem
            ? await CallbackPages.ShowAsync(visit, new FormView(form, field => visit[field], problem.ToErrors()), Html.Empty, problem.Status)
            : Visit.SeeOther($"/desk/callbacks/{number}?done={form}");
    }

    /// <summary>Shows whom to call, in answer to the form and nowhere else; the channel's service puts the reason on record first.</summary>
    private static async Task<IResult> RevealAsync(Visit visit)
    {
        var found = await CallbackPages.FindAsync(visit);
        if (found.Value is not { } callback)
        {
            return visit.Problem(found.Problem!);
        }

        if (callback is not { ContactRef: { } contact, Channel: { } channel })
        {
            return visit.Problem(new ApiProblem(StatusCodes.Status404NotFound, "这件诉求没有联系方式。", "请等待诉求人在原渠道评价。"));
        }

        var answer = await visit.Api.PostAsync(
            visit.User, $"/intake/{Uri.EscapeDataString(Show.ChannelPath(channel))}/contacts/{contact:D}/reveal", new RevealBody(visit["reason"]), CallbackApiJson.Default.RevealBody, CallbackApiJson.Default.ShownContact, visit.Cancellation);
        return answer.Value is not { } shown
            ? await CallbackPages.ShowAsync(visit, new FormView("contact", field => visit[field], answer.Problem!.ToErrors()), Html.Empty, answer.Problem.Status)
            : await CallbackPages.ShowAsync(visit, null, Html.Of($"""
                <div class="notice" role="status" tabindex="-1" autofocus><p>查看已留档。</p><dl>{Show.Term("姓名", shown.Name)}
                {Show.Term("电话", shown.Phone is { } phone ? Html.Of($"""<a class="code" id="phone" href="tel:{phone}">{phone}</a>""") : Html.Of($"没有留电话"))}{Show.Term("邮箱", shown.Email)}</dl></div>
                """), StatusCodes.Status200OK);
    }
}

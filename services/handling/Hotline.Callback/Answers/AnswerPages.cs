using Hotline.Callback.Tasks;
using Hotline.Hosting;

namespace Hotline.Callback.Answers;

/// <summary>The page of a link. Pure: what to show comes in, a page goes out.</summary>
internal static class AnswerPages
{
    /// <summary>The questions on each order of one citizen, each a form of its own.</summary>
    /// <param name="sent">What was just sent and is wrong: shown again as it was.</param>
    /// <param name="thanks">The number that was just answered; empty for none.</param>
    public static HtmlPage Ask(int status, string token, IReadOnlyList<CallbackTask> tasks, string thanks, (string Number, AnswerRequest Request, IReadOnlyList<FieldError> Errors)? sent) =>
        new(status, "请您评价办理情况", Html.Of($"""
            {(thanks.Length > 0 ? Html.Of($"""<p class="notice" role="status">诉求 {thanks} 的评价已收到，谢谢。结案前还可以修改。</p>""") : Html.Empty)}
            {tasks.Select(task => Form(token, task, sent is { } wrong && wrong.Number == task.Number ? wrong.Request : GivenOf(task), sent is { } errors && errors.Number == task.Number ? errors.Errors : []))}
            """));

    /// <summary>What was answered, when nothing more can be changed.</summary>
    public static HtmlPage Over(int status, string detail, string remedy) => new(status, "回访已结束", Html.Of($"""<p class="notice" role="status">{detail}</p><p>{remedy}</p>"""));

    private static Html Form(string token, CallbackTask task, AnswerRequest given, IReadOnlyList<FieldError> errors) => Html.Of($"""
        <h2>诉求 {task.Number}</h2>
        <dl><dt>标题</dt><dd>{task.Order?.Title}</dd><dt>答复</dt><dd class="text">{task.Told}</dd></dl>
        {(errors.Count == 0 ? Html.Empty : Html.Of($"""<div class="summary" role="alert"><p class="error">还没有提交，有 {errors.Count} 处需要填写：</p><ul>{errors.Select(error => Html.Of($"<li>{error.Message}</li>"))}</ul></div>"""))}
        <form method="post" action="/callbacks/answer/{token}" accept-charset="utf-8"><input type="hidden" name="number" value="{task.Number}">
        {(task.Current!.Direct ? Html.Empty : YesNo("contacted", "承办单位联系过您吗？", "联系过", "没有联系", given.Contacted))}
        {YesNo("solved", "问题解决了吗？", "解决了", "没有解决", given.Solved)}
        {Select(task.Number, "unsolvedReason", "没有解决的，是因为", Lists.Unsolved, given.UnsolvedReason)}
        {Choices("satisfied", "您对办理满意吗？", Lists.Satisfactions, given.Satisfied)}
        {Select(task.Number, "dissatisfiedReason", "不满意的，是因为", Lists.Dissatisfactions, given.DissatisfiedReason)}
        {(task.SpokeWithAgent ? Choices("service", "您对接电话的工作人员满意吗？（可不选，与办理分开计）", Lists.Satisfactions, given.Service) : Html.Empty)}
        <div class="field"><label for="words-{task.Number}">还想说的</label><p class="hint">可不填，最多 {AnswerRequest.MostOfWords} 字，请不要写证件号码。</p>
        <textarea id="words-{task.Number}" name="words">{"\n" + given.Words}</textarea></div>
        <button type="submit">提交评价</button></form>
        """);

    private static Html YesNo(string name, string question, string yes, string no, bool? given) =>
        Choices(name, question, new Dictionary<string, string> { ["yes"] = yes, ["no"] = no }, given switch { true => "yes", false => "no", _ => null });

    private static Html Choices(string name, string question, IReadOnlyDictionary<string, string> list, string? given) => Html.Of($"""
        <fieldset class="field"><legend>{question}</legend>
        {list.Select(choice => Html.Of($"""<label class="choice"><input type="radio" name="{name}" value="{choice.Key}"{(choice.Key == given ? Html.Of($" checked") : Html.Empty)}>{choice.Value}</label>"""))}</fieldset>
        """);

    private static Html Select(string number, string name, string label, IReadOnlyDictionary<string, string> list, string? given) => Html.Of($"""
        <div class="field"><label for="{name}-{number}">{label}</label><select id="{name}-{number}" name="{name}"><option value="">请选择</option>
        {list.Select(choice => Html.Of($"""<option value="{choice.Key}"{(choice.Key == given ? Html.Of($" selected") : Html.Empty)}>{choice.Value}</option>"""))}</select></div>
        """);

    /// <summary>What he answered by the link before, so that he can change it; what an agent wrote down is the agent's.</summary>
    private static AnswerRequest GivenOf(CallbackTask task) => task.Current?.Answer is { By: CallbackRules.ByCitizen, Answer: var answer }
        ? new(answer.Contacted, answer.Solved, answer.UnsolvedReason, answer.Satisfied, answer.DissatisfiedReason, answer.Service, answer.Words)
        : new();
}

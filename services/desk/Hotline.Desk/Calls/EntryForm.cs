using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Pages;
using Hotline.Hosting;

namespace Hotline.Desk.Calls;

/// <summary>The form an agent fills in while the caller speaks: the five elements 五要素, and what else the caller says of himself. Its fields are named as the service names them.</summary>
internal static class EntryForm
{
    public const string Key = "key";
    public const string Asked = "asked";

    /// <param name="call">Null when it is written down without a call.</param>
    public static Html Show(Visit visit, CallLine? call, FormView view, string key, IReadOnlyList<string> missing) => Html.Of($"""
        <section aria-labelledby="entry"><h2 id="entry">登记诉求</h2>
        {(missing.Count == 0 ? Html.Empty : Html.Of($"""
            <div class="summary" role="alert" tabindex="-1" autofocus id="missing"><p class="error">还没有登记。五要素还缺：{string.Join("、", missing)}。</p><p>请再问来电人；问不到的，再按一次“登记”。</p></div>
            """))}
        <form method="post" action="/desk/appeals" aria-label="登记诉求">{visit.TokenField}<input type="hidden" name="{Key}" value="{key}"><input type="hidden" name="callId" value="{call?.CallId}">
        {(missing.Count == 0 ? Html.Empty : Html.Of($"""<input type="hidden" name="{Asked}" value="{string.Join(' ', missing)}">"""))}
        <div class="pair">{view.Input("contact.name", "姓名", "怎样称呼来电人。")}
        {view.Input("contact.phone", "回电号码", call?.Caller is { } caller ? $"不填则用来电号码 {caller}。" : "可带区号。", type: "tel")}
        {view.Input("occurredAt", "时间", "什么时候发生的，北京时间。", type: "datetime-local")}
        {view.Select("place.division", "县（市、区）", [(null, "", "不清楚或全市"), .. visit.Organization.Data.Units.Where(static unit => unit.Level == UnitLevels.Station).Select(static unit => ((string?)null, unit.Division!, unit.Name))], "")}</div>
        {view.Input("place.text", "地址", "乡镇（街道）、路、门牌或小区。")}
        {view.Input("cause", "起因", "为什么发生，一两句话。")}
        {view.Area("text", "经过", "发生了什么、希望怎样解决，最多 5000 字。", required: true)}
        <div class="pair">{view.Select("nature", "诉求性质", [(null, "", "由受理员判断"), .. Natures.Titles.Select(static nature => ((string?)null, nature.Key, nature.Value))], "")}
        {view.Select("category", "事项", Categories(visit.Organization), "")}</div>
        <div class="doing">{view.Check("confidential", "要求保密（不让被反映的单位知道是谁）")}{view.Check("anonymous", "匿名（姓名和号码都不登记）")}</div>
        <div class="doing"><button type="submit" accesskey="s">登记</button></div></form></section>
        """);

    /// <summary>The elements nobody wrote down yet: the caller is still on the line.</summary>
    public static IReadOnlyList<string> Missing(Visit visit) =>
        [.. new[]
        {
            ("姓名", visit["anonymous"].Length > 0 || visit["contact.name"].Length > 0),
            ("时间", visit["occurredAt"].Length > 0),
            ("地址", visit["place.text"].Length > 0 || visit["place.division"].Length > 0),
            ("起因", visit["cause"].Length > 0),
        }.Where(static element => !element.Item2).Select(static element => element.Item1)];

    /// <returns>Null when the time is no time.</returns>
    public static EntryBody? Read(Visit visit)
    {
        var occurred = visit.TimeIn("occurredAt");
        var isAnonymous = visit["anonymous"].Length > 0;
        return occurred is null && visit["occurredAt"].Length > 0 ? null : new EntryBody(
            visit["text"], visit.Given("callId"), null, visit.Given("cause"), visit.Given("nature"), visit.Given("category"),
            visit.Given("place.text") is null && visit.Given("place.division") is null ? null : new EntryPlace(visit.Given("place.text"), visit.Given("place.division")),
            occurred,
            isAnonymous ? null : new EntryContact(visit.Given("contact.name"), visit.Given("contact.phone")),
            isAnonymous,
            visit["confidential"].Length > 0);
    }

    private static IEnumerable<(string? Group, string Value, string Title)> Categories(Organization organization)
    {
        var groups = organization.Data.Categories.Where(static category => category.Parent is null).ToDictionary(static group => group.Code, static group => group.Title);
        return [(null, "", "由系统建议"), .. organization.Data.Categories.Where(static category => category.Parent is not null).Select(category => ((string?)groups[category.Parent!], category.Code, category.Title))];
    }
}

using System.Globalization;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Calls;
using Hotline.Desk.Pages;
using Hotline.Hosting;

namespace Hotline.Desk.Orders;

/// <summary>What whoever looks at an order may do with it now, as forms. The service behind decides again; here it is only not to offer in vain.</summary>
/// <param name="failed">The form that was just refused, with what was typed.</param>
internal sealed class OrderForms(Visit visit, Order order, FormView? failed)
{
    private static readonly (string? Group, string Value, string Title)[] Parts = [(null, "lead", "主办"), (null, "co", "协办")];
    private static readonly (string? Group, string Value, string Title)[] Urgencies = [.. ((string[])["normal", "urgent", "danger"]).Select(static code => ((string?)null, code, Show.Urgency(code)))];

    /// <summary>The first form in sight is the page's main one and has the key.</summary>
    private bool _hasMain;

    public Html All()
    {
        var forms = Html.Join([.. OfOrder(), .. order.Assignments.SelectMany(OfShare)]);
        return forms.ToString().Length == 0 ? Html.Empty : Html.Of($"""<section aria-labelledby="doing"><h2 id="doing">办理</h2>{forms}</section>""");
    }

    private IEnumerable<Html> OfOrder()
    {
        var roles = visit.User.Roles;
        if (order.State == "received" && roles.Contains(Roles.Acceptor))
        {
            yield return Accept();
        }

        if (order.State == "accepted" && (roles.Contains(Roles.Acceptor) || roles.Contains(Roles.Agent)))
        {
            yield return Form("answer", "answer", "直接答复", form => Html.Of($"""
                {form.Area("text", "给诉求人的答复", "诉求人会看到，最多 5000 字。", required: true)}
                {form.Input("basis", "依据", "知识条目或文件名称、条款；诉求人不会看到。", required: true)}
                """), folded: true);
        }

        if (order.State is "accepted" or "in-handling" && roles.Contains(Roles.Dispatcher))
        {
            var first = order.Proposal.Unit is { } unit ? visit.Organization.FirstBelowHotline(unit)?.Id : null;
            yield return Dispatch("dispatch", "dispatch", order.State == "accepted" ? "派单" : "加派", UnitChoice.Below(visit.Organization, Unit.Hotline), order.State == "accepted" ? first : null, folded: order.State != "accepted");
        }

        if (order.Channel == Channels.Phone.Name && roles.Contains(Roles.Agent))
        {
            yield return Html.Of($"""<p><a href="{AdditionPages.PathOf(order.Number)}">诉求人又来电：补充或催单</a></p>""");
        }

        if (order.State == "review" && (roles.Contains(Roles.Acceptor) || roles.Contains(Roles.Dispatcher)))
        {
            yield return Form("redo", "redo", "重办", form => Html.Of($"""
                {form.Area("reason", "重办的理由和要求", "给单位看，诉求人不会看到。", required: true)}
                {form.Search("unit", "单位", "不填则由原主办单位重办。", UnitChoice.Below(visit.Organization, Unit.Hotline), "", required: false)}
                """));
            yield return Form("explain", "explain", "解释办结", static form => Html.Of($"""
                {form.Area("explanation", "给诉求人的解释", "说明为什么不能再办，最多 5000 字。", required: true)}
                {form.Area("evidence", "依据", "法规条款、现场记录、照片名称；诉求人不会看到。", required: true)}
                """), folded: true, kind: "stop");
        }
    }

    private Html Accept() => Form("accept", "accept", "受理", form =>
    {
        var proposal = order.Proposal;
        var categories = visit.Organization.Data.Categories;
        var groups = categories.Where(static category => category.Parent is null).ToDictionary(static group => group.Code, static group => group.Title);
        return Html.Of($"""
            {form.Select("nature", "诉求性质", Natures.Titles.Select(static nature => ((string?)null, nature.Key, nature.Value)), proposal.Nature)}
            {form.Select("category", "事项", categories.Where(static category => category.Parent is not null).Select(category => ((string?)groups[category.Parent!], category.Code, category.Title)), proposal.Category)}
            {form.Select("urgency", "紧急程度", Urgencies, proposal.Urgency)}
            {form.Select("division", "县（市、区）", [(null, "", "全市"), .. visit.Organization.Data.Units.Where(static unit => unit.Level == UnitLevels.Station).Select(static unit => ((string?)null, unit.Division!, unit.Name))], proposal.Division ?? "")}
            """);
    });

    private IEnumerable<Html> OfShare(OrderAssignment share)
    {
        var (user, roles) = (visit.User, visit.User.Roles);
        var path = $"assignments/{share.Assignment}";
        var isStation = roles.Contains(Roles.StationDispatcher);
        if (share.Unit == user.Unit && (isStation || roles.Contains(Roles.UnitHandler)))
        {
            foreach (var form in OfOwn(share, path, isStation))
            {
                yield return form;
            }
        }

        if (share.State == "drafted" && share.Unit == user.Unit && roles.Contains(Roles.UnitHead))
        {
            yield return Form($"issue-{share.Assignment}", $"{path}/issue", "签发", static form => form.Input("note", "签发意见", "可不填；拟办内容见左侧或上方的转派件，签发后不能再改。"));
            yield return Form($"return-draft-{share.Assignment}", $"{path}/return-draft", "退回拟办", static form => form.Area("note", "退回的理由", "给承办员看，写明怎样修改。", required: true), folded: true, kind: "stop");
        }

        if (share.Parent is { } parent ? isStation && order.Assignments.Any(above => above.Assignment == parent && above.Unit == user.Unit) : roles.Contains(Roles.Dispatcher))
        {
            if (share.State == "replied")
            {
                yield return Form($"review-{share.Assignment}", $"{path}/review", $"审核通过（{share.UnitName}）", static form => form.Input("note", "审核意见", "可不填。"));
                yield return Form($"send-back-{share.Assignment}", $"{path}/send-back", $"审核退回（{share.UnitName}）", static form => form.Area("note", "退回的理由", required: true), folded: true, kind: "stop");
            }
            else if (share.State == "return-asked")
            {
                yield return Form($"approve-return-{share.Assignment}", $"{path}/approve-return", $"同意退单（{share.UnitName}）", static form => form.Input("note", "意见", "可不填；同意后工单回到待派单。"));
                yield return Form($"refuse-return-{share.Assignment}", $"{path}/refuse-return", $"不同意退单（{share.UnitName}）", static form => form.Area("note", "理由", "单位继续办理，时限不顺延。", required: true), folded: true, kind: "stop");
            }
        }
    }

    private IEnumerable<Html> OfOwn(OrderAssignment share, string path, bool isStation)
    {
        var number = share.Assignment;
        if (share.State == "dispatched")
        {
            yield return Form($"sign-{number}", $"{path}/sign", "签收", static form => form.Input("note", "备注", "可不填。"));
        }

        if (share.State is "signed" or "handling" && isStation)
        {
            var proposed = order.Proposal.Unit is { } unit && visit.Organization.Unit(unit)?.Parent == share.Unit && share.State == "signed" ? unit : null;
            yield return Dispatch($"dispatch-{number}", $"{path}/dispatch", share.State == "signed" ? "下派" : "加派下属单位", UnitChoice.Below(visit.Organization, share.Unit), proposed, folded: share.State != "signed");
        }

        if (share.State is "signed" or "sent-back")
        {
            yield return Form($"start-{number}", $"{path}/start", share.State == "signed" ? "开始办理" : "重新办理", static form => form.Input("note", "备注", "已与诉求人联系的，请写明时间。"), folded: isStation && share.State == "signed");
        }

        if (share.State == "handling")
        {
            foreach (var form in ProofPages.Forms(visit, order, share, failed))
            {
                yield return form;
            }

            var below = order.Assignments.Any(child => child.Parent == number);
            var (draft, claim) = (share.Draft, share.Draft?.Claim);
            yield return Form($"reply-{number}", $"{path}/reply", share.Issuing && !visit.User.Roles.Contains(Roles.UnitHead) ? "提交签发" : "反馈", form => Html.Of($"""
                {ProofPages.Wanted(share)}
                {form.Area("publicReply", "公开答复", below ? "给诉求人看；不填则转达下属单位的答复。最多 5000 字。" : "给诉求人看，最多 5000 字。", draft?.PublicReply ?? "", required: !below)}
                {form.Area("note", "办理情况", "内部记录：是否属实、怎样办理、依据；诉求人不会看到。", draft?.Note ?? "")}
                {form.Select("contacted", "与诉求人联系过吗？", YesNo("已联系", "没有联系"), YesNo(claim?.Contacted), "回访时会问诉求人；说法相反的列为虚假办结。")}
                {form.Input("contactedAt", "联系时间", "已联系的必填，北京时间。", claim?.ContactedAt is { } at ? OfficeTime.At(at).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture) : "", type: "datetime-local")}
                {form.Select("solved", "解决了吗？", YesNo("已解决", "没有解决"), YesNo(claim?.Solved))}
                {form.Input("unsolvedReason", "没有解决的原因", "没有解决的必填，内部记录。", claim?.UnsolvedReason ?? "")}
                {form.Input("promisedFor", "承诺解决的日期", "承诺件填写，诉求人会看到，到期后回访。", draft?.PromisedFor?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "", type: "date")}
                """));
        }

        if (share.State is "dispatched" or "signed" or "handling")
        {
            yield return Form($"return-{number}", $"{path}/return", "申请退单", form => Html.Of($"""
                {form.Area("note", "理由和依据", "现场核实后写明；一件只能申请一次，批准前时限照走。", required: true)}
                {form.Search("proposedUnit", "应当承办的单位", "输入名称中的几个字即可查找。", UnitChoice.All(visit.Organization), "")}
                """), folded: true, kind: "stop");
        }
    }

    private static string YesNo(bool? said) => said switch { true => "yes", false => "no", null => "" };

    private static (string? Group, string Value, string Title)[] YesNo(string yes, string no) => [(null, "", "没有说明"), (null, "yes", yes), (null, "no", no)];

    private Html Dispatch(string name, string path, string title, IEnumerable<string> units, string? proposed, bool folded) => Form(name, path, title, form => Html.Of($"""
        {form.Search("unit", "单位", proposed is null ? "输入名称中的几个字即可查找。" : "已填系统建议的单位，理由见“系统建议和理由”；可改为其他单位。", units, UnitChoice.TextOf(visit.Organization, proposed))}
        {form.Select("role", "承办方式", Parts, "lead")}
        {form.Input("note", "转派说明", "给单位看，可不填。")}
        """), folded);

    /// <summary>One form. The version it was drawn from goes with it, so that nobody decides on what he has not seen.</summary>
    private Html Form(string name, string path, string title, Func<FormView, Html> fields, bool folded = false, string kind = "")
    {
        var view = failed?.Name == name ? failed : FormView.Fresh(name);
        var key = folded || _hasMain ? Html.Empty : Html.Of($""" accesskey="s" """);
        _hasMain |= !folded;
        var form = Html.Of($"""
            <form method="post" action="/desk/orders/{order.Number}/{path}" aria-label="{title}">{visit.TokenField}<input type="hidden" name="version" value="{order.Version}">
            {fields(view)}
            <div class="doing"><button type="submit"{(kind.Length > 0 ? Html.Of($""" class="{kind}" """) : Html.Empty)}{key}>{title}</button></div></form>
            """);
        return folded ? Html.Of($"""<details{view.Open}><summary>{title}</summary>{form}</details>""") : Html.Of($"<h3>{title}</h3>{form}");
    }
}

using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Dispatch.Articles;
using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>受理: what the acceptor decides the appeal to be.</summary>
/// <param name="Division">Division code of the county; left out for a matter of the whole city.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AcceptRequest(string? Nature = null, string? Category = null, string? Urgency = null, string? Division = null)
{
    internal IReadOnlyList<FieldError> Check(Organization organization) => new FieldCheck()
        .OneOf("nature", Nature, Natures.Titles.Keys)
        .OneOf("urgency", Urgency, Urgencies.All)
        .That("category", Category is not null && organization.IsLeaf(Category), "请填写事项类别的代码，例如 street-lights；大类不能直接使用。")
        .That("division", Division is null || organization.StationOf(Division) is not null, "请填写本市县（市、区）的区划代码，例如 141102；全市事项请不填。")
        .Errors;
}

/// <summary>直接答复.</summary>
/// <param name="Text">What the citizen reads.</param>
/// <param name="Basis">The article or rule it rests on; the citizen does not read it.</param>
/// <param name="Article">The code of the knowledge article it is taken from, where it is from one.</param>
/// <param name="ArticleVersion">The version that was read.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AnswerRequest(string? Text = null, string? Basis = null, string? Article = null, int? ArticleVersion = null)
{
    /// <param name="cited">The article, where it is known.</param>
    internal IReadOnlyList<FieldError> Check(CitableArticle? cited, DateOnly day)
    {
        var errors = Check();
        return errors.Count == 0 && Article is not null ? CitableArticle.Check(cited, Article, ArticleVersion!.Value, day) : errors;
    }

    private IReadOnlyList<FieldError> Check() => new FieldCheck()
        .Text("text", Text, FieldCheck.MostOfReply)
        .Text("basis", Basis, FieldCheck.MostOfNote)
        .That("article", Article is null || (Article.Length is > 0 and <= FieldCheck.MostOfId && Article.All(char.IsAsciiLetterOrDigit)), "请填写知识条目的编号。")
        .That("articleVersion", Article is null == ArticleVersion is null && ArticleVersion is not < 1, "引用知识条目时，请同时填写条目编号和版本号（1起）。")
        .Errors;
}

/// <summary>转派, by the hotline or, further down, by a station.</summary>
/// <param name="Role">lead 主办 or co 协办.</param>
/// <param name="Note">For the unit; the citizen does not read it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DispatchRequest(string? Unit = null, string? Role = null, string? Note = null)
{
    internal IReadOnlyList<FieldError> Check() => new FieldCheck()
        .Text("unit", Unit, FieldCheck.MostOfId)
        .OneOf("role", Role, AssignmentRoles.All)
        .Optional("note", Note, FieldCheck.MostOfNote)
        .Errors;
}

/// <summary>A step that needs no more than, perhaps, a word.</summary>
/// <param name="Note">Internal.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NoteRequest(string? Note = null)
{
    internal IReadOnlyList<FieldError> Check(bool required = false) =>
        (required ? new FieldCheck().Text("note", Note, FieldCheck.MostOfNote) : new FieldCheck().Optional("note", Note, FieldCheck.MostOfNote)).Errors;
}

/// <summary>反馈.</summary>
/// <param name="PublicReply">公开答复, what the citizen may read; a station may leave it out to pass on that of its unit.</param>
/// <param name="Note">办理情况, internal.</param>
/// <param name="Contacted">已联系: whether the unit spoke with the citizen.</param>
/// <param name="ContactedAt">When; required with contacted.</param>
/// <param name="Solved">是否解决.</param>
/// <param name="UnsolvedReason">未解决原因, internal; required when it is not solved.</param>
/// <param name="PromisedFor">The day by which it will be solved 承诺件, today or later; the citizen is told it and asked after it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReplyRequest(
    string? PublicReply = null,
    string? Note = null,
    bool? Contacted = null,
    DateTimeOffset? ContactedAt = null,
    bool? Solved = null,
    string? UnsolvedReason = null,
    DateOnly? PromisedFor = null)
{
    private const int LongestPromiseDays = 366;

    internal HandlingClaim? Claim => (Contacted, Solved) is (null, null) ? null : new(Contacted, ContactedAt?.ToUniversalTime(), Solved, UnsolvedReason);

    internal IReadOnlyList<FieldError> Check(DateTimeOffset now) => new FieldCheck()
        .Optional("publicReply", PublicReply, FieldCheck.MostOfReply)
        .Optional("note", Note, FieldCheck.MostOfNote)
        .That("contactedAt", Contacted == true ? ContactedAt <= now : ContactedAt is null, "已联系的，请填写联系时间（不晚于现在）；未联系的不填。")
        .That("unsolvedReason", Solved == false == !string.IsNullOrWhiteSpace(UnsolvedReason), "未解决的，请填写原因；已解决的不填。")
        .Optional("unsolvedReason", UnsolvedReason, FieldCheck.MostOfNote)
        .That(
            "promisedFor",
            PromisedFor is not { } day || (Solved != true && day >= OfficeTime.Day(now) && day <= OfficeTime.Day(now).AddDays(LongestPromiseDays)),
            $"请填写今天起{LongestPromiseDays}天以内的日期；已解决的不填。")
        .Errors;
}

/// <summary>退单申请.</summary>
/// <param name="Note">Why, and on what basis.</param>
/// <param name="ProposedUnit">The unit that should have it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReturnRequest(string? Note = null, string? ProposedUnit = null)
{
    internal IReadOnlyList<FieldError> Check(Organization organization, string own) => new FieldCheck()
        .Text("note", Note, FieldCheck.MostOfNote)
        .That("proposedUnit", ProposedUnit is not null && organization.FirstBelowHotline(ProposedUnit) is not null, "请填写应当承办的单位代码。")
        .That("proposedUnit", ProposedUnit != own, "不能填写本单位。")
        .Errors;
}

/// <summary>重办: the review found the citizen right.</summary>
/// <param name="Reason">For the unit; the citizen does not read it.</param>
/// <param name="Unit">Who is to handle it now; left out: who led before. Where nobody did, the dispatcher decides.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RedoRequest(string? Reason = null, string? Unit = null)
{
    internal IReadOnlyList<FieldError> Check() => new FieldCheck().Text("reason", Reason, FieldCheck.MostOfNote).Optional("unit", Unit, FieldCheck.MostOfId).Errors;
}

/// <summary>解释办结: the review found that no more can be done.</summary>
/// <param name="Explanation">What the citizen is told.</param>
/// <param name="Evidence">What it rests on, internal: regulation, record of the visit, photos by name.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ExplainRequest(string? Explanation = null, string? Evidence = null)
{
    internal IReadOnlyList<FieldError> Check() => new FieldCheck()
        .Text("explanation", Explanation, FieldCheck.MostOfReply)
        .Text("evidence", Evidence, FieldCheck.MostOfNote)
        .Errors;
}

/// <summary>Collects what is wrong with the fields of a request, each with its remedy in zh-CN.</summary>
internal sealed partial class FieldCheck
{
    public const int MostOfId = 64;
    public const int MostOfNote = 2000;
    public const int MostOfReply = 5000;

    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> Errors => _errors;

    public FieldCheck That(string field, bool holds, string remedy)
    {
        if (!holds)
        {
            _errors.Add(new(field, remedy));
        }

        return this;
    }

    public FieldCheck OneOf(string field, string? value, IEnumerable<string> known) =>
        That(field, value is not null && known.Contains(value), $"请填写以下之一：{string.Join("、", known)}。");

    public FieldCheck Text(string field, string? value, int most) =>
        That(field, !string.IsNullOrWhiteSpace(value), "必填，请填写。").Optional(field, value, most);

    public FieldCheck Optional(string field, string? value, int most) =>
        That(field, value is null || value.Length <= most, $"请控制在{most}字以内。")
        .That(field, value is null || !Control().IsMatch(value), "请去掉不可见的控制字符。");

    [GeneratedRegex(@"[\p{Cc}-[\r\n\t]]")]
    private static partial Regex Control();
}

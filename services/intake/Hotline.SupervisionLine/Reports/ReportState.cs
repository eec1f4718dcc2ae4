using System.Collections.Frozen;

namespace Hotline.SupervisionLine.Reports;

/// <summary>The states of a report (domain.md §9) and what may follow upon what. Officers move it; they alone can read what it is about.</summary>
public static class ReportState
{
    public const string Registered = "registered";
    public const string Screening = "screening";
    public const string HandedOver = "handed-over";
    public const string Accepted = "accepted";
    public const string Forwarded = "forwarded";
    public const string Interview = "interview";
    public const string Verification = "verification";
    public const string Deferred = "deferred";
    public const string Concluded = "concluded";
    public const string Informed = "informed";
    public const string Archived = "archived";
    public const string Returned = "returned";

    /// <summary>On the commission's own leaders: handed to the higher body, sealed, not copied, not entered (纪检监察机关处理检举控告工作规则 Art. 15).</summary>
    public const string PassedUpward = "passed-upward";

    /// <summary>What officers and reporters read.</summary>
    public static readonly FrozenDictionary<string, string> Titles = new Dictionary<string, string>
    {
        [Registered] = "登记",
        [Screening] = "甄别",
        [HandedOver] = "移交",
        [Accepted] = "受理",
        [Forwarded] = "转办",
        [Interview] = "谈话函询",
        [Verification] = "初核",
        [Deferred] = "暂存",
        [Concluded] = "了结",
        [Informed] = "告知",
        [Archived] = "归档",
        [Returned] = "退回普通诉求",
        [PassedUpward] = "移送上级",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        [Registered] = [Screening, PassedUpward],
        [Screening] = [HandedOver, Concluded, Returned /* only with the reporter's consent */, PassedUpward],
        [HandedOver] = [Accepted, Forwarded],
        [Accepted] = [Interview, Verification, Deferred, Concluded],
        [Forwarded] = [Interview, Verification, Deferred, Concluded],
        [Interview] = [Verification, Deferred, Concluded],
        [Verification] = [Interview, Deferred, Concluded],
        [Deferred] = [Interview, Verification, Concluded],
        [Concluded] = [Informed],
        [Informed] = [Archived],
        [Archived] = [],
        [Returned] = [],
        [PassedUpward] = [],
    }.ToFrozenDictionary();

    /// <summary>Whether officers still work on it: only then are its keys wrapped for who joins.</summary>
    public static bool IsOpen(string state) => state is not (Archived or Returned or PassedUpward);

    public static IReadOnlyList<string> After(string state) => Allowed[state];

    public static bool MayFollow(string state, string next) => Allowed[state].Contains(next);
}

using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Hotline.Callback.Tasks;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Callback.Answers;

/// <summary>The three answers, as an agent writes them down or a citizen sends the form.</summary>
/// <param name="Contacted">联系: required where a unit handled it.</param>
/// <param name="Solved">解决.</param>
/// <param name="UnsolvedReason">Required when it is not solved.</param>
/// <param name="Satisfied">办理满意: satisfied, fair or dissatisfied.</param>
/// <param name="DissatisfiedReason">Required when dissatisfied.</param>
/// <param name="Service">话务满意, where an agent spoke with him; may be left out.</param>
/// <param name="Words">His own words; may be left out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed partial record AnswerRequest(
    bool? Contacted = null,
    bool? Solved = null,
    string? UnsolvedReason = null,
    string? Satisfied = null,
    string? DissatisfiedReason = null,
    string? Service = null,
    string? Words = null)
{
    public const int MostOfWords = 500;

    /// <summary>The answer; null with what is wrong.</summary>
    /// <param name="byUnit">Whether a unit handled it.</param>
    internal (CallbackAnswer? Answer, IReadOnlyList<FieldError> Errors) Read(bool byUnit)
    {
        var errors = new List<FieldError>();
        Check("contacted", Contacted is not null || !byUnit, "请选择承办单位是否联系过您。");
        Check("solved", Solved is not null, "请选择是否解决。");
        Check("unsolvedReason", Solved != false || IsOf(Lists.Unsolved, UnsolvedReason), "没有解决的，请选择原因。");
        Check("satisfied", IsOf(Lists.Satisfactions, Satisfied), "请选择是否满意。");
        Check("dissatisfiedReason", Satisfied != Lists.Dissatisfied || IsOf(Lists.Dissatisfactions, DissatisfiedReason), "不满意的，请选择原因。");
        Check("service", string.IsNullOrEmpty(Service) || IsOf(Lists.Satisfactions, Service), "请选择对接线人员是否满意，或不选。");
        Check("words", Words is null || Words.Length <= MostOfWords, $"请控制在{MostOfWords}字以内。");
        Check("words", Words is null || !Control().IsMatch(Words), "请去掉不可见的控制字符。");
        return errors.Count > 0 ? (null, errors) : (new(
            Solved!.Value,
            Satisfied!,
            byUnit ? Contacted : null,
            Solved == false ? UnsolvedReason : null,
            Satisfied == Lists.Dissatisfied ? DissatisfiedReason : null,
            string.IsNullOrEmpty(Service) ? null : Service,
            string.IsNullOrWhiteSpace(Words) ? null : Words.Trim().Normalize()), errors);

        void Check(string field, bool holds, string remedy)
        {
            if (!holds)
            {
                errors.Add(new(field, remedy));
            }
        }
    }

    /// <summary>From the page's form.</summary>
    internal static AnswerRequest Of(FieldForm form) => new(
        YesOrNo(form["contacted"]), YesOrNo(form["solved"]), form["unsolvedReason"], form["satisfied"], form["dissatisfiedReason"], form["service"], form["words"]);

    private static bool? YesOrNo(string value) => value switch { "yes" => true, "no" => false, _ => null };

    private static bool IsOf(IReadOnlyDictionary<string, string> list, string? value) => value is not null && list.ContainsKey(value);

    [GeneratedRegex(@"[\p{Cc}-[\r\n\t]]")]
    private static partial Regex Control();
}

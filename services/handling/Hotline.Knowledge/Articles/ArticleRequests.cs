using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Hotline.Hosting;

namespace Hotline.Knowledge.Articles;

/// <summary>A version of an article as somebody writes it; see <see cref="ArticleContent"/>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed partial record ArticleRequest(
    string? Title = null,
    string? PublicText = null,
    string? InternalText = null,
    string? Unit = null,
    string? Basis = null,
    IReadOnlyList<string?>? Tags = null,
    IReadOnlyList<string?>? Synonyms = null,
    IReadOnlyList<string?>? Regions = null,
    DateOnly? ValidFrom = null,
    DateOnly? ValidTo = null)
{
    public const int MostOfTitle = 200;
    public const int MostOfText = 20_000;
    private const int MostOfBasis = 2000;
    private const int MostOfWord = 60;
    private const int MostWords = 50;

    internal IReadOnlyList<FieldError> Check(Organization organization)
    {
        var errors = new List<FieldError>();
        Text("title", Title, MostOfTitle, required: true);
        Text("publicText", PublicText, MostOfText, required: true);
        Text("internalText", InternalText, MostOfText, required: false);
        Text("basis", Basis, MostOfBasis, required: true);
        That("unit", Unit is not null && organization.Unit(Unit) is not null, "请填写组织机构中的单位代码。");
        Words("tags", Tags);
        Words("synonyms", Synonyms);
        That("regions", Regions is null or { Count: <= MostWords } && Regions?.All(region => region is not null && Division().IsMatch(region)) != false, "请填写4至12位区划代码；适用全市请不填。");
        That("validTo", !(ValidTo < ValidFrom), "失效日期不能早于生效日期。");
        return errors;

        void That(string field, bool holds, string remedy)
        {
            if (!holds)
            {
                errors.Add(new FieldError(field, remedy));
            }
        }

        void Text(string field, string? value, int most, bool required)
        {
            That(field, !required || !string.IsNullOrWhiteSpace(value), "必填，请填写。");
            That(field, value is null || value.Length <= most, $"请控制在{most}字以内。");
            That(field, value is null || IsClean(value), "请去掉不可见的控制字符。");
        }

        void Words(string field, IReadOnlyList<string?>? words) => That(
            field,
            words is null or { Count: <= MostWords } && words?.All(word => !string.IsNullOrWhiteSpace(word) && word.Length <= MostOfWord && IsClean(word) && !word.Contains(';', StringComparison.Ordinal)) != false,
            $"最多{MostWords}个，每个不超过{MostOfWord}字，不能为空，不含分号。");
    }

    /// <summary>What it says, in Unicode NFC; <see cref="Check"/> found nothing wrong.</summary>
    internal ArticleContent ToContent() => new(
        Clean(Title!),
        Clean(PublicText!),
        Unit!,
        Clean(Basis!),
        Clean(Tags),
        Clean(Synonyms),
        Clean(Regions),
        string.IsNullOrWhiteSpace(InternalText) ? null : Clean(InternalText),
        ValidFrom,
        ValidTo);

    private static string Clean(string text) => text.ReplaceLineEndings("\n").Normalize(NormalizationForm.FormC).Trim();

    private static IReadOnlyList<string> Clean(IReadOnlyList<string?>? words) => [.. (words ?? []).Select(word => Clean(word!)).Distinct()];

    private static bool IsClean(string text) => !Control().IsMatch(text) && !text.EnumerateRunes().Contains(Rune.ReplacementChar);

    // Controls, marks that turn the direction of text, and noncharacters.
    [GeneratedRegex(@"[\p{Cc}-[\r\n\t]]|[\u202A-\u202E\u2066-\u2069\uFEFF\uFDD0-\uFDEF\uFFFE\uFFFF]")]
    private static partial Regex Control();

    [GeneratedRegex("^[0-9]{4,12}$")]
    private static partial Regex Division();
}

/// <summary>A step that needs no more than, perhaps, a word.</summary>
/// <param name="Note">For colleagues.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ArticleStepRequest(string? Note = null)
{
    private const int MostOfNote = 2000;

    internal IReadOnlyList<FieldError> Check(bool required) =>
        required && string.IsNullOrWhiteSpace(Note) ? [new("note", "请说明理由。")]
        : Note?.Length > MostOfNote ? [new("note", $"请控制在{MostOfNote}字以内。")]
        : [];
}

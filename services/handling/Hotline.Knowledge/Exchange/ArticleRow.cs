using System.Text.Json.Serialization;
using Hotline.Hosting;
using Hotline.Knowledge.Articles;

namespace Hotline.Knowledge.Exchange;

/// <summary>An article in a file: its id at the source, and <see cref="ArticleContent"/>. Exported, the id is our code.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ArticleRow(
    string? Id = null,
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
    private const int MostOfId = 100;

    internal static ArticleRow Of(string code, ArticleContent content, bool withInternal) => new(
        code, content.Title, content.PublicText, withInternal ? content.InternalText : null, content.Unit, content.Basis, content.Tags, content.Synonyms, content.Regions,
        content.ValidFrom, content.ValidTo);

    internal ArticleRequest ToRequest() => new(Title, PublicText, InternalText, Unit, Basis, Tags, Synonyms, Regions, ValidFrom, ValidTo);

    internal IEnumerable<FieldError> Check(Organization organization) =>
        (string.IsNullOrWhiteSpace(Id) || Id.Length > MostOfId ? [new FieldError("id", $"必填，不超过{MostOfId}字。")] : Array.Empty<FieldError>()).Concat(ToRequest().Check(organization));
}

/// <summary>A row as it was read: what it says, or why it cannot be read.</summary>
/// <param name="Number">1, 2, … among the articles of the file; a header line does not count.</param>
internal sealed record ReadRow(int Number, ArticleRow? Row, IReadOnlyList<FieldError> Errors);

/// <summary>What became of a row.</summary>
/// <param name="Result">added, changed, unchanged or refused.</param>
public sealed record ImportedRow(int Row, string Id, string Code, string Result, string? Reason = null);

/// <summary>What became of a file whose rows were all in order.</summary>
public sealed record ImportResult(int Added, int Changed, int Unchanged, int Refused, IReadOnlyList<ImportedRow> Rows);

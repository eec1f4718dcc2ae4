namespace Hotline.Knowledge.Articles;

/// <summary>What one version of an article says.</summary>
/// <param name="PublicText">What citizens read.</param>
/// <param name="Unit">The unit that answers for it 归属单位.</param>
/// <param name="Basis">The law, rule or notice it rests on 依据.</param>
/// <param name="InternalText">For the hotline and the owner unit only; null for none.</param>
/// <param name="Synonyms">Other words citizens use for the matter; searched, not shown to them.</param>
/// <param name="Regions">Division codes it holds for; empty for the whole city.</param>
/// <param name="ValidFrom">The first day it holds, in the office's time; null for always.</param>
/// <param name="ValidTo">The last day it holds; null without end.</param>
public sealed record ArticleContent(
    string Title,
    string PublicText,
    string Unit,
    string Basis,
    IReadOnlyList<string> Tags,
    IReadOnlyList<string> Synonyms,
    IReadOnlyList<string> Regions,
    string? InternalText = null,
    DateOnly? ValidFrom = null,
    DateOnly? ValidTo = null)
{
    /// <summary>Whether citizens may rely on it on that day.</summary>
    public bool HoldsOn(DateOnly day) => !(day < ValidFrom) && !(day > ValidTo);

    public bool Equals(ArticleContent? other) => other is not null
        && (Title, PublicText, Unit, Basis, InternalText, ValidFrom, ValidTo) == (other.Title, other.PublicText, other.Unit, other.Basis, other.InternalText, other.ValidFrom, other.ValidTo)
        && Tags.SequenceEqual(other.Tags) && Synonyms.SequenceEqual(other.Synonyms) && Regions.SequenceEqual(other.Regions);

    public override int GetHashCode() => HashCode.Combine(Title, PublicText, Unit, Basis, InternalText, Tags.Count, ValidFrom, ValidTo);
}

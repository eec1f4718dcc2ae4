namespace Hotline.Knowledge.Search;

/// <summary>An article as it is searched.</summary>
/// <param name="Texts">By <see cref="SearchField"/>; a field left out is empty.</param>
/// <param name="Regions">Division codes it holds for; empty for everywhere.</param>
/// <param name="From">The first day it holds; null for always.</param>
/// <param name="To">The last day it holds; null without end.</param>
public sealed record SearchEntry(
    string Code, IReadOnlyDictionary<SearchField, string> Texts, IReadOnlyList<string> Regions, DateOnly? From = null, DateOnly? To = null)
{
    /// <summary>Whether it holds somewhere in a division, or in one around it.</summary>
    public bool HoldsIn(string? region) =>
        region is null || Regions.Count == 0
        || Regions.Any(own => own.StartsWith(region, StringComparison.Ordinal) || region.StartsWith(own, StringComparison.Ordinal));

    public bool HoldsOn(DateOnly day) => !(day < From) && !(day > To);
}

/// <summary>A text to search for; of an appeal, title and text, the title counting more.</summary>
/// <param name="Weight">Above 0.</param>
public readonly record struct QueryPart(string Text, double Weight = 1);

/// <summary>What is searched for, and where and when it must hold.</summary>
/// <param name="Region">A division code; null for any.</param>
/// <param name="Internal">Whether the internal text is searched too.</param>
/// <param name="Limit">1 or more.</param>
public sealed record SearchQuery(IReadOnlyList<QueryPart> Parts, DateOnly Day, string? Region = null, bool Internal = false, int Limit = 10);

/// <summary>An article that was found.</summary>
/// <param name="Score">Comparable within one search only.</param>
/// <param name="Words">What of the query led to it, strongest first, in the form searched (lower case, half-width).</param>
public sealed record SearchHit(string Code, double Score, IReadOnlyList<string> Words);

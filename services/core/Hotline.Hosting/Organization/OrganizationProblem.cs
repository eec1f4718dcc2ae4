using System.Text.RegularExpressions;

namespace Hotline.Hosting;

/// <summary>Something wrong in the organization file or a calendar.</summary>
/// <param name="Path">Where, <c>units[3].parent</c>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record OrganizationProblem(string Path, string Message, string Remedy)
{
    public override string ToString() => $"{Path}: {Message} {Remedy}";
}

/// <summary>Gathers what is wrong, so that all of it is reported at once.</summary>
internal sealed partial class OrganizationProblems
{
    private readonly List<OrganizationProblem> _all = [];

    public IReadOnlyList<OrganizationProblem> All => _all;

    public void Add(string path, string message, string remedy) => _all.Add(new(path, message, remedy));

    /// <summary>Reports a value that is not one of <paramref name="known"/>.</summary>
    public void OneOf(string path, string value, IEnumerable<string> known)
    {
        if (!known.Contains(value))
        {
            Add(path, $"\"{value}\" is not known.", $"Use one of: {string.Join(", ", known)}.");
        }
    }

    public void Filled(string path, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Add(path, "It is empty.", "Write it.");
        }
    }

    /// <summary>Reports an id that could not stand in a path or an index.</summary>
    public void Id(string path, string value)
    {
        if (!IdPattern().IsMatch(value))
        {
            Add(path, $"\"{value}\" cannot be an id.", "Use 1 to 64 lower-case letters, digits and dashes, beginning with a letter or digit.");
        }
    }

    /// <summary>Reports each value that stood there before.</summary>
    public void Unique<T>(IReadOnlyList<T> items, Func<T, string?> value, Func<int, string> path)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            if (value(items[i]) is { } text && !first.TryAdd(text, i))
            {
                Add(path(i), $"\"{text}\" stands at {path(first[text])} already.", "Remove one of the two, or name them apart.");
            }
        }
    }

    /// <summary>Reports words too short to tell anything and weights out of range.</summary>
    public void Words(string path, IReadOnlyDictionary<string, int> words)
    {
        foreach (var (word, weight) in words)
        {
            Word($"{path}[\"{word}\"]", word);
            if (weight is < 1 or > 100)
            {
                Add($"{path}[\"{word}\"]", $"A weight of {weight} is out of range.", "Use 1 to 100; 1 for a word that hints, 5 for one that settles it.");
            }
        }
    }

    public void Word(string path, string word)
    {
        if (word.Trim() != word || word.Length is < 2 or > 30)
        {
            Add(path, $"\"{word}\" cannot serve as a word.", "Use 2 to 30 characters without blanks at the ends; a single character stands in too many texts.");
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex IdPattern();
}

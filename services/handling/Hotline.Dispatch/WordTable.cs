using System.Buffers;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>A word's meaning: it speaks for a target (a category, a nature, danger) with a weight.</summary>
internal readonly record struct WordWeight(int Word, int Weight);

/// <summary>All words of the organization file in one trie, and what each speaks for.</summary>
internal sealed class WordTable
{
    public const string NaturePrefix = "nature:";
    public const string UrgentPrefix = "urgent:";
    public const string Danger = "danger:";

    private readonly List<string> _words = [];
    private readonly Dictionary<string, int> _indexOf = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<WordWeight>> _byTarget = [];
    private readonly List<(int Word, PlaceName Place)> _places = [];
    private readonly WordTrie _trie;

    public WordTable(OrganizationData data)
    {
        foreach (var category in data.Categories)
        {
            Add(category.Code, category.Words ?? new Dictionary<string, int>());
            Add(UrgentPrefix + category.Code, (category.UrgentWords ?? []).Select(w => KeyValuePair.Create(w, 1)));
        }

        foreach (var nature in data.Natures)
        {
            Add(NaturePrefix + nature.Nature, nature.Words);
        }

        Add(Danger, data.DangerWords.Values.SelectMany(words => words).Distinct().Select(w => KeyValuePair.Create(w, 1)));
        _places.AddRange(data.Places.Select(p => (IndexOf(p.Name), p)));
        _trie = new WordTrie(_words);
    }

    public string Word(int index) => _words[index];

    public IReadOnlyList<(int Word, PlaceName Place)> Places => _places;

    public IReadOnlyList<WordWeight> For(string target) => _byTarget.TryGetValue(target, out var words) ? words : [];

    public FoundWords Find(Appeal appeal)
    {
        var buffer = ArrayPool<int>.Shared.Rent(_words.Count * 2);
        try
        {
            var counts = buffer.AsSpan(0, _words.Count);
            var firstAt = buffer.AsSpan(_words.Count, _words.Count);
            counts.Clear();
            PlaceName? written = null;
            if (appeal.Place?.Text is { Length: > 0 } place)
            {
                _trie.Count(place, counts, firstAt, 0);
                written = Longest(counts, firstAt);
                counts.Clear();
            }

            _trie.Count(appeal.Title, counts, firstAt, 0);
            _trie.Count(appeal.Text, counts, firstAt, appeal.Title.Length);
            return new FoundWords(this, counts.ToArray(), written, Longest(counts, firstAt));
        }
        finally
        {
            ArrayPool<int>.Shared.Return(buffer);
        }
    }

    /// <summary>The longest name found; of equally long ones the first in the text, for people begin with where they are.</summary>
    private PlaceName? Longest(ReadOnlySpan<int> counts, ReadOnlySpan<int> firstAt)
    {
        (PlaceName? Place, int At) best = default;
        foreach (var (word, place) in _places)
        {
            if (counts[word] > 0
                && (best.Place is null || place.Name.Length > best.Place.Name.Length || (place.Name.Length == best.Place.Name.Length && firstAt[word] < best.At)))
            {
                best = (place, firstAt[word]);
            }
        }

        return best.Place;
    }

    private void Add(string target, IEnumerable<KeyValuePair<string, int>> words)
    {
        var list = words.Select(w => new WordWeight(IndexOf(w.Key), w.Value)).ToList();
        if (list.Count > 0)
        {
            _byTarget.Add(target, list);
        }
    }

    private int IndexOf(string word)
    {
        if (!_indexOf.TryGetValue(word, out var index))
        {
            _indexOf.Add(word, index = _words.Count);
            _words.Add(word);
        }

        return index;
    }
}

/// <summary>What was found in one appeal.</summary>
/// <param name="counts">By word.</param>
/// <param name="placeWritten">Found in the address the citizen filled in.</param>
/// <param name="placeInText">Found in title or text.</param>
internal sealed class FoundWords(WordTable table, int[] counts, PlaceName? placeWritten, PlaceName? placeInText)
{
    private const int MostDescribed = 5;

    /// <summary>The weights of the words that speak for a target, each counted up to <paramref name="most"/> times.</summary>
    public int Score(string target, int most)
    {
        var score = 0;
        foreach (var (word, weight) in table.For(target))
        {
            score += weight * Math.Min(counts[word], most);
        }

        return score;
    }

    /// <summary>The words that speak for a target, weightiest first, in zh-CN; empty when there are none.</summary>
    public string Describe(string target) => string.Join('、', table.For(target)
        .Where(w => counts[w.Word] > 0)
        .OrderByDescending(w => w.Weight * counts[w.Word])
        .Take(MostDescribed)
        .Select(w => counts[w.Word] == 1 ? $"“{table.Word(w.Word)}”" : $"“{table.Word(w.Word)}”{counts[w.Word]}次"));

    /// <summary>The address filled in goes before the text, which may name other places too.</summary>
    public (PlaceName Name, bool InPlaceText)? LongestPlace() =>
        placeWritten is not null ? (placeWritten, true) : placeInText is not null ? (placeInText, false) : null;
}

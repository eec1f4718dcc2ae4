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

    /// <summary>A word said ten times tells no more than one said three times.</summary>
    private const int MostOfOneWord = 3;

    private readonly List<string> _words = [];
    private readonly Dictionary<string, int> _indexOf = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (int Number, List<WordWeight> Words)> _targets = [];
    private readonly List<(int Target, int Weight)>[] _speakFor;
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
        _speakFor = [.. _words.Select(static _ => new List<(int, int)>())];
        foreach (var (number, words) in _targets.Values)
        {
            words.ForEach(word => _speakFor[word.Word].Add((number, word.Weight)));
        }
    }

    public string Word(int index) => _words[index];

    public IReadOnlyList<WordWeight> For(string target) => _targets.TryGetValue(target, out var found) ? found.Words : [];

    /// <summary>What the words found say for a target, of <see cref="FoundWords"/>'s scores.</summary>
    public int ScoreOf(string target, int[] scores) => _targets.TryGetValue(target, out var found) ? scores[found.Number] : 0;

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
            return new FoundWords(this, counts.ToArray(), ScoresOf(counts), written, Longest(counts, firstAt));
        }
        finally
        {
            ArrayPool<int>.Shared.Return(buffer);
        }
    }

    /// <summary>By target's number. Of hundreds of words a text has a handful, and only those are asked whom they speak for.</summary>
    private int[] ScoresOf(ReadOnlySpan<int> counts)
    {
        var scores = new int[_targets.Count];
        for (var word = 0; word < counts.Length; word++)
        {
            if (counts[word] > 0)
            {
                foreach (var (target, weight) in _speakFor[word])
                {
                    scores[target] += weight * Math.Min(counts[word], MostOfOneWord);
                }
            }
        }

        return scores;
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
            _targets.Add(target, (_targets.Count, list));
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
/// <param name="scores">By target's number.</param>
/// <param name="placeWritten">Found in the address the citizen filled in.</param>
/// <param name="placeInText">Found in title or text.</param>
internal sealed class FoundWords(WordTable table, int[] counts, int[] scores, PlaceName? placeWritten, PlaceName? placeInText)
{
    private const int MostDescribed = 5;

    /// <summary>The weights of the words that speak for a target, each as often as it was found, up to three times.</summary>
    public int Score(string target) => table.ScoreOf(target, scores);

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

using System.Buffers;

namespace Hotline.Knowledge.Search;

/// <summary>
/// Full-text search in memory: BM25 over pairs of Chinese characters, words and numbers, its fields weighted (BM25F with the text's length
/// alone counted, for titles and tags are short anyway). The order of hits depends on the articles and the query only, never on
/// the order they were added in. Safe for many readers and writers. Lucene.NET would replace it.
/// </summary>
public sealed class SearchIndex
{
    /// <summary>Of a long query only the words that tell most are looked up; the rest adds time and no hits.</summary>
    private const int MostTerms = 64;
    private const int MostWordsShown = 8;
    private const double Saturation = 1.2;
    private const double LengthShare = 0.75;
    private const double WeightOfTitle = 4;
    private const double WeightOfWords = 3;

    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<string, PostingList> _terms = [];
    private readonly Dictionary<string, PostingList>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly Dictionary<string, int> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly List<Slot?> _entries = [];
    private int[] _lengths = new int[16]; // apart from the entries: each score reads one
    private long _length;

    public SearchIndex() => _bySpan = _terms.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count
    {
        get
        {
            _lock.EnterReadLock();
            try
            {
                return _slots.Count;
            }
            finally
            {
                _lock.ExitReadLock();
            }
        }
    }

    private sealed record Slot(SearchEntry Entry, PostingList[] Terms);

    private sealed record Term(string Text, PostingList Postings, double Weight);

    /// <summary>Adds an article, or replaces the one of its code.</summary>
    public void Put(SearchEntry entry)
    {
        var fields = entry.Texts.Select(field => (field.Key, Text: Tokenizer.Normalize(field.Value))).Select(field => (field.Key, field.Text, Tokens: Tokenizer.Split(field.Text))).ToList();
        _lock.EnterWriteLock();
        try
        {
            RemoveUnlocked(entry.Code);
            if (!_free.TryPop(out var slot))
            {
                slot = _entries.Count;
                _entries.Add(null);
                if (slot == _lengths.Length)
                {
                    Array.Resize(ref _lengths, slot * 2);
                }
            }

            var counts = new Dictionary<PostingList, FieldCounts>();
            foreach (var (field, text, tokens) in fields)
            {
                foreach (var token in tokens)
                {
                    var postings = PostingsOf(token.Of(text));
                    counts[postings] = counts.GetValueOrDefault(postings).Plus(field);
                }
            }

            foreach (var (postings, count) in counts)
            {
                postings.Add(slot, count);
            }

            _lengths[slot] = fields.Where(field => field.Key == SearchField.Text).Sum(field => field.Tokens.Count(token => !token.IsSingle));
            _entries[slot] = new Slot(entry, [.. counts.Keys]);
            _slots.Add(entry.Code, slot);
            _length += _lengths[slot];
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    public void Remove(string code)
    {
        _lock.EnterWriteLock();
        try
        {
            RemoveUnlocked(code);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <returns>Best first; of equal scores the lesser code first.</returns>
    public IReadOnlyList<SearchHit> Search(SearchQuery query)
    {
        var parts = query.Parts.Select(part => (Text: Tokenizer.Normalize(part.Text), part.Weight)).Select(part => (part.Text, part.Weight, Tokens: Asked(part.Text))).ToList();
        var scores = Array.Empty<double>();
        _lock.EnterReadLock();
        try
        {
            var terms = TermsOf(parts);
            scores = ArrayPool<double>.Shared.Rent(_entries.Count);
            Sum(scores.AsSpan(0, _entries.Count), terms, query.Internal);
            var best = Best(scores.AsSpan(0, _entries.Count), query);
            return [.. best.Select(hit => new SearchHit(_entries[hit.Slot]!.Entry.Code, hit.Score, WordsOf(hit.Slot, terms, parts, query.Internal)))];
        }
        finally
        {
            _lock.ExitReadLock();
            ArrayPool<double>.Shared.Return(scores);
        }
    }

    private static IReadOnlyList<Token> Asked(string normalized) => [.. Tokenizer.Split(normalized).Where(token => !token.IsSingle || token.IsAlone)];

    private PostingList PostingsOf(ReadOnlySpan<char> word)
    {
        if (!_bySpan.TryGetValue(word, out var postings))
        {
            postings = new PostingList(word.ToString());
            _terms.Add(postings.Term, postings);
        }

        return postings;
    }

    private void RemoveUnlocked(string code)
    {
        if (!_slots.Remove(code, out var slot))
        {
            return;
        }

        var old = _entries[slot]!;
        foreach (var postings in old.Terms)
        {
            postings.Remove(slot);
            if (postings.Count == 0)
            {
                _terms.Remove(postings.Term);
            }
        }

        _length -= _lengths[slot];
        _entries[slot] = null;
        _free.Push(slot);
    }

    /// <summary>The words to look up, each once, in an order that does not depend on how the index grew.</summary>
    private List<Term> TermsOf(List<(string Text, double Weight, IReadOnlyList<Token> Tokens)> parts)
    {
        var found = new Dictionary<PostingList, double>();
        foreach (var (text, weight, tokens) in parts)
        {
            foreach (var token in tokens)
            {
                if (_bySpan.TryGetValue(token.Of(text), out var postings))
                {
                    found[postings] = Math.Max(found.GetValueOrDefault(postings), weight);
                }
            }
        }

        return [.. found.Select(term => new Term(term.Key.Term, term.Key, term.Value * Rarity(term.Key.Count)))
            .OrderByDescending(term => term.Weight).ThenBy(term => term.Text, StringComparer.Ordinal).Take(MostTerms)];
    }

    private double Rarity(int articles) => Math.Log(1 + ((_slots.Count - articles + 0.5) / (articles + 0.5)));

    /// <summary>Scores by slot; 0 where no word of the query stands.</summary>
    private void Sum(Span<double> scores, List<Term> terms, bool withInternal)
    {
        scores.Clear();
        foreach (var term in terms)
        {
            var slots = term.Postings.Slots;
            var counts = term.Postings.Counts;
            for (var i = 0; i < slots.Length; i++)
            {
                scores[slots[i]] += Gain(term, slots[i], counts[i], withInternal);
            }
        }
    }

    private double Gain(Term term, int slot, FieldCounts counts, bool withInternal)
    {
        var strength = (WeightOfTitle * counts[SearchField.Title]) + (WeightOfWords * (counts[SearchField.Tags] + counts[SearchField.Synonyms])) + counts[SearchField.Text]
            + (withInternal ? counts[SearchField.Internal] : 0);
        var length = 1 - LengthShare + (LengthShare * _lengths[slot] * _slots.Count / Math.Max(1.0, _length));
        return strength == 0 ? 0 : term.Weight * strength * (Saturation + 1) / (strength + (Saturation * length));
    }

    private List<(int Slot, double Score)> Best(ReadOnlySpan<double> scores, SearchQuery query)
    {
        var best = new List<(int Slot, double Score)>(query.Limit + 1);
        for (var slot = 0; slot < scores.Length; slot++)
        {
            var candidate = (Slot: slot, Score: scores[slot]);
            if (candidate.Score <= 0 || (best.Count == query.Limit && !Beats(candidate, best[^1])))
            {
                continue;
            }

            var entry = _entries[slot]!.Entry;
            if (!entry.HoldsOn(query.Day) || !entry.HoldsIn(query.Region))
            {
                continue;
            }

            var place = best.FindIndex(other => Beats(candidate, other));
            best.Insert(place < 0 ? best.Count : place, candidate);
            if (best.Count > query.Limit)
            {
                best.RemoveAt(query.Limit);
            }
        }

        return best;
    }

    private bool Beats((int Slot, double Score) one, (int Slot, double Score) other) => one.Score > other.Score
        || (one.Score == other.Score && string.CompareOrdinal(_entries[one.Slot]!.Entry.Code, _entries[other.Slot]!.Entry.Code) < 0);

    /// <summary>The stretches of the query that the article has, strongest first; pairs that overlap are one stretch.</summary>
    private List<string> WordsOf(int slot, List<Term> terms, List<(string Text, double Weight, IReadOnlyList<Token> Tokens)> parts, bool withInternal)
    {
        var gains = terms.Select(term => (term.Text, Gain: term.Postings.Find(slot) is { } counts ? Gain(term, slot, counts, withInternal) : 0))
            .Where(term => term.Gain > 0).ToDictionary(term => term.Text, term => term.Gain);
        var bySpan = gains.GetAlternateLookup<ReadOnlySpan<char>>();
        var words = new Dictionary<string, double>();
        foreach (var (text, _, tokens) in parts)
        {
            var (start, end, gain) = (0, 0, 0.0);
            foreach (var token in tokens.Where(token => bySpan.ContainsKey(token.Of(text))))
            {
                if (token.Start >= end)
                {
                    Keep(text[start..end], gain);
                    (start, gain) = (token.Start, 0);
                }

                end = token.Start + token.Length;
                gain += bySpan[token.Of(text)];
            }

            Keep(text[start..end], gain);
        }

        return [.. words.OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal).Take(MostWordsShown).Select(word => word.Key)];

        void Keep(string word, double gain)
        {
            if (word.Length > 0)
            {
                words[word] = Math.Max(gain, words.GetValueOrDefault(word));
            }
        }
    }
}

namespace Hotline.Dispatch;

/// <summary>
/// Finds all words of a fixed list in a text in one pass. A table of first characters lets most positions go at once; words of Chinese are so short
/// that walking down from the rest is cheaper than the failure links of a full automaton.
/// </summary>
internal sealed class WordTrie
{
    private readonly int[] _roots = new int[char.MaxValue + 1];
    private readonly Dictionary<long, int> _children = []; // by node and next character
    private readonly List<int> _wordAt = [-1]; // node → index of the word that ends there, or −1; node 0 is none

    /// <param name="words">Distinct.</param>
    public WordTrie(IReadOnlyList<string> words)
    {
        for (var word = 0; word < words.Count; word++)
        {
            var text = words[word];
            ref var root = ref _roots[Lower(text[0])];
            var node = root == 0 ? root = NewNode() : root;
            foreach (var next in text.AsSpan(1))
            {
                var key = Key(node, next);
                if (!_children.TryGetValue(key, out node))
                {
                    _children.Add(key, node = NewNode());
                }
            }

            _wordAt[node] = word;
        }
    }

    /// <summary>Counts each word's occurrences, and notes where it stands first.</summary>
    /// <param name="counts">By word; added to.</param>
    /// <param name="firstAt">By word; set where the count was 0.</param>
    /// <param name="offset">Added to positions: texts after one another.</param>
    public void Count(ReadOnlySpan<char> text, Span<int> counts, Span<int> firstAt, int offset)
    {
        for (var start = 0; start < text.Length; start++)
        {
            var node = _roots[Lower(text[start])];
            for (var next = start + 1; node != 0; next++)
            {
                if (_wordAt[node] is >= 0 and var word)
                {
                    if (counts[word]++ == 0)
                    {
                        firstAt[word] = offset + start;
                    }
                }

                if (next == text.Length || !_children.TryGetValue(Key(node, text[next]), out node))
                {
                    break;
                }
            }
        }
    }

    private static long Key(int node, char next) => ((long)node << 16) | Lower(next);

    /// <summary>Han characters have no case, and to ask for it costs more than all the rest of the search.</summary>
    private static char Lower(char c) => c is >= '\u2E80' and < '\uA000' ? c : char.ToLowerInvariant(c);

    private int NewNode()
    {
        _wordAt.Add(-1);
        return _wordAt.Count - 1;
    }
}

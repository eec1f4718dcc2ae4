namespace Hotline.Knowledge.Search;

/// <summary>The articles a word stands in, by slot, ascending, each with how often it stands in which field.</summary>
internal sealed class PostingList(string term)
{
    private int[] _slots = new int[2];
    private FieldCounts[] _counts = new FieldCounts[2];

    public string Term => term;

    public int Count { get; private set; }

    public ReadOnlySpan<int> Slots => _slots.AsSpan(0, Count);

    public ReadOnlySpan<FieldCounts> Counts => _counts.AsSpan(0, Count);

    public FieldCounts? Find(int slot) => Slots.BinarySearch(slot) is >= 0 and var place ? _counts[place] : null;

    public void Add(int slot, FieldCounts counts)
    {
        if (Count == _slots.Length)
        {
            Array.Resize(ref _slots, Count * 2);
            Array.Resize(ref _counts, Count * 2);
        }

        var place = Count == 0 || _slots[Count - 1] < slot ? Count : ~Slots.BinarySearch(slot);
        Array.Copy(_slots, place, _slots, place + 1, Count - place);
        Array.Copy(_counts, place, _counts, place + 1, Count - place);
        (_slots[place], _counts[place]) = (slot, counts);
        Count++;
    }

    public void Remove(int slot)
    {
        var place = Slots.BinarySearch(slot);
        Array.Copy(_slots, place + 1, _slots, place, Count - place - 1);
        Array.Copy(_counts, place + 1, _counts, place, Count - place - 1);
        Count--;
    }
}

/// <summary>How often a word stands in each field of an article, 0–63 (127 in the texts), in 32 bits.</summary>
internal readonly record struct FieldCounts(uint Packed)
{
    public uint this[SearchField field] => (Packed >> ShiftOf(field)) & MostOf(field);

    public FieldCounts Plus(SearchField field) => this[field] < MostOf(field) ? new FieldCounts(Packed + (1u << ShiftOf(field))) : this;

    private static int ShiftOf(SearchField field) => field == SearchField.Internal ? 25 : (int)field * 6;

    private static uint MostOf(SearchField field) => field < SearchField.Text ? 63u : 127u;
}

/// <summary>The fields of an article that are searched.</summary>
public enum SearchField
{
    Title,
    Tags,
    Synonyms,
    Text,

    /// <summary>For staff who may read it; to all others a word that stands only here stands nowhere.</summary>
    Internal,
}

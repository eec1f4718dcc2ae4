using System.Collections;

namespace Hotline.Intake.Email.Mime;

/// <summary>The header fields of one entity in their order.</summary>
public sealed class HeaderList : IReadOnlyList<MimeHeader>
{
    private readonly List<MimeHeader> _headers = [];

    /// <summary>How many fields were read.</summary>
    public int Count => _headers.Count;

    /// <summary>The field at this place, counted from 0.</summary>
    public MimeHeader this[int index] => _headers[index];

    /// <summary>The first field of this name: where a field stands twice, the first one counts, as mail programs have it.</summary>
    public MimeHeader? First(string name)
    {
        foreach (var header in _headers)
        {
            if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return header;
            }
        }

        return null;
    }

    /// <returns>The decoded text of the first field of this name; null when there is none.</returns>
    public string? Text(string name) => First(name)?.Text;

    public IEnumerator<MimeHeader> GetEnumerator() => _headers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(MimeHeader header) => _headers.Add(header);
}

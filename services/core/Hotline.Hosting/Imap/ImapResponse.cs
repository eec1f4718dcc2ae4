using System.Globalization;
using System.Text;

namespace Hotline.Hosting;

/// <summary>A word, a string, NIL or a list.</summary>
/// <param name="Bytes">Of a word or string; empty for the others.</param>
internal readonly record struct ImapValue(ReadOnlyMemory<byte> Bytes, IReadOnlyList<ImapValue>? List, bool IsString)
{
    public string Word => IsString || List is not null ? "" : Encoding.Latin1.GetString(Bytes.Span);

    public uint? Number => uint.TryParse(Word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>One response of a server (RFC 3501, 7).</summary>
/// <param name="Tag">Of the command it ends; <c>*</c> for what comes in between, <c>+</c> for a wish to hear more.</param>
/// <param name="Kind">Upper case: OK, NO, BAD, BYE, PREAUTH, CAPABILITY, SEARCH, FETCH, EXISTS …</param>
/// <param name="Number">What stands before the kind, as in <c>* 12 EXISTS</c>.</param>
/// <param name="Code">Of a status, what stands in brackets: <c>UIDVALIDITY 7</c>.</param>
/// <param name="Text">Of a status, for people: printable, at most 200 letters.</param>
/// <param name="Values">Of anything else.</param>
internal sealed record ImapResponse(string Tag, string Kind, uint? Number, string Code, string Text, IReadOnlyList<ImapValue> Values)
{
    public bool IsUntagged(string kind) => Tag == "*" && Kind == kind;

    /// <summary>A field of a FETCH response; null when the server did not give it.</summary>
    public ImapValue? Field(string name)
    {
        var fields = Values is [{ List: { } list }] ? list : [];
        for (var at = 0; at + 1 < fields.Count; at += 2)
        {
            if (fields[at].Word.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return fields[at + 1];
            }
        }

        return null;
    }

    /// <summary>The number of a response code; null when the code is another.</summary>
    public uint? CodeNumber(string name) =>
        Code.StartsWith(name + " ", StringComparison.OrdinalIgnoreCase) && uint.TryParse(Code.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

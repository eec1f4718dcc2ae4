using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Hotline.Hosting;

/// <summary>
/// A piece of a page, written as an interpolated string: what stands in the code is HTML, what is put in is text and encoded, unless it is
/// a piece itself. Values of attributes stand in double quotes.
/// </summary>
public sealed class Html
{
    private readonly string _markup;

    private Html(string markup) => _markup = markup;

    public static Html Empty { get; } = new("");

    public static Html Of(HtmlWriter markup) => new(markup.ToString());

    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece._markup)));

    /// <summary>The markup, safe to send.</summary>
    public override string ToString() => _markup;
}

/// <summary>Writes the interpolated strings of <see cref="Html"/>; the compiler calls it.</summary>
[InterpolatedStringHandler]
public readonly ref struct HtmlWriter(int literalLength, int formattedCount)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly StringBuilder _markup = new(literalLength + (formattedCount * 16));

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(string? text) => _markup.Append(text is null ? "" : Encoder.Encode(text));

    public void AppendFormatted(int number) => _markup.Append(number.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(Html? piece) => _markup.Append(piece);

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (var piece in pieces)
        {
            _markup.Append(piece);
        }
    }

    public override string ToString() => _markup.ToString();
}

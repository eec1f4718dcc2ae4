using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;

namespace Hotline.Intake.Email.Mime;

/// <summary>The names by which mail calls charsets, and the code page each one stands for. Looking one up never throws.</summary>
internal static class CharsetLabels
{
    public const int Utf8 = 65001;
    public const int Gb18030 = 54936;
    public const int Big5 = 950;
    public const int Latin1 = 28591;
    public const int Ascii = 20127;
    public const int Utf7 = 65000;
    public const int Utf16Little = 1200;
    public const int Utf16Big = 1201;
    public const int Hz = 52936;
    public const int Iso2022Cn = 50227;
    private const int LongestLabel = 40;

    private static readonly FrozenDictionary<string, int> Pages = Spellings(
        (Utf8, "utf-8 utf8 unicode-1-1-utf-8 utf-8-sig cp65001"),
        (Ascii, "us-ascii ascii ansi_x3.4-1968 646 iso646-us"),
        (Latin1, "iso-8859-1 iso8859-1 iso_8859-1 latin1 l1 iso-latin-1"),
        (Utf7, "utf-7 utf7 unicode-1-1-utf-7"),
        (Utf16Big, "utf-16 utf16 utf-16be unicodefffe iso-10646-ucs-2"),
        (Utf16Little, "utf-16le unicode ucs-2"),
        // Whatever a sender calls GB, his program wrote GBK or more: GB 18030 holds all of it (see jakartaee/mail-api issue 248).
        (Gb18030, "gb2312 gb_2312-80 gb2312-80 gb_2312 csgb2312 csiso58gb231280 iso-ir-58 chinese gb2312_cn eucgb2312_cn euc-cn euccn x-euc-cn x-mac-chinesesimp 134"),
        (Gb18030, "gbk x-gbk gbk-0 csgbk cp936 ms936 936 windows-936 zh_cn.gbk gb13000 gb18030 gb18030-0 gb18030-2000 gb18030-2022 csgb18030"),
        (Hz, "hz-gb-2312 hz-gb2312 hz x-hz"),
        (Iso2022Cn, "iso-2022-cn iso-2022-cn-ext csiso2022cn"),
        (Big5, "big5 big-5 cn-big5 csbig5 x-x-big5 cp950 big5-hkscs big5hkscs 136"),
        (50220, "iso-2022-jp csiso2022jp iso-2022-jp-2"),
        (50221, "iso-2022-jp-ms cp50221"),
        (50225, "iso-2022-kr csiso2022kr"),
        (932, "shift_jis shift-jis sjis x-sjis cp932 ms932 windows-31j ms_kanji"),
        (51932, "euc-jp x-euc-jp eucjp"),
        (949, "euc-kr ks_c_5601-1987 ks_c_5601 ksc5601 cp949 uhc"));

    private static readonly ConcurrentDictionary<int, Encoding> Encodings = new();

    /// <returns>The code page; null for a name that means nothing to us.</returns>
    public static int? Find(string? label)
    {
        var name = label?.Trim(" \t\"'".ToCharArray());
        if (string.IsNullOrEmpty(name) || name.Length > LongestLabel)
        {
            return null;
        }

        if (Pages.TryGetValue(name, out var page))
        {
            return page;
        }

        // The provider answers null to a stranger, where Encoding.GetEncoding would throw: a header full of invented names costs nothing.
        return CodePagesEncodingProvider.Instance.GetEncoding(name)?.CodePage;
    }

    /// <summary>The encoding of a page that <see cref="Find"/> gave; what it cannot decode becomes U+FFFD.</summary>
    public static Encoding Get(int page) => Encodings.GetOrAdd(page, static wanted => wanted switch
    {
        Utf8 => Encoding.UTF8,
        Latin1 => Encoding.Latin1,
        // Every byte above ASCII is wrong in ASCII, which .NET spells as a question mark.
        Ascii => Encoding.GetEncoding("us-ascii", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD")),
        Utf16Little => Encoding.Unicode,
        Utf16Big => Encoding.BigEndianUnicode,
        _ => CodePagesEncodingProvider.Instance.GetEncoding(wanted, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD")) ?? Encoding.Latin1,
    });

    /// <summary>Whether a charset switches alphabets by escapes or uses two bytes for each letter, so that bytes below 0x80 need not be ASCII.</summary>
    public static bool IsStateful(int page) => page is Utf7 or Utf16Little or Utf16Big or Hz or Iso2022Cn or (>= 50220 and <= 50229);

    /// <summary>Whether a charset writes East Asian letters in two bytes or more.</summary>
    public static bool IsMultibyte(int page) => page is Gb18030 or Big5 or 932 or 949 or 51932;

    /// <summary>Whether a label says Western European, which programs write that have never heard of charsets.</summary>
    public static bool IsWestern(int page) => page is Ascii or Latin1 or 1252;

    private static FrozenDictionary<string, int> Spellings(params (int Page, string Names)[] pages) =>
        pages.SelectMany(page => page.Names.Split(' '), (page, name) => KeyValuePair.Create(name, page.Page)).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}

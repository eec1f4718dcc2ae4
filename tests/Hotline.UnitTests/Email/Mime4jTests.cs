using System.Text;
using System.Xml.Linq;
using Hotline.Intake.Email.Mime;

namespace Hotline.UnitTests.Email;

/// <summary>The messages of Apache James, each with the parse its own reader gives: same tree, same fields, same decoded bytes.</summary>
public sealed class Mime4jTests
{
    /// <summary>Where we read differently on purpose, and why.</summary>
    private static readonly Dictionary<string, string> Otherwise = new()
    {
        ["basic-plain-with-bad-header-separator"] = "a header without an empty line behind it: theirs drops the text up to the next empty line",
        ["frag"] = "a broken delimiter within base64, so that the letters end in the middle of three bytes: theirs drops those, we and Python keep what is whole",
        ["hdr-fakeout"] = "a header without an empty line behind it: theirs drops the whole text",
        ["malformedHeader-noheader"] = "no header at all: theirs drops the whole text",
        ["malformedHeaderStartsBody-nocrlfcrlf"] = "the same message as malformedHeader-nocrlfcrlf under another setting of theirs; we agree with that one",
        ["malformedHeaderStartsBody-noheader"] = "no header at all: theirs drops the first line",
        ["multi-frag"] = "a broken delimiter within base64, so that the letters end in the middle of three bytes: theirs drops those, we and Python keep what is whole",
        ["very-long-boundary"] = "a boundary ending in a space, which RFC 2046 forbids: relays strip such spaces",
        ["very-very-long-boundary"] = "a boundary ending in a space, which RFC 2046 forbids: relays strip such spaces",
        ["weird-boundary"] = "a boundary ending in a space, which RFC 2046 forbids: relays strip such spaces",
    };

    [SkippableFact]
    public void Parses_as_expected()
    {
        var files = MailData.Files("mime4j", "*.msg");
        var differing = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var expected = XDocument.Load(Path.ChangeExtension(file, null) + "_decoded.xml", LoadOptions.PreserveWhitespace);
            if (Difference(expected.Root!, MimeReader.Read(File.ReadAllBytes(file)), Path.GetDirectoryName(file)!) is { } difference)
            {
                differing[Path.GetFileNameWithoutExtension(file)] = difference;
            }
        }

        Assert.Equal(80, files.Count);
        Assert.Equal(70, files.Count - Otherwise.Count);
        var unexpected = differing.Where(one => !Otherwise.ContainsKey(one.Key)).Select(one => $"{one.Key}: {one.Value}").ToList();
        Assert.True(unexpected.Count == 0, string.Join("\n", unexpected));
        Assert.Equal(Otherwise.Keys.Order(StringComparer.Ordinal), differing.Keys);
    }

    private static string? Difference(XElement expected, MimeEntity actual, string folder)
    {
        var fields = expected.Element("header")!.Elements("field").Select(field => Plain(field.Value)).ToList();
        var own = actual.Headers.Select(header => Plain($"{header.Name}:{Encoding.Latin1.GetString(header.Raw.Span)}")).ToList();
        if (!fields.SequenceEqual(own))
        {
            return $"fields: {string.Join(" | ", own.Except(fields))} instead of {string.Join(" | ", fields.Except(own))} ({own.Count}/{fields.Count})";
        }

        if (expected.Elements().FirstOrDefault(one => one.Name.LocalName.EndsWith("-body", StringComparison.Ordinal)) is { } leaf)
        {
            var name = (string)leaf.Attribute("name")!;
            var bytes = File.ReadAllBytes(Path.Combine(folder, name));
            var isSame = leaf.Name == "text-body" ? Lines(bytes) == Lines(actual.Body.Span) : actual.Body.Span.SequenceEqual(bytes);
            return actual.Children.Count > 0 ? $"{name}: divided" : isSame ? null : $"{name}: {actual.Body.Length} bytes instead of {bytes.Length}";
        }

        var parts = expected.Element("message") is { } message ? [message] : expected.Element("multipart")!.Elements("body-part").ToList();
        return parts.Count != actual.Children.Count
            ? $"{actual.ContentType.MediaType}: {actual.Children.Count} parts instead of {parts.Count}"
            : parts.Zip(actual.Children, (part, child) => Difference(part, child, folder)).FirstOrDefault(one => one is not null);
    }

    /// <summary>White space folded and letters beyond ASCII left out: the expectations spell those in charsets of their own.</summary>
    private static string Plain(string text) => string.Join(' ', new string([.. text.Where(letter => letter < 0x80)]).Replace(":", " : ", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Lines(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes).ReplaceLineEndings("\n");
}

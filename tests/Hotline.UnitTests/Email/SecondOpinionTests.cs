using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.Intake.Email.Mime;
using Xunit.Abstractions;

namespace Hotline.UnitTests.Email;

/// <summary>Python's reader on the same real messages: where the two differ, one of them is wrong, and it is named here which.</summary>
public sealed class SecondOpinionTests(ITestOutputHelper output)
{
    private const string Script = """
        import email, glob, hashlib, json, os, sys
        root, out = sys.argv[1], []
        for f in sorted(glob.glob(root + '/**/*', recursive=True)):
            if not f.endswith(('.eml', '.msg')) and '/cpython/msg_' not in f:
                continue
            parts = []
            with open(f, 'rb') as opened:
                todo = [email.message_from_bytes(opened.read())]
            while todo:
                p = todo.pop(0)
                kind = p.get_content_type()
                if p.get_content_maintype() == 'message' and kind != 'message/rfc822':
                    parts.append(kind)
                elif p.is_multipart():
                    parts.append(kind)
                    todo = p.get_payload() + todo
                elif p.get_content_maintype() == 'multipart':
                    parts.append(kind)
                else:
                    d = (p.get_payload(decode=True) or b'').replace(b'\r\n', b'\n').replace(b'\r', b'\n').strip()
                    parts.append(kind + ' ' + hashlib.sha256(d).hexdigest())
            out.append({'f': os.path.relpath(f, root).replace(os.sep, '/'), 'p': parts})
        with open(sys.argv[2], 'w') as opened:
            json.dump(out, opened)
        """;

    /// <summary>Message and reason; everything else must agree to the byte.</summary>
    private static readonly Dictionary<string, string> Otherwise = new()
    {
        ["2002_06_12_doublebound.msg"] = DoubleDelimiter,
        ["double-bound.msg"] = DoubleDelimiter,
        ["msg_37.txt"] = DoubleDelimiter,
        ["msg_39.txt"] = DoubleDelimiter,
        ["bad-newlines-multiple-parts-base64.msg"] = EncodedMessage,
        ["base64encoded-rfc822message-nested.msg"] = EncodedMessage,
        ["base64encoded-rfc822message.msg"] = EncodedMessage,
        ["multi-2gifs-base64.msg"] = EncodedMessage,
        ["ending-boundaries.msg"] = "text behind a delimiter: the standard allows it, as does mime4j",
        ["lhost-office365-09.eml"] = BrokenHeader,
        ["malformedHeader-nocrlfcrlf.msg"] = BrokenHeader,
        ["malformedHeaderStartsBody-nocrlfcrlf.msg"] = BrokenHeader,
        ["obsolete.msg"] = BrokenHeader,
        ["msg_15.txt"] = "a multipart within another of the same boundary: we find the attachment behind it, Python does not",
        ["multi-badnames.msg"] = FoldedBoundary,
        ["multi-clen.msg"] = FoldedBoundary,
        ["multi-digest.msg"] = FoldedBoundary,
        ["multi-simple.msg"] = FoldedBoundary,
        ["multipartemptypart.msg"] = "an empty part right before the last delimiter: Python takes the epilogue for its text, mime4j agrees with us",
        ["twopart.msg"] = "white space behind the name of the encoding: Python leaves the picture in base64, mime4j agrees with us",
        ["very-long-boundary.msg"] = TrailingSpace,
        ["very-very-long-boundary.msg"] = TrailingSpace,
        ["weird-boundary.msg"] = TrailingSpace,
    };

    private const string DoubleDelimiter = "a delimiter twice in a row: an empty part for us and for mime4j, none for Python";
    private const string EncodedMessage = "an enclosed message in base64: we open it, Python does not";
    private const string BrokenHeader = "a line among the fields that is none: Python begins the body there and loses the fields behind it";
    private const string FoldedBoundary = "a boundary parameter folded within its quotes: mime4j agrees with us";
    private const string TrailingSpace = "a boundary ending in a space, which RFC 2046 forbids: relays strip such spaces";

    [SkippableFact]
    public void Python_reads_the_same_parts()
    {
        var root = MailData.Folder("");
        var file = Path.GetTempFileName();
        try
        {
            Skip.IfNot(PythonTests.Run(Script, root, file), "python3 is not there.");
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var differing = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var row in json.RootElement.EnumerateArray())
            {
                var name = row.GetProperty("f").GetString()!;
                var theirs = row.GetProperty("p").EnumerateArray().Select(part => part.GetString()!).ToList();
                var ours = MimeReader.Read(File.ReadAllBytes(Path.Combine(root, name))).Walk().Select(Line).ToList();
                if (!theirs.SequenceEqual(ours))
                {
                    differing[Path.GetFileName(name)] = $"{string.Join(", ", ours.Except(theirs))} instead of {string.Join(", ", theirs.Except(ours))} ({ours.Count}/{theirs.Count})";
                }
            }

            Assert.Equal(252, json.RootElement.GetArrayLength());
            output.WriteLine($"{json.RootElement.GetArrayLength() - differing.Count} of {json.RootElement.GetArrayLength()} agree");
            var unexpected = differing.Where(one => !Otherwise.ContainsKey(one.Key)).Select(one => $"{one.Key}: {one.Value}").ToList();
            Assert.True(unexpected.Count == 0, string.Join("\n", unexpected));
            Assert.Equal(Otherwise.Keys.Order(StringComparer.Ordinal), differing.Keys);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Line(MimeEntity entity) => entity.Children.Count > 0 || entity.ContentType.Type is "multipart" or "message" ? entity.ContentType.MediaType : $"{entity.ContentType.MediaType} {Hash(entity.Body.Span)}";

    private static string Hash(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Trim([' ', '\t', '\n', '\v', '\f']))));
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hotline.Hosting;
using Hotline.UnitTests.Core;
using Xunit.Abstractions;

namespace Hotline.UnitTests.Email.Imap;

/// <summary>What a server says, honest or hostile, taken apart.</summary>
public sealed class ImapReaderTests(ITestOutputHelper output)
{
    private const int Inputs = 200_000;
    private const int Longest = 4096;
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    private static readonly string[] Seeds =
    [
        "* OK [CAPABILITY IMAP4rev1 LITERAL+ ID IDLE AUTH=PLAIN] ready\r\nH1 OK done\r\n",
        "* 23 EXISTS\r\n* 1 RECENT\r\n* OK [UIDVALIDITY 3857529045] UIDs valid\r\n* OK [UIDNEXT 4392] next\r\n* FLAGS (\\Answered \\Seen)\r\nH4 OK [READ-WRITE] done\r\n",
        "* SEARCH 2 84 882\r\nH5 OK done\r\n",
        "* 12 FETCH (UID 7 RFC822.SIZE 44 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" FLAGS (\\Seen))\r\nH6 OK done\r\n",
        "* 12 FETCH (UID 7 BODY[] {22}\r\nSubject: x\r\n\r\n1234567\n FLAGS ())\r\nH7 OK done\r\n",
        "* 3 FETCH (BODY[HEADER.FIELDS (DATE FROM)] \"a \\\"b\\\" \\\\\" UID 3 X ((1 2) (NIL)))\r\nH8 NO [ALERT] {5}\r\n+ idling\r\n* BYE {9}\r\n",
        "* NO SELECT Unsafe Login. Please contact kefu@188.com for help\r\nH9 BAD what\r\n* 4 EXPUNGE\r\n* ID (\"name\" \"x\" \"y\" NIL)\r\n",
    ];

    private static readonly string[] Tokens =
    [
        "{0}\r\n", "{5}\r\n", "{99999999}\r\n", "{2147483647}\r\n", "{4294967296}\r\n", "{-1}\r\n", "{}\r\n", "{1+}\r\n", "(", ")", "((((((((((((((((((((((", "[", "]", "\"", "\\", "\r", "\n", "\r\n", "\0", "* ", "+ ", "H1 OK", "NIL", " 4294967296 ",
    ];

    [Fact]
    public async Task An_honest_conversation_is_understood()
    {
        var responses = await ReadAllAsync(string.Concat(Seeds));
        Assert.Equal(["OK", "OK", "EXISTS", "RECENT", "OK", "OK", "FLAGS", "OK", "SEARCH", "OK", "FETCH", "OK", "FETCH", "OK", "FETCH", "NO", "+", "BYE", "NO", "BAD", "EXPUNGE", "ID"], responses.Select(response => response.Kind));
        Assert.Equal((3857529045u, 4392u), (responses[4].CodeNumber("UIDVALIDITY"), responses[5].CodeNumber("uidnext")));
        Assert.Equal(new uint?[] { 2, 84, 882 }, responses[8].Values.Select(value => value.Number));
        Assert.Equal("17-Jul-1996 02:44:25 -0700", Encoding.ASCII.GetString(responses[10].Field("INTERNALDATE")!.Value.Bytes.Span));
        Assert.Equal("Subject: x\r\n\r\n1234567\n", Encoding.ASCII.GetString(responses[12].Field("BODY[]")!.Value.Bytes.Span));
        Assert.Equal("a \"b\" \\", Encoding.ASCII.GetString(responses[14].Field("BODY[HEADER.FIELDS (DATE FROM)]")!.Value.Bytes.Span));
        Assert.Equal("{5}", responses[15].Text);
        Assert.Equal("SELECT Unsafe Login. Please contact kefu@188.com for help", responses[18].Text);
    }

    [Theory]
    [InlineData("* 1 FETCH (BODY[] {3000000}\r\n")]
    [InlineData("* 1 FETCH (BODY[] {99999999999}\r\n")]
    [InlineData("* 1 FETCH (BODY[] {-1}\r\n")]
    [InlineData("* 1 FETCH (BODY[] {4}\r\nab")]
    [InlineData("* 1 FETCH (BODY[] \"ab\r\n")]
    [InlineData("* 1 FETCH (UID 1\r\n")]
    [InlineData("* 1 FETCH UID 1)\r\n")]
    [InlineData("* LIST ((((((((((((((((((((1))))))))))))))))))))\r\n")]
    [InlineData("* X BODY[ 1\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("* OK without an end")]
    public async Task What_is_no_response_is_refused(string said) => await Assert.ThrowsAsync<ImapException>(() => ReadAllAsync(said));

    [Fact]
    public async Task An_endless_answer_ends()
    {
        await Assert.ThrowsAsync<ImapException>(() => ReadAllAsync(new EndlessStream((byte)'a')));
        await Assert.ThrowsAsync<ImapException>(() => ReadAllAsync(new EndlessStream((byte)'(')));
        await Assert.ThrowsAsync<ImapException>(() => ReadAllAsync(string.Concat(Enumerable.Repeat("* 1 FETCH (X {1}\r\na)\r\n", 200_000))));
    }

    [Fact]
    public async Task A_literal_takes_memory_as_it_comes_not_as_it_is_announced()
    {
        await Assert.ThrowsAsync<ImapException>(() => ReadAllAsync("* 1 FETCH (BODY[] {1}\r\nx"));
        var (thread, before) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread()); // the process's would be other tests' too
        await Assert.ThrowsAsync<ImapException>(() => ReadAllAsync("* 1 FETCH (BODY[] {2000000}\r\nx"));
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    /// <summary>The seed is fixed, so a failure comes again.</summary>
    [Fact]
    public async Task No_input_throws_anything_else_or_takes_long()
    {
        var seeds = Seeds.Select(Encoding.UTF8.GetBytes).ToArray();
        var tokens = Tokens.Select(Encoding.UTF8.GetBytes).ToArray();
        var random = new Random(20261121);
        var watch = Stopwatch.StartNew();
        var (count, understood, slowest) = (0, 0, 0L);
        for (; count < Inputs && watch.Elapsed < Most; count++)
        {
            var input = ByteFuzz.Mutate(seeds[random.Next(seeds.Length)], seeds, tokens, random, Longest);
            var start = Stopwatch.GetTimestamp();
            try
            {
                foreach (var response in await ReadAllAsync(new MemoryStream(input)))
                {
                    _ = (response.Field("BODY[]"), response.CodeNumber("UIDVALIDITY"), response.Values.Select(value => value.Number).ToList());
                }

                understood++;
            }
            catch (ImapException)
            {
                // the one right way to refuse
            }
            catch (Exception failure)
            {
                Assert.Fail($"Input {count}: {failure}\n{Convert.ToBase64String(input)}");
            }

            slowest = Math.Max(slowest, Stopwatch.GetTimestamp() - start);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} inputs, {understood} understood, in {watch.Elapsed.TotalSeconds:F1} s, the slowest {slowest * 1000 / Stopwatch.Frequency} ms"));
        Assert.Equal(Inputs, count);
        Assert.InRange(understood, Inputs / 20, Inputs - 1);
        Assert.InRange(slowest * 1000 / Stopwatch.Frequency, 0, 1_000);
    }

    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("病毒文件夹", "&dcVr0mWHTvZZOQ-")]
    [InlineData("R&D 诉求/一", "R&-D &i8lsQg-/&TgA-")]
    [InlineData("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")]
    public void Folder_names_are_in_modified_utf7(string name, string wire) => Assert.Equal(wire, ImapFolderName.Encode(name));

    private static Task<List<ImapResponse>> ReadAllAsync(string said) => ReadAllAsync(new MemoryStream(Encoding.UTF8.GetBytes(said)));

    private static async Task<List<ImapResponse>> ReadAllAsync(Stream said)
    {
        var reader = new ImapReader(said);
        reader.Allow(ImapLimits.Short);
        var responses = new List<ImapResponse>();
        while (await reader.ReadAsync(CancellationToken.None) is { } response)
        {
            responses.Add(response);
        }

        return responses;
    }

    /// <summary>The same byte for ever.</summary>
    private sealed class EndlessStream(byte value) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill(value);
            return new(buffer.Length);
        }
    }
}

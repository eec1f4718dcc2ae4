using System.Diagnostics;
using System.Text;
using Hotline.Intake.Email;
using Hotline.Intake.Email.Mime;
using Hotline.UnitTests.Core;
using Xunit.Abstractions;

namespace Hotline.UnitTests.Email;

/// <summary>Broken messages by the hundred thousand (quality goal F19). The seed is fixed, so a failure comes again.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 200_000;
    private const int Longest = 4_096;
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(20);

    private static readonly byte[][] Tokens =
    [.. new[]
    {
        "--b\r\n", "--b--\r\n", "\r\n\r\n", "\r", "\n", "=?utf-8?B?", "=?gbk?Q?", "?=", "=?x?x?x?=", "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: message/rfc822\r\n",
        "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n", "filename*0*=gbk''%C4", "charset=utf-16", "charset=hz-gb-2312", "charset=utf-7", "charset=iso-2022-jp",
        "=\r\n", "=C4", "\"", "<", ">", "(", ")", ";", "*", "\0", "\u001b$B", "~{", "+T2B", "<blockquote>", "<!--", "<script>", "&#x110000;", "&#0;", "On 1 wrote:\r\n", "发件人：", "format=flowed; delsp=yes",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly string[] OwnSeeds =
    [
        "From: =?gb18030?B?xOO6ww==?= <a@b.cn>\r\nSubject: =?utf-8?Q?=E4=BD=A0?=\r\nDate: Fri, 19 Mar 2021 21:51:39 +0800\r\nReferences: <a@b> <c@d>\r\nContent-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\nxOO6ww==\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=E4=BD=A0</p>\r\n--b\r\nContent-Disposition: attachment; filename*=utf-8''%E4%BD%A0\r\n\r\nx\r\n--b--\r\n",
        "Content-Type: message/rfc822\r\n\r\nSubject: x\r\nContent-Type: text/plain; format=flowed\r\n\r\n> a \r\n> b\r\n在 2024-01-01，x 写道：\r\n> 正文\r\n-- \r\nx",
    ];

    [Fact]
    public void No_input_throws_or_takes_long()
    {
        var seeds = Seeds();
        var random = new Random(20261121);
        var watch = Stopwatch.StartNew();
        var (count, slowest) = (0, 0L);
        for (; count < Inputs && watch.Elapsed < Most; count++)
        {
            var input = ByteFuzz.Mutate(seeds[random.Next(seeds.Count)], seeds, Tokens, random, Longest);
            var start = Stopwatch.GetTimestamp();
            try
            {
                BombTests.ReadAll(MimeReader.Read(input));
            }
            catch (Exception failure)
            {
                Assert.Fail($"Input {count}: {failure}\n{Convert.ToBase64String(input)}");
            }

            slowest = Math.Max(slowest, Stopwatch.GetTimestamp() - start);
        }

        output.WriteLine($"{count} inputs in {watch.Elapsed.TotalSeconds:F1} s, the slowest {slowest * 1000 / Stopwatch.Frequency} ms");
        Assert.True(count == Inputs || watch.Elapsed >= Most);
        Assert.InRange(count, 20_000, Inputs);
        Assert.InRange(slowest * 1000 / Stopwatch.Frequency, 0, 1_000);
    }

    [Fact]
    public void Memory_grows_with_the_input_only()
    {
        var seeds = Seeds();
        var random = new Random(1);
        BombTests.ReadAll(MimeReader.Read(seeds[0]));
        for (var i = 0; i < 2_000; i++)
        {
            var input = ByteFuzz.Mutate(seeds[random.Next(seeds.Count)], seeds, Tokens, random, Longest);
            var before = GC.GetAllocatedBytesForCurrentThread();
            BombTests.ReadAll(MimeReader.Read(input));

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (100L * input.Length) + (64 * 1024));
        }
    }

    /// <summary>Whatever is attached lies within the letter, and is never longer than what came.</summary>
    [Fact]
    public void Files_lie_within_their_letter()
    {
        var seeds = Seeds();
        var random = new Random(2);
        var files = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var input = ByteFuzz.Mutate(seeds[random.Next(seeds.Count)], seeds, Tokens, random, Longest);
            foreach (var file in LetterFiles.Of(Letter.Read(input), input))
            {
                files++;
                Assert.InRange(file.Offset, 0, input.Length);
                Assert.InRange(file.Length, 0, input.Length - file.Offset);
                Assert.InRange(file.Content?.Length ?? 0, 0, file.Length);
            }
        }

        Assert.InRange(files, 1_000, int.MaxValue);
    }

    /// <summary>Every prefix of a message is a message.</summary>
    [Fact]
    public void Any_cut_is_read()
    {
        foreach (var seed in OwnSeeds.Select(Encoding.UTF8.GetBytes))
        {
            for (var length = 0; length <= seed.Length; length++)
            {
                BombTests.ReadAll(MimeReader.Read(seed.AsMemory(0, length)));
            }
        }
    }

    private static List<byte[]> Seeds()
    {
        var seeds = OwnSeeds.Select(Encoding.UTF8.GetBytes).ToList();
        var folder = Path.Combine(MailData.Root, "..", "shared", "data", "email");
        if (Directory.Exists(folder))
        {
            seeds.AddRange(Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => file.EndsWith(".msg", StringComparison.Ordinal) || file.EndsWith(".eml", StringComparison.Ordinal) || file.EndsWith(".html", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Select(bytes => bytes[..Math.Min(bytes.Length, Longest)]));
        }

        return seeds;
    }
}

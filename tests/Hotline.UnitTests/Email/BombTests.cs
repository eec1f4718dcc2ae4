using System.Text;
using Hotline.Benchmarks.Steps;
using Hotline.Intake.Email.Mime;
using Xunit.Abstractions;

namespace Hotline.UnitTests.Email;

/// <summary>Messages made to exhaust their reader: each within a second of a processor and 64 MB (quality goal F18).</summary>
public sealed class BombTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, Func<string>> Bombs = new()
    {
        ["depth"] = () => Repeat(1_000, i => $"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n") + "\r\nx",
        ["enclosed messages"] = () => Repeat(100_000, _ => "Content-Type: message/rfc822\r\n\r\n"),
        ["a million parts"] = () => "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat(1_000_000, _ => "--b\r\n\r\nx\r\n"),
        ["a million headers"] = () => Repeat(1_000_000, i => $"X-{i}: y\r\n") + "\r\nx",
        ["one header of megabytes"] = () => "Subject: " + new string('x', 8_000_000) + "\r\n\r\n",
        ["headers in many parts"] = () => "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat(900, _ => "--b\r\n" + Repeat(900, i => $"X{i}: y\r\n") + "\r\nx\r\n"),
        ["encoded words"] = () => "Subject: " + Repeat(30_000, _ => "=?utf-8?Q?=?\r\n ") + "\r\n\r\n",
        ["encoded words of many charsets"] = () => "Subject: " + Repeat(20_000, i => i % 2 == 0 ? "=?gbk?Q?=ff?=" : "=?x-y?B?/w=?= ") + "\r\n\r\n",
        ["parameters"] = () => "Content-Type: text/plain" + Repeat(40_000, i => $"; a*{i}*=%41") + "\r\n\r\n",
        ["brackets"] = () => "From: " + new string('(', 100_000) + new string('<', 100_000) + Repeat(100_000, _ => ",:") + "\r\n\r\n",
        ["lines like delimiters"] = () => Repeat(31, i => $"Content-Type: multipart/mixed; boundary=\"{new string('-', 60)}{i}\"\r\n\r\n--{new string('-', 60)}{i}\r\n") + "\r\n" + Repeat(100_000, _ => new string('-', 70) + "\r\n"),
        ["broken header lines"] = () => Repeat(1_000_000, _ => "x y\r\nA: b\r\n"),
        ["html tags"] = () => "Content-Type: text/html\r\n\r\n" + Repeat(500_000, _ => "<a \""),
        ["html quotes"] = () => "Content-Type: text/html\r\n\r\n" + Repeat(300_000, _ => "<blockquote>x<p>"),
        ["html scripts"] = () => "Content-Type: text/html\r\n\r\n" + Repeat(300_000, _ => "<script>"),
        ["html references"] = () => "Content-Type: text/html\r\n\r\n" + new string('&', 3_000_000),
        ["quote marks"] = () => "Subject: x\r\n\r\n" + Repeat(100_000, _ => "On 1 x\r\n在1\r\nFrom: x\r\n-- \r\n"),
        ["white space"] = () => "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + Repeat(50_000, _ => "=" + new string(' ', 100)),
        ["base64 padding"] = () => "Content-Transfer-Encoding: base64\r\n\r\n" + Repeat(500_000, _ => "QQ==\r\n"),
    };

    public static TheoryData<string> Names => new(Bombs.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bomb_costs_little(string name)
    {
        ReadAll(MimeReader.Read(MailData.Message("Subject: warm\n\nx")));
        ReadOnlyMemory<byte> bytes = Encoding.ASCII.GetBytes(Bombs[name]());
        GC.Collect();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var (before, began) = (GC.GetTotalMemory(forceFullCollection: true), ThreadClock.Nanoseconds);

        var message = MimeReader.Read(bytes);
        ReadAll(message);

        var took = TimeSpan.FromMicroseconds((ThreadClock.Nanoseconds - began) / 1_000);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(message);
        output.WriteLine($"{bytes.Length >> 10} KB: {took.TotalMilliseconds:F0} ms, {allocated >> 10} KB allocated, {kept >> 10} KB kept");
        Assert.True(took < TimeSpan.FromSeconds(1), $"{took}");
        Assert.InRange(kept, long.MinValue, 64L * 1024 * 1024);
    }

    [Fact]
    public void Limits_leave_their_mark()
    {
        Assert.True(Read("depth").AllDefects.HasFlag(MimeDefects.DepthLimit));
        Assert.True(Read("a million parts").AllDefects.HasFlag(MimeDefects.PartLimit));
        Assert.True(Read("a million headers").AllDefects.HasFlag(MimeDefects.HeaderLimit));
        Assert.True(MimeReader.Read(MailData.Message("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQUJD"), new MimeLimits { DecodedBytes = 1 }).Defects.HasFlag(MimeDefects.DecodedLimit));

        static MimeEntity Read(string name) => MimeReader.Read(Encoding.ASCII.GetBytes(Bombs[name]()));
    }

    [Fact]
    public void An_honest_letter_allocates_little()
    {
        var letter = MailData.Message("From: a@b.cn\nSubject: =?utf-8?B?5L2g5aW9?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: image/jpeg\n\n" + new string('x', 1_000_000) + "\n--b--");
        ReadAll(MimeReader.Read(letter));
        var before = GC.GetAllocatedBytesForCurrentThread();

        _ = MailText.Of(MimeReader.Read(letter));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    internal static void ReadAll(MimeEntity message)
    {
        foreach (var header in message.Headers)
        {
            _ = header.Text;
        }

        _ = Mailbox.ParseList(message.Headers.First("From")?.Undecoded ?? "");
        _ = MessageIds.Parse(message.Headers.Text("References"));
        _ = MailDate.Parse(message.Headers.Text("Date"));
        _ = MailKind.Of(message);
        var text = MailText.Of(message);
        _ = QuoteCutter.Cut(text.Text);
        foreach (var attachment in text.Attachments)
        {
            _ = attachment.Bytes.Length;
        }
    }

    private static string Repeat(int times, Func<int, string> make)
    {
        var text = new StringBuilder();
        for (var i = 0; i < times; i++)
        {
            text.Append(make(i));
        }

        return text.ToString();
    }
}

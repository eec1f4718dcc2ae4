using System.Text;
using Hotline.Intake.Email.Mime;

namespace Hotline.UnitTests.Email;

public sealed class TransferTests
{
    [Theory]
    [InlineData("aGVsbG8=", "hello", false)]
    [InlineData("aGVs\r\nbG8=\r\n", "hello", false)]
    [InlineData("aGVsbG8", "hello", true)]
    [InlineData("aG!Vs*bG8=", "hello", true)]
    [InlineData("aGVsbG8=\r\naGVsbG8=", "hellohello", true)]
    [InlineData("aGVsbG8=\r\n____________\r\nmailing list", "hello", true)]
    [InlineData("", "", false)]
    public void Base64(string text, string expected, bool isWrong) => Check(text, TransferEncoding.Base64, expected, isWrong ? MimeDefects.BadBase64 : MimeDefects.None);

    [Theory]
    [InlineData("a=3Db", "a=b", false)]
    [InlineData("a=\r\nb", "ab", false)]
    [InlineData("a= \t\r\nb", "ab", false)]
    [InlineData("a  \t\r\nb  ", "a\r\nb  ", false)]
    [InlineData("100=%=ZZ", "100=%=ZZ", true)]
    [InlineData("=e4=bd=a0", "你", false)]
    [InlineData("end=", "end", false)]
    public void Quoted_printable(string text, string expected, bool isWrong) => Check(text, TransferEncoding.QuotedPrintable, expected, isWrong ? MimeDefects.BadQuotedPrintable : MimeDefects.None);

    [Theory]
    [InlineData("begin 644 a.txt\n%:&5L;&\\\n`\nend\n", "hello", false)]
    [InlineData("no uuencode", "", true)]
    [InlineData("begin 644 a.txt\nM:&5", "he", true)]
    public void Uuencode(string text, string expected, bool isWrong) => Check(text, TransferEncoding.Uuencode, expected, isWrong ? MimeDefects.BadUuencode : MimeDefects.None);

    private static void Check(string text, TransferEncoding encoding, string expected, MimeDefects defect)
    {
        var bytes = TransferDecoder.Decode(Encoding.ASCII.GetBytes(text), encoding, out var defects);

        Assert.Equal(expected, Encoding.UTF8.GetString(bytes.Span));
        Assert.Equal(defect, defects);
    }
}

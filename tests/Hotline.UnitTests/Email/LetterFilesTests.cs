using System.Security.Cryptography;
using System.Text;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Email;

namespace Hotline.UnitTests.Email;

/// <summary>What is attached to a letter: named, sniffed, hashed, read out of its encoding.</summary>
public sealed class LetterFilesTests
{
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Fact]
    public void A_file_is_read_out_of_base64_and_an_inline_image_is_one()
    {
        var file = Assert.Single(Of(Part("image/png", "Content-Disposition: inline\r\nContent-ID: <i@x>\r\nContent-Transfer-Encoding: base64", Convert.ToBase64String(Png))));
        Assert.Equal(("image/png", null, Png.Length), (file.Attachment.MediaType, file.Attachment.Refused, (int)file.Attachment.Size));
        Assert.Equal(Png, file.Content!.Value.ToArray());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Png)), file.Attachment.Sha256);
    }

    [Theory]
    [InlineData("quoted-printable", "=E7=BB=8F=E8=BF=87", "经过")]
    [InlineData("base64", "57uP6L+H", "经过")]
    [InlineData("x-uuencode", "begin 644 a.txt\r\n&Y[N/Z+^'\r\nend", "经过")]
    public void An_attached_text_is_one_whatever_its_encoding(string encoding, string body, string text)
    {
        var file = Assert.Single(Of(Part("text/plain; charset=utf-8; name=\"=?utf-8?B?57uP6L+HLnR4dA==?=\"", $"Content-Transfer-Encoding: {encoding}", body)));
        Assert.Equal(("经过.txt", "text/plain", null), (file.Attachment.Name, file.Attachment.MediaType, file.Attachment.Refused));
        Assert.Equal(text, Encoding.UTF8.GetString(file.Content!.Value.Span));
    }

    [Fact]
    public void A_text_that_was_not_encoded_is_a_stretch_of_the_letter()
    {
        var (files, letter) = WithLetter(Part("text/csv", "Content-Disposition: attachment; filename=a.csv", "a,b"));
        var file = Assert.Single(files);
        Assert.Null(file.Content);
        Assert.Equal("a,b", Encoding.UTF8.GetString(letter.AsSpan(file.Offset, file.Length)));
        Assert.Null(file.Attachment.Refused);
    }

    [Fact]
    public void A_text_within_an_alternative_that_was_not_chosen_is_not_lost()
    {
        var mixed = "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/html\r\n\r\n<p>正文</p>\r\n--m\r\nContent-Type: text/plain; name=b.txt\r\n\r\n附件的字\r\n--m--";
        var letter = Encoding.UTF8.GetBytes($"From: a@b.cn\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n正文\r\n--b\r\n{mixed}\r\n--b--\r\n");
        var read = Letter.Read(letter);
        Assert.Equal("正文", read.NewText);
        Assert.Equal(("b.txt", "text/plain"), LetterFiles.Of(read, letter).Select(file => (file.Attachment.Name, file.Attachment.MediaType)).Single());
    }

    [Theory]
    [InlineData("text/html; name=a.html", "<script>alert(1)</script>")]
    [InlineData("text/plain; name=a.txt", "  <svg onload=alert(1)>")]
    [InlineData("image/jpeg; name=a.jpg", "no picture")]
    [InlineData("text/plain; name=a.txt", "\u0001\u0002")]
    [InlineData("application/zip; name=a.zip", "PK\u0003\u0004")]
    public void What_is_of_no_kind_we_take_is_refused_with_its_reason(string type, string body)
    {
        var file = Assert.Single(Of(Part(type, "X: y", body)));
        Assert.Equal(FileTypes.Unknown, file.Attachment.MediaType);
        Assert.NotNull(file.Attachment.Refused);
    }

    [Fact]
    public void Outlooks_container_is_named_refused_and_left_in_the_letter()
    {
        var file = Assert.Single(Of(Part("application/ms-tnef; name=winmail.dat", "Content-Transfer-Encoding: base64", Convert.ToBase64String([0x78, 0x9F, 0x3E, 0x22, 1, 0, 6]))));
        Assert.Equal(("winmail.dat", "application/ms-tnef"), (file.Attachment.Name, file.Attachment.MediaType));
        Assert.StartsWith("winmail.dat 是 Outlook 的专用格式", file.Attachment.Refused, StringComparison.Ordinal);
        Assert.Null(file.Content);
    }

    [Fact]
    public void Many_files_are_listed_fewer_are_taken()
    {
        var files = Of(string.Concat(Enumerable.Repeat(Part("image/png", "Content-Transfer-Encoding: base64", Convert.ToBase64String(Png)), 150)));
        Assert.Equal(100, files.Count);
        Assert.Equal(20, files.Count(file => file.Content is not null && file.Attachment.Refused is null));
        Assert.All(files.Skip(20), file => Assert.NotNull(file.Attachment.Refused));
        Assert.Equal("其余 51 个附件", files[^1].Attachment.Name);
    }

    [Fact]
    public void A_file_too_large_is_refused_and_not_kept_twice()
    {
        var file = Assert.Single(Of(Part("image/png", "Content-Transfer-Encoding: base64", Convert.ToBase64String([.. Png, .. new byte[20 * 1024 * 1024]]))));
        Assert.Equal("文件超过 20 MB。原信完整保存，可由工作人员查看。", file.Attachment.Refused);
        Assert.Null(file.Content);
    }

    private static string Part(string type, string fields, string body) => $"--b\r\nContent-Type: {type}\r\n{fields}\r\n\r\n{body}\r\n";

    private static IReadOnlyList<ReceivedFile> Of(string parts) => WithLetter(parts).Files;

    private static (IReadOnlyList<ReceivedFile> Files, byte[] Letter) WithLetter(string parts)
    {
        var letter = Encoding.UTF8.GetBytes($"From: a@b.cn\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n正文\r\n{parts}--b--\r\n");
        return (LetterFiles.Of(Letter.Read(letter), letter), letter);
    }
}

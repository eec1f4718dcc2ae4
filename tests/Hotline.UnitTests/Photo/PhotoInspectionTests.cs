using System.Text;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.PhotoReport.Media;

namespace Hotline.UnitTests.Photo;

/// <summary>Which files are taken up as photos.</summary>
public sealed class PhotoInspectionTests
{
    private const long Most = 64_000_000;
    private static readonly byte[] EndOfZip = [.. "PK\u0005\u0006"u8, .. new byte[18]];

    public static TheoryData<string, byte[]> Photos => new()
    {
        { "jpeg", PhotoFiles.Jpeg() },
        { "with another picture behind", PhotoFiles.Jpeg(behind: PhotoFiles.Jpeg()) },
        { "with a film behind", PhotoFiles.Jpeg(behind: [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[40]]) },
        { "with a maker's trailer", PhotoFiles.Jpeg(behind: "QDIOBS and SEFT"u8.ToArray()) },
        { "with zeros behind", PhotoFiles.Png(64, 48, behind: new byte[512]) },
        { "png", PhotoFiles.Png(8000, 8000) },
        { "gif", PhotoFiles.Gif(64, 48, 30) },
        { "cut off in its pixels", PhotoFiles.Jpeg()[..^6] },
    };

    [Theory]
    [MemberData(nameof(Photos))]
    public void What_phones_make_is_taken_up(string name, byte[] file) => Assert.True(RefusalOf(file) is null, $"{name}: {RefusalOf(file)}");

    public static TheoryData<string, byte[], string> Others => new()
    {
        { "nothing", [], "JPEG" },
        { "svg", Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"), "JPEG" },
        { "svg with a mark before", Encoding.UTF8.GetBytes("\uFEFF<?xml version=\"1.0\"?><svg/>"), "JPEG" },
        { "pdf", "%PDF-1.7"u8.ToArray(), "只收照片" },
        { "film", [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[40]], "只收照片" },
        { "50,000 × 50,000", PhotoFiles.Png(50_000, 50_000), "百万像素" },
        { "8,001 × 8,000", PhotoFiles.Png(8001, 8000), "百万像素" },
        { "65,535 × 65,535", PhotoFiles.Jpeg(width: 65_535, height: 65_535), "百万像素" },
        { "2³¹ × 2³¹", PhotoFiles.Png(int.MinValue, int.MinValue), "百万像素" },
        { "20,000 frames", PhotoFiles.Gif(640, 480, 20_000), "百万像素" },
        { "heif of 60,000 × 60,000", PhotoFiles.Heif(60_000, 60_000, []), "百万像素" },
        { "tiff of 60,000 × 60,000", PhotoFiles.Block([new(0x100, PhotoFiles.Long, 60_000), new(0x101, PhotoFiles.Long, 60_000)], [], []), "百万像素" },
        { "no size", [0xFF, 0xD8, 0xFF, 0xD9], "损坏" },
        { "only its first bytes", [0x89, .. "PNG\r\n\u001a\n"u8], "损坏" },
        { "zip behind", PhotoFiles.Jpeg(behind: [.. "PK\u0003\u0004"u8, .. new byte[100], .. EndOfZip]), "夹带" },
        { "zip with a comment behind", PhotoFiles.Jpeg(behind: [.. EndOfZip[..^2], 5, 0, .. "tail!"u8]), "夹带" },
        { "zip in a comment", PhotoFiles.Jpeg(comment: [.. EndOfZip]), "夹带" },
        { "script in a comment", PhotoFiles.Jpeg(comment: "<ScRiPt src=x>"u8.ToArray()), "夹带" },
        { "php in a comment", PhotoFiles.Jpeg(comment: "<?php system($_GET[0]);"u8.ToArray()), "夹带" },
        { "page in EXIF", PhotoFiles.Jpeg(PhotoFiles.Block([PhotoFiles.Words(0x10E, "<html><body onload=x>")], [], [])), "夹带" },
        { "svg behind", PhotoFiles.Jpeg(behind: "<svg xmlns='x'>"u8.ToArray()), "夹带" },
        { "pdf near the begin", PhotoFiles.Jpeg(comment: "%PDF-1.4"u8.ToArray()), "夹带" },
        { "pdf behind", PhotoFiles.Jpeg(comment: new byte[5000], behind: "\r\n%PDF-1.4"u8.ToArray()), "夹带" },
        { "program behind", PhotoFiles.Jpeg(behind: "MZ\u0090"u8.ToArray()), "夹带" },
        { "rar behind", PhotoFiles.Jpeg(behind: "Rar!\u001a\u0007\u0001\0"u8.ToArray()), "夹带" },
        { "anything behind a png", PhotoFiles.Png(64, 48, behind: "=1;alert(1)//"u8.ToArray()), "夹带" },
        { "anything behind a gif", PhotoFiles.Gif(64, 48, 1, behind: "*/=1;alert(1)//"u8.ToArray()), "夹带" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void What_is_no_photo_or_more_than_one_is_refused_with_what_to_do(string name, byte[] file, string says)
    {
        var refusal = RefusalOf(file);
        Assert.True(refusal?.Contains(says, StringComparison.Ordinal) is true && refusal.Contains('请', StringComparison.Ordinal), $"{name}: {refusal}");
    }

    [Fact]
    public void What_was_refused_before_stays_so()
    {
        var file = new ReceivedFile(new Attachment("a.jpg", "image/jpeg", 1, "", "文件超过 10 MB。"), 0, 1);
        var inspected = PhotoInspection.Inspect(file, PhotoFiles.Jpeg(), Most);
        Assert.Equal((file, null), (inspected.File, inspected.Facts));
    }

    [SkippableFact]
    public void Files_of_real_cameras_are_taken_up()
    {
        var folder = SharedData.Find("photos");
        Skip.If(folder is null, SharedData.Missing("photos"));
        var refused = Directory.GetFiles(folder!, "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".jpg" or ".tiff" && !file.Contains("invalid", StringComparison.Ordinal))
            .Select(file => (file, Refusal: RefusalOf(File.ReadAllBytes(file)))).Where(file => file.Refusal is not null).ToList();
        Assert.True(refused.Count == 0, string.Join("\n", refused));
    }

    private static string? RefusalOf(byte[] file)
    {
        var (mediaType, refused) = FileTypes.Sniff(file);
        return PhotoInspection.Inspect(new ReceivedFile(new Attachment("a", mediaType, file.Length, "", refused), 0, file.Length), file, Most).File.Attachment.Refused;
    }
}

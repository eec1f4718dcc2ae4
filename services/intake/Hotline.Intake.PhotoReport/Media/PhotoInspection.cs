using System.Buffers.Binary;
using System.Text;
using Hotline.Contracts;

namespace Hotline.Intake.PhotoReport.Media;

/// <summary>A file of a report after a look at it.</summary>
/// <param name="File">With the reason when it was refused.</param>
/// <param name="Facts">Null when it was refused.</param>
public sealed record InspectedPhoto(ReceivedFile File, PhotoFacts? Facts);

/// <summary>
/// Decides which files are photos we take up. A file that is refused stays in the original, and the report stands without it. Phones do
/// put things behind a JPEG (a second picture, a short film), so what is refused there is only what other programs would run or open.
/// </summary>
public static class PhotoInspection
{
    private const int PdfHead = 1024; // readers of PDF look for its mark this far into a file
    private const int ZipTail = 22 + ushort.MaxValue; // a ZIP's directory ends so far before the end at most
    private const string Other = "文件中夹带了图片以外的内容（程序、网页、压缩包或文档），未采用。请重新拍照，或截图后上传。";

    /// <summary>Active content as it begins, in lower case; long enough that pixels do not spell it by chance.</summary>
    private static readonly byte[][] Active = [.. new[] { "<script", "<?php ", "<?php\n", "<?php\r", "<!doctype", "<html>", "<html ", "<iframe", "<body>", "<body ", "<svg xmlns" }.Select(Encoding.ASCII.GetBytes)];
    private static readonly byte[][] Archives = ["Rar!\u001a\u0007"u8.ToArray(), [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]];

    /// <param name="content">The file's bytes.</param>
    /// <param name="mostPixels">The largest photo we would decode.</param>
    public static InspectedPhoto Inspect(ReceivedFile file, ReadOnlySpan<byte> content, long mostPixels)
    {
        var attachment = file.Attachment;
        var layout = ImageLayout.Read(content, attachment.MediaType);
        var refused = attachment.Refused ?? Refuse(content, attachment.MediaType, layout, mostPixels);
        return refused is null
            ? new(file, PhotoFacts.Read(content, layout))
            : new(file with { Attachment = attachment with { Refused = refused } }, null);
    }

    /// <returns>Why the file is not taken up, in zh-CN with what to do; null when it is.</returns>
    private static string? Refuse(ReadOnlySpan<byte> content, string mediaType, ImageLayout layout, long mostPixels) =>
        !mediaType.StartsWith("image/", StringComparison.Ordinal) ? "随手拍只收照片（JPEG、PNG、WebP、HEIC、AVIF、GIF、TIFF）。其他材料请在提交后通过手机应用补充。"
        : layout.Pixels == 0 ? "照片已损坏，读不出尺寸。请重新拍照或另存为 JPEG 后补充。"
        : layout.Pixels > mostPixels ? $"照片超过 {mostPixels / 1_000_000} 百万像素。请缩小后补充。"
        : IsAlsoAnother(content, mediaType, layout) ? Other
        : null;

    private static bool IsAlsoAnother(ReadOnlySpan<byte> content, string mediaType, ImageLayout layout)
    {
        var behind = layout.End is { } end ? content[end..] : [];
        return content[..Math.Min(PdfHead, content.Length)].IndexOf("%PDF-"u8) >= 0
            || behind.IndexOf("%PDF-"u8) >= 0
            || behind.StartsWith("MZ"u8) || behind.StartsWith("\u007fELF"u8) || behind.StartsWith("#!"u8)
            || (mediaType != "image/jpeg" && behind.ContainsAnyExcept((byte)0)) // no camera writes behind the other kinds
            || EndsAsZip(content)
            || HoldsArchive(content)
            || HoldsActive(content);
    }

    private static bool HoldsArchive(ReadOnlySpan<byte> content)
    {
        foreach (var mark in Archives)
        {
            if (content.IndexOf(mark) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HoldsActive(ReadOnlySpan<byte> content)
    {
        while (content.IndexOf((byte)'<') is var at and >= 0)
        {
            content = content[at..];
            foreach (var mark in Active)
            {
                if (content.Length >= mark.Length && Ascii.EqualsIgnoreCase(content[..mark.Length], mark))
                {
                    return true;
                }
            }

            content = content[1..];
        }

        return false;
    }

    /// <summary>A ZIP is found from its end, whatever stands before it: its last record says how long the comment to the file's end is.</summary>
    private static bool EndsAsZip(ReadOnlySpan<byte> content)
    {
        var tail = content[^Math.Min(ZipTail, content.Length)..];
        while (tail.IndexOf("PK\u0005\u0006"u8) is var at and >= 0 && tail.Length - at >= 22)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) <= tail.Length - at - 22)
            {
                return true;
            }

            tail = tail[(at + 4)..];
        }

        return false;
    }
}

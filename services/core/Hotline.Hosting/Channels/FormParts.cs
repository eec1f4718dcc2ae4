using System.Buffers;
using System.Security.Cryptography;
using Hotline.Contracts;
using Hotline.Intake;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Hotline.Hosting;

/// <summary>A part of a multipart form: a stretch of the request's body.</summary>
/// <param name="FileName">As the sender called it; null for a field.</param>
internal sealed record FormPart(string Name, string? FileName, ReadOnlyMemory<byte> Content, int Offset)
{
    private const int MostFiles = 9;
    private const int LargestFile = 10 * 1024 * 1024;
    private const int LongestName = 100;

    /// <param name="earlier">How many files of the form came before.</param>
    public ReceivedFile AsFile(int earlier)
    {
        var name = Path.GetFileName(TextCleaner.Clean(FileName).Replace('\\', '/'));
        var (mediaType, refused) = FileTypes.Sniff(Content.Span);
        refused ??= Content.Length > LargestFile ? $"文件超过 {LargestFile / 1024 / 1024} MB。" : earlier >= MostFiles ? $"一次最多 {MostFiles} 个文件，其余请另行补充。" : null;
        var attachment = new Attachment(TextCleaner.Head(name, LongestName), mediaType, Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content.Span)), refused);
        return new ReceivedFile(attachment, Offset, Content.Length);
    }
}

/// <summary>Takes a multipart form apart (RFC 7578), in memory: the framework's own reader would write large files to disk in clear.</summary>
internal static class FormParts
{
    /// <returns>Null, and why in zh-CN, when the body is no such form.</returns>
    public static async ValueTask<(IReadOnlyList<FormPart>? Parts, string? Problem)> ReadAsync(string boundary, int most, RequestBytes body, CancellationToken cancellation)
    {
        var parts = new List<FormPart>();
        try
        {
            using var stream = body.AsStream();
            var reader = new MultipartReader(boundary, stream) { HeadersCountLimit = 8, HeadersLengthLimit = 4096 };
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (parts.Count == most)
                {
                    return (null, $"表单的部分超过 {most} 个。");
                }

                var offset = (int)section.BaseStreamOffset!.Value;
                var length = await LengthAsync(section.Body, cancellation);
                if (section.GetContentDispositionHeader() is not { } disposition)
                {
                    return (null, "表单的某一部分缺少 Content-Disposition。");
                }

                // Asked for a name that stands there without a value, the reader of headers throws.
                var hasStar = disposition.Parameters.FirstOrDefault(static parameter => parameter.Name.Equals("filename*", StringComparison.OrdinalIgnoreCase)) is { Value.HasValue: true };
                var fileName = hasStar && disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
                parts.Add(new FormPart(
                    HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "",
                    fileName.HasValue ? HeaderUtilities.RemoveQuotes(fileName).Value : null,
                    body.Content.Slice(offset, length),
                    offset));
            }
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or FormatException)
        {
            return (null, "multipart/form-data 的结构不完整。");
        }

        return (parts, null);
    }

    private static async ValueTask<int> LengthAsync(Stream body, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var length = 0;
            while (await body.ReadAsync(buffer, cancellation) is var read and > 0)
            {
                length += read;
            }

            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}

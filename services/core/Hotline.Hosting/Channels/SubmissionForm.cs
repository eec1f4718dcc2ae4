using System.Security.Cryptography;
using Hotline.Contracts;
using Hotline.Intake;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Hotline.Hosting;

/// <summary>A submission as read: its JSON part and its files, all stretches of the original.</summary>
public sealed record SubmissionForm(ReadOnlyMemory<byte> Json, IReadOnlyList<ReceivedFile> Files)
{
    private const string JsonType = "application/json";
    private const string JsonPart = "appeal";
    private const int MostParts = 32;
    private const int MostFiles = 9;
    private const int LargestFile = 10 * 1024 * 1024;
    private const int LongestName = 100;

    /// <returns>Null, and why in zh-CN, when the body is not of a form we know.</returns>
    public static async ValueTask<(SubmissionForm? Form, string? Problem)> ReadAsync(string contentType, RequestBytes body, CancellationToken cancellation)
    {
        if (contentType == JsonType)
        {
            return (new SubmissionForm(body.Content, []), null);
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            return (null, "缺少 Content-Type，应为 application/json 或 multipart/form-data。");
        }

        if (type.MediaType.Equals(JsonType, StringComparison.OrdinalIgnoreCase))
        {
            return (new SubmissionForm(body.Content, []), null);
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        return !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) ? (null, "Content-Type 应为 application/json 或 multipart/form-data。")
            : string.IsNullOrEmpty(boundary) || boundary.Length > 70 ? (null, "multipart/form-data 缺少 boundary，或超过 70 个字符。")
            : await ReadPartsAsync(boundary, body, cancellation);
    }

    private static async ValueTask<(SubmissionForm? Form, string? Problem)> ReadPartsAsync(string boundary, RequestBytes body, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte>? json = null;
        var files = new List<ReceivedFile>();
        var parts = 0;
        try
        {
            using var stream = body.AsStream();
            var reader = new MultipartReader(boundary, stream) { HeadersCountLimit = 8, HeadersLengthLimit = 4096 };
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (++parts > MostParts)
                {
                    return (null, $"表单的部分超过 {MostParts} 个。");
                }

                var offset = (int)section.BaseStreamOffset!.Value;
                var length = await LengthAsync(section.Body, cancellation);
                var content = body.Content.Slice(offset, length);
                if (section.GetContentDispositionHeader() is not { } disposition)
                {
                    return (null, "表单的某一部分缺少 Content-Disposition。");
                }

                if (disposition.Name.Equals(JsonPart, StringComparison.Ordinal) && json is null)
                {
                    json = content;
                }
                else
                {
                    files.Add(new ReceivedFile(Describe(disposition, content, files.Count), offset, length));
                }
            }
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or FormatException)
        {
            return (null, "multipart/form-data 的结构不完整。");
        }

        return json is { } found ? (new SubmissionForm(found, files), null) : (null, $"表单缺少名为 {JsonPart} 的 JSON 部分。");
    }

    private static async ValueTask<int> LengthAsync(Stream body, CancellationToken cancellation)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
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
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static Attachment Describe(ContentDispositionHeaderValue disposition, ReadOnlyMemory<byte> content, int earlier)
    {
        var name = TextCleaner.Clean(HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value);
        name = Path.GetFileName(name.Replace('\\', '/'));
        var (mediaType, refused) = FileTypes.Sniff(content.Span);
        refused ??= content.Length > LargestFile ? $"文件超过 {LargestFile / 1024 / 1024} MB。" : earlier >= MostFiles ? $"一次最多 {MostFiles} 个文件，其余可在提交后补充。" : null;
        return new Attachment(TextCleaner.Head(name, LongestName), mediaType, content.Length, Convert.ToHexStringLower(SHA256.HashData(content.Span)), refused);
    }
}

using System.Text;
using Hotline.Contracts;
using Hotline.Intake;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Hotline.Hosting;

/// <summary>A file of a form.</summary>
/// <param name="File">What it is by its own bytes, and why it is not taken up if it is not.</param>
public sealed record UploadedFile(Attachment File, ReadOnlyMemory<byte> Content);

/// <summary>A form as a browser sends it: fields by name and files, the files stretches of the original. Of a field sent twice the first counts.</summary>
public sealed record FieldForm(IReadOnlyDictionary<string, string> Fields, IReadOnlyList<ReceivedFile> Files)
{
    private const int MostFields = 64;
    private const int LongestBoundary = 70;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A field's value; empty when it was not sent.</summary>
    public string this[string name] => Fields.TryGetValue(name, out var value) ? value : "";

    /// <summary>The files with their bytes, for services that know nothing of intake.</summary>
    /// <param name="body">What the form was read from; the bytes are its, and end with it.</param>
    public IReadOnlyList<UploadedFile> UploadsIn(RequestBytes body) => [.. Files.Select(file => new UploadedFile(file.Attachment, body.Content.Slice(file.Offset, file.Length)))];

    /// <returns>Null, and why in zh-CN, when the body is not of a form we know.</returns>
    public static async ValueTask<(FieldForm? Form, string? Problem)> ReadAsync(string contentType, RequestBytes body, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            return (null, "缺少 Content-Type，应为网页表单。");
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        try
        {
            return type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ? await ReadFieldsAsync(body, cancellation)
                : !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) ? (null, "Content-Type 应为 multipart/form-data 或 application/x-www-form-urlencoded。")
                : string.IsNullOrEmpty(boundary) || boundary.Length > LongestBoundary ? (null, $"multipart/form-data 缺少 boundary，或超过 {LongestBoundary} 个字符。")
                : await ReadPartsAsync(boundary, body, cancellation);
        }
        catch (DecoderFallbackException)
        {
            return (null, "表单中的文字不是有效的 UTF-8。");
        }
    }

    private static async ValueTask<(FieldForm? Form, string? Problem)> ReadFieldsAsync(RequestBytes body, CancellationToken cancellation)
    {
        if (!IsUtf8(body.Content.Span))
        {
            return (null, "表单中的文字不是有效的 UTF-8。");
        }

        try
        {
            using var stream = body.AsStream();
            using var reader = new FormReader(stream, Encoding.UTF8) { ValueCountLimit = MostFields, KeyLengthLimit = 100, ValueLengthLimit = Math.Max(1, body.Content.Length) };
            var fields = await reader.ReadFormAsync(cancellation);
            return (new FieldForm(fields.ToDictionary(field => field.Key, field => field.Value[0] ?? ""), []), null);
        }
        catch (InvalidDataException)
        {
            return (null, $"表单的字段超过 {MostFields} 个，或名称过长。");
        }
    }

    private static async ValueTask<(FieldForm? Form, string? Problem)> ReadPartsAsync(string boundary, RequestBytes body, CancellationToken cancellation)
    {
        var (parts, problem) = await FormParts.ReadAsync(boundary, MostFields, body, cancellation);
        if (parts is null)
        {
            return (null, problem);
        }

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var files = new List<ReceivedFile>();
        foreach (var part in parts)
        {
            if (part.FileName is null)
            {
                fields.TryAdd(part.Name, Strict.GetString(part.Content.Span));
            }
            else if (part.FileName.Length > 0 || part.Content.Length > 0) // a browser sends an empty one where nothing was chosen
            {
                files.Add(part.AsFile(files.Count));
            }
        }

        return (new FieldForm(fields, files), null);
    }

    /// <summary>What stands behind the percent signs included: the framework would put a replacement character for what is none.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> urlEncoded)
    {
        var plain = new byte[urlEncoded.Length];
        var length = 0;
        for (var i = 0; i < urlEncoded.Length; i++)
        {
            if (urlEncoded[i] == (byte)'%' && i + 2 < urlEncoded.Length && char.IsAsciiHexDigit((char)urlEncoded[i + 1]) && char.IsAsciiHexDigit((char)urlEncoded[i + 2]))
            {
                plain[length++] = (byte)((Uri.FromHex((char)urlEncoded[i + 1]) << 4) | Uri.FromHex((char)urlEncoded[i + 2]));
                i += 2;
            }
            else
            {
                plain[length++] = urlEncoded[i];
            }
        }

        return System.Text.Unicode.Utf8.IsValid(plain.AsSpan(0, length));
    }
}

using Hotline.Intake;
using Microsoft.Net.Http.Headers;

namespace Hotline.Hosting;

/// <summary>A submission as read: its JSON part and its files, all stretches of the original.</summary>
public sealed record SubmissionForm(ReadOnlyMemory<byte> Json, IReadOnlyList<ReceivedFile> Files)
{
    private const string JsonType = "application/json";
    private const string JsonPart = "appeal";
    private const int MostParts = 32;

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
        var (parts, problem) = await FormParts.ReadAsync(boundary, MostParts, body, cancellation);
        if (parts is null)
        {
            return (null, problem);
        }

        var json = parts.FirstOrDefault(part => part.Name == JsonPart);
        var files = new List<ReceivedFile>();
        foreach (var part in parts.Where(part => part != json))
        {
            files.Add(part.AsFile(files.Count));
        }

        return json is null ? (null, $"表单缺少名为 {JsonPart} 的 JSON 部分。") : (new SubmissionForm(json.Content, files), null);
    }
}

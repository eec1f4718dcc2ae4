using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hotline.Hosting;

/// <summary>Reads the JSON of a submission and says what is wrong with it in words its sender can act on.</summary>
public static class SubmissionJson
{
    /// <param name="error">What is wrong, with the field; null when there is a value.</param>
    /// <returns>Null when the bytes are not JSON of the type's shape.</returns>
    public static T? Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, out FieldError? error)
        where T : class
    {
        error = null;
        try
        {
            if (JsonSerializer.Deserialize(json, type) is { } value)
            {
                return value;
            }

            error = new FieldError("body", "内容是 null，应为 JSON 对象。");
        }
        catch (JsonException unreadable)
        {
            // Within an exception of the reader's own the text is no JSON, wherever the reader stood.
            var field = unreadable is { Path: { Length: > 2 } path, InnerException: not JsonException } ? path[2..] : "body";
            error = new FieldError(field, field == "body" ? $"不是有效的 JSON（第 {unreadable.LineNumber + 1} 行）。" : "没有这个字段，或值的类型不对。");
        }
        catch (InvalidOperationException)
        {
            error = new FieldError("body", "文字不是有效的 Unicode（半个代理对）。");
        }

        return null;
    }
}

using System.Text;
using System.Text.Json;
using Hotline.Hosting;

namespace Hotline.Knowledge.Exchange;

/// <summary>Articles as a JSON array, each read by itself so that each has its own errors.</summary>
internal static class ArticleJson
{
    /// <exception cref="InvalidDataException">It is no JSON array.</exception>
    public static IEnumerable<ReadRow> Read(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException($"不是有效的 JSON（第 {unreadable.LineNumber + 1} 行）。", unreadable);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw new InvalidDataException("应为 JSON 数组，每个元素一个条目。");
            }

            var number = 0;
            foreach (var element in document.RootElement.EnumerateArray())
            {
                var row = SubmissionJson.Parse(Encoding.UTF8.GetBytes(element.GetRawText()), KnowledgeJson.Default.ArticleRow, out var error);
                yield return new ReadRow(++number, row, error is { } wrong ? [wrong] : []);
            }
        }
    }
}

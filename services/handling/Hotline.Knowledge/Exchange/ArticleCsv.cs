using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;
using Hotline.Hosting;

namespace Hotline.Knowledge.Exchange;

/// <summary>Articles as CSV (RFC 4180) with a header line, for spreadsheets. What is written is read back the same.</summary>
internal static partial class ArticleCsv
{
    private const char Separator = ';';
    private const string DateFormat = "yyyy-MM-dd";
    private static readonly string[] Columns = ["id", "title", "publicText", "internalText", "unit", "basis", "tags", "synonyms", "regions", "validFrom", "validTo"];
    private static readonly CsvConfiguration Strict = new(CultureInfo.InvariantCulture)
    {
        NewLine = "\r\n",
        ShouldQuote = static args => args.Field.AsSpan().IndexOfAny("\",\r\n") >= 0, // left to itself it does not quote for a lone line feed
    };

    /// <summary>UTF-8, or what spreadsheets here write, GB18030; null when it is neither.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        foreach (var encoding in new[] { Strictly(Encoding.UTF8.CodePage), Strictly(54936) })
        {
            try
            {
                return encoding.GetString(bytes).TrimStart('\uFEFF');
            }
            catch (DecoderFallbackException)
            {
                continue; // the next one, or neither
            }
        }

        return null;
    }

    /// <exception cref="InvalidDataException">The file as a whole cannot be read: no header, a column missing or unknown, an open quote.</exception>
    public static IEnumerable<ReadRow> Read(string text)
    {
        string? broken = null;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { DetectDelimiter = false, IgnoreBlankLines = true, BadDataFound = args => broken = args.Context.Parser?.RawRow.ToString(CultureInfo.InvariantCulture) };
        using var parser = new CsvParser(new StringReader(text), configuration);
        if (!parser.Read())
        {
            throw new InvalidDataException("文件是空的：第一行应为列名。");
        }

        var header = parser.Record!.Select(name => name.Trim()).ToList();
        if (header.Except(Columns).FirstOrDefault() is { } unknown)
        {
            throw new InvalidDataException($"没有“{unknown}”这一列。可用的列：{string.Join("、", Columns)}。");
        }

        if (header.Distinct().Count() < header.Count || !header.Contains("id"))
        {
            throw new InvalidDataException("每列只能出现一次，且必须有 id 列。");
        }

        for (var number = 1; parser.Read(); number++)
        {
            var fields = parser.Record!;
            yield return broken is not null ? Unreadable(number, $"引号不成对（文件第{broken}行附近）。")
                : fields.Length != header.Count ? Unreadable(number, $"应有{header.Count}列，实有{fields.Length}列。")
                : RowOf(number, header.Zip(fields).ToDictionary(field => field.First, field => Unguard(field.Second)));
            broken = null;
        }
    }

    /// <summary>The header line, with the mark by which spreadsheets know UTF-8.</summary>
    public static string Header => "\uFEFF" + string.Join(',', Columns) + "\r\n";

    public static string Write(IEnumerable<ArticleRow> rows)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = new CsvWriter(text, Strict))
        {
            foreach (var row in rows)
            {
                string?[] fields =
                [
                    row.Id, row.Title, row.PublicText, row.InternalText, row.Unit, row.Basis, Join(row.Tags), Join(row.Synonyms), Join(row.Regions),
                    row.ValidFrom?.ToString(DateFormat, CultureInfo.InvariantCulture), row.ValidTo?.ToString(DateFormat, CultureInfo.InvariantCulture),
                ];
                foreach (var field in fields)
                {
                    writer.WriteField(Guard(field ?? ""));
                }

                writer.NextRecord();
            }
        }

        return text.ToString();
    }

    private static ReadRow RowOf(int number, Dictionary<string, string> fields)
    {
        var errors = new List<FieldError>();
        var row = new ArticleRow(
            Text("id"), Text("title"), Text("publicText"), Text("internalText"), Text("unit"), Text("basis"), Words("tags"), Words("synonyms"), Words("regions"), Date("validFrom"), Date("validTo"));
        return new ReadRow(number, row, errors);

        string? Text(string column) => fields.GetValueOrDefault(column) is { Length: > 0 } text ? text : null;

        IReadOnlyList<string?>? Words(string column) => Text(column)?.Split(Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        DateOnly? Date(string column)
        {
            if (Text(column) is not { } text)
            {
                return null;
            }

            if (DateOnly.TryParseExact(text.Trim(), [DateFormat, "yyyy/M/d"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }

            errors.Add(new FieldError(column, "请填写日期，例如 2026-01-31。"));
            return null;
        }
    }

    private static ReadRow Unreadable(int number, string why) => new(number, null, [new FieldError("", why)]);

    private static string Join(IReadOnlyList<string?>? words) => string.Join(Separator, words ?? []);

    /// <summary>A spreadsheet would run a field that begins so as a formula; the mark in front is taken off again on reading.</summary>
    private static string Guard(string field) => Formula().IsMatch(field) ? $"'{field}" : field;

    private static string Unguard(string field) => field.StartsWith('\'') && Formula().IsMatch(field) ? field[1..] : field;

    private static Encoding Strictly(int codePage) => codePage == Encoding.UTF8.CodePage
        ? new UTF8Encoding(false, throwOnInvalidBytes: true)
        : CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    [GeneratedRegex(@"^'*[=+\-@\t\r]")]
    private static partial Regex Formula();
}

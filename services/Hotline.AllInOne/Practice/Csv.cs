using System.Text;

namespace Hotline.AllInOne.Practice;

/// <summary>Reads RFC 4180 CSV with a header line. CsvHelper would replace it.</summary>
public static class Csv
{
    /// <summary>The rows by column name; a row shorter than the header lacks its last columns.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> ReadRows(string text)
    {
        List<string>? header = null;
        foreach (var record in ReadRecords(text.TrimStart('\uFEFF')))
        {
            if (header is null)
            {
                header = record;
                continue;
            }

            yield return header.Zip(record).DistinctBy(field => field.First).ToDictionary(field => field.First, field => field.Second);
        }
    }

    private static IEnumerable<List<string>> ReadRecords(string text)
    {
        var record = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                record.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    yield return record;
                    record = [];
                }
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        if (field.Length > 0 || record.Count > 0)
        {
            record.Add(field.ToString());
            yield return record;
        }
    }
}

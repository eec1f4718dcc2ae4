using System.Text;
using Hotline.Dispatch;

namespace Hotline.UnitTests.Dispatching;

/// <summary>Real appeals of other cities, read where they lie; nothing of them is in this repository.</summary>
public sealed class PublicAppealsTests
{
    private const string Path = "../shared/data/appeals/labelled_7class_raw.csv";

    [SkippableFact]
    public void Real_appeals_run_through_and_most_find_a_category()
    {
        var file = Find();
        Skip.If(file is null, $"{Path}, counted from the repository's root, is not there: it is data of others that may not be copied.");
        var rules = new DispatchRules(Staff.Office);

        var proposals = Rows(File.ReadAllText(file!, Encoding.UTF8)).Skip(1).Where(row => row.Count > 4).Select(row => rules.Propose(Appeals.Of(row[2], row[4]))).ToList();

        Assert.InRange(proposals.Count, 700, 1100);
        Assert.All(proposals, p => Assert.True(p.Confidence is >= 0 and <= 1 && p.Reasons.Count >= 4));
        Assert.InRange(proposals.Count(p => p.Category != "other"), proposals.Count * 9 / 10, proposals.Count);
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Hotline.Microservices.sln")))
            {
                var path = System.IO.Path.GetFullPath(Path, folder.FullName);
                return File.Exists(path) ? path : null;
            }
        }

        return null;
    }

    /// <summary>RFC 4180.</summary>
    private static IEnumerable<List<string>> Rows(string csv)
    {
        var (row, field, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < csv.Length; i++)
        {
            var c = csv[i];
            if (quoted && c == '"' && i + 1 < csv.Length && csv[i + 1] == '"')
            {
                field.Append(csv[i++]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (quoted || c is not (',' or '\n' or '\r'))
            {
                field.Append(c);
            }
            else if (c is ',' or '\n')
            {
                row.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    yield return row;
                    row = [];
                }
            }
        }
    }
}

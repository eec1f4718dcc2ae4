using System.Diagnostics;
using System.Globalization;
using Hotline.Benchmarks.Steps;
using Hotline.Knowledge.Search;

namespace Hotline.Benchmarks.Knowledge;

/// <summary>
/// <c>knowledge</c>: how often search finds the right official reply to a real question among the first three, and what a search costs
/// at 20,000 articles. One thread, in memory.
/// </summary>
internal static class KnowledgeCommand
{
    private const int Articles = 20_000;
    private static readonly DateOnly Day = new(2026, 1, 1);

    public static async Task<int> RunAsync(TextWriter output)
    {
        await Report.PrintMachineAsync(output);
        var all = QuestionSet.Load();
        var set = all.WithContent();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"\n{all.Questions.Count} questions with their replies; {set.Questions.Count} of them with a reply that says something.\n\n| Questions | Asked with | right reply first | in the first three | in the first ten |\n|---|---|---|---|---|"));
        await FindAsync(output, "all", all);
        await FindAsync(output, "reply says something", set);
        await TimeAsync(output, set);
        return 0;
    }

    private static async Task FindAsync(TextWriter output, string name, QuestionSet set)
    {
        var index = IndexOf(set.Replies.Select((reply, at) => new SearchEntry($"{at:00000}", Text(reply), [])));
        (string Name, Func<Question, SearchQuery> Query)[] ways =
        [
            ("the title", static question => new SearchQuery([new QueryPart(question.Title)], Day)),
            ("title and text, as for a proposal", static question => Proposal(question)),
        ];
        foreach (var (way, query) in ways)
        {
            var places = set.Questions.Select(question => index.Search(query(question) with { Limit = 10 }).Select(hit => hit.Code).ToList().IndexOf($"{question.Reply:00000}")).ToList();
            await output.WriteLineAsync($"| {name} ({set.Questions.Count}, {set.Replies.Count} replies) | {way} | {Share(0)} | {Share(2)} | {Share(9)} |");

            string Share(int last) => (100.0 * places.Count(place => place >= 0 && place <= last) / places.Count).ToString("0.0' %'", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Real questions are the titles and real replies the texts, each several times with its paragraphs in another order and neighbors' mixed in.</summary>
    private static async Task TimeAsync(TextWriter output, QuestionSet set)
    {
        var random = new Random(20261121);
        var entries = Enumerable.Range(0, Articles).Select(at =>
        {
            var question = set.Questions[at % set.Questions.Count];
            var sentences = set.Replies[question.Reply].Split('。').Concat(set.Replies[random.Next(set.Replies.Count)].Split('。').Take(at / set.Questions.Count)).ToArray();
            random.Shuffle(sentences);
            return new SearchEntry($"{at:00000}", new Dictionary<SearchField, string> { [SearchField.Title] = question.Title, [SearchField.Text] = string.Join('。', sentences) }, []);
        }).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        var index = IndexOf(entries);
        var built = Stopwatch.GetElapsedTime(start);
        var memory = (GC.GetTotalMemory(forceFullCollection: true) - before) >> 20;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"\n{Articles} articles of {entries.Average(entry => entry.Texts[SearchField.Text].Length):0} characters: built in {built.TotalSeconds:0.0} s, {memory} MB.\n\n| Search among them | p50 ms | p99 ms | most ms | p99 ms CPU of the thread | |\n|---|---|---|---|---|---|"));
        await TimeAsync(output, index, "a few words (the title)", set.Questions.Select(static question => new SearchQuery([new QueryPart(question.Title)], Day)));
        await TimeAsync(output, index, "one character", "水电气路房车学校医税".Select(static one => new SearchQuery([new QueryPart(one.ToString())], Day)));
        await TimeAsync(output, index, "a whole appeal, as for a proposal", set.Questions.Select(Proposal));
    }

    private static async Task TimeAsync(TextWriter output, SearchIndex index, string name, IEnumerable<SearchQuery> queries)
    {
        const double Gate = 5;
        var all = queries.ToList();
        foreach (var query in all.Take(200))
        {
            index.Search(query);
        }

        var (wall, cpu) = (new List<double>(), new List<double>());
        foreach (var query in all)
        {
            var (start, used) = (Stopwatch.GetTimestamp(), ThreadClock.Nanoseconds);
            index.Search(query);
            cpu.Add((ThreadClock.Nanoseconds - used) / 1e6);
            wall.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        wall.Sort();
        cpu.Sort();
        var p99 = Statistics.Quantile(wall, 0.99);
        await output.WriteLineAsync(
            $"| {name} ({all.Count}) | {Report.Show(Statistics.Quantile(wall, 0.5))} | {Report.Show(p99)} | {Report.Show(wall[^1])} | {Report.Show(Statistics.Quantile(cpu, 0.99))} | {(p99 <= Gate ? "≤ 5 ms" : "above 5 ms")} |");
    }

    private static SearchQuery Proposal(Question question) => new([new QueryPart(question.Title, 2), new QueryPart(question.Text)], Day);

    private static Dictionary<SearchField, string> Text(string reply) => new() { [SearchField.Text] = reply };

    private static SearchIndex IndexOf(IEnumerable<SearchEntry> entries)
    {
        var index = new SearchIndex();
        foreach (var entry in entries)
        {
            index.Put(entry);
        }

        return index;
    }
}

using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Hotline.AllInOne.Practice;

namespace Hotline.Benchmarks.Knowledge;

/// <summary>A citizen's question and the reply he was given.</summary>
/// <param name="Reply">Its place among the replies.</param>
internal sealed record Question(string Title, string Text, int Reply);

/// <summary>Real questions and official replies that lie beside the repository, where they are at hand.</summary>
internal sealed partial class QuestionSet
{
    private const string File = "appeals/messages_with_replies.csv";
    private const int LeastOfReply = 60;

    public required IReadOnlyList<Question> Questions { get; init; }

    /// <summary>Each text once: the same reply to two questions is right for both.</summary>
    public required IReadOnlyList<string> Replies { get; init; }

    public static QuestionSet Load()
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../../shared/data", File));
        if (!System.IO.File.Exists(path))
        {
            throw new InvalidOperationException($"../shared/data/{File} is not at hand; it is no part of the repository.");
        }

        return Of(Csv.ReadRows(System.IO.File.ReadAllText(path)).Select(row => (row["title"], row["text"], Cut(row["reply"]))));
    }

    /// <summary>Without those whose reply is a receipt and no answer: no search can know which of two hundred equal receipts is meant.</summary>
    public QuestionSet WithContent() => Of(Questions.Select(question => (question.Title, question.Text, Reply: Replies[question.Reply])).Where(question => question.Reply.Length >= LeastOfReply));

    private static QuestionSet Of(IEnumerable<(string Title, string Text, string Reply)> rows)
    {
        var (replies, questions) = (new Dictionary<string, int>(), new List<Question>());
        foreach (var (title, text, reply) in rows)
        {
            replies.TryAdd(reply, replies.Count);
            questions.Add(new Question(title, text, replies[reply]));
        }

        return new QuestionSet { Questions = questions, Replies = [.. replies.OrderBy(reply => reply.Value).Select(reply => reply.Key)] };
    }

    /// <summary>The pseudonym of whom it answers is no part of what an article would say.</summary>
    private static string Cut(string reply) => Pseudonym().Replace(reply, "").Trim();

    [GeneratedRegex(@"(网友)?[“""：:\s]*(UU|A)\d{5,}[”""]?")]
    private static partial Regex Pseudonym();

    private static string Here([CallerFilePath] string file = "") => file;
}

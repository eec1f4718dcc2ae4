using Hotline.Hosting;
using Hotline.Knowledge.Articles;
using Hotline.Ports;

namespace Hotline.Knowledge.Exchange;

/// <summary>
/// Takes over a file of articles: all of its rows are checked first, and with one wrong row nothing is taken. What is new or changed goes
/// to review. Rows are saved one by one: after a crash the same file again saves the rest, and the same file twice changes nothing.
/// </summary>
internal sealed class ArticleImport(ArticleDesk desk, IDocumentStore<Article> store)
{
    /// <summary>In place of a source: the ids are our own codes, of an export of ours.</summary>
    public const string Own = "own";

    private const int MostErrors = 100;
    private const int Parallel = 32; // their commits are gathered
    private const string Origin = Article.ByImport;

    /// <summary>Checks everything; what is wrong names its row: <c>rows[3].title</c>.</summary>
    public async ValueTask<IReadOnlyList<FieldError>> CheckAsync(StaffUser user, string source, IReadOnlyList<ReadRow> rows, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        var ids = new HashSet<string>();
        foreach (var row in rows.TakeWhile(_ => errors.Count < MostErrors))
        {
            var wrong = row.Errors.Count > 0 || row.Row is null ? row.Errors : [.. row.Row.Check(desk.Organization)];
            if (wrong.Count == 0 && !ids.Add(row.Row!.Id!))
            {
                wrong = [new FieldError("id", "同一文件中重复出现。")];
            }

            if (wrong.Count == 0)
            {
                wrong = await RefusalAsync(user, CodeOf(source, row.Row!), source, row.Row!.ToRequest().ToContent(), cancellation);
            }

            errors.AddRange(wrong.Select(error => new FieldError($"rows[{row.Number}]{(error.Field.Length > 0 ? "." : "")}{error.Field}", error.Message)));
        }

        return errors;
    }

    /// <summary>Saves rows that <see cref="CheckAsync"/> found in order. A row that somebody got ahead of in between is refused and says so.</summary>
    public async ValueTask<ImportResult> SaveAsync(StaffUser user, string source, IReadOnlyList<ReadRow> rows, CancellationToken cancellation)
    {
        var results = new ImportedRow[rows.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellation };
        await System.Threading.Tasks.Parallel.ForAsync(0, rows.Count, options, async (i, token) => results[i] = await SaveAsync(user, source, rows[i], token));
        return new ImportResult(Count("added"), Count("changed"), Count("unchanged"), Count("refused"), results);

        int Count(string result) => results.Count(row => row.Result == result);
    }

    private static string CodeOf(string source, ArticleRow row) => source == Own ? row.Id! : ArticleDocument.CodeOf($"{Origin}/{source}", row.Id!);

    private async ValueTask<IReadOnlyList<FieldError>> RefusalAsync(StaffUser user, string code, string source, ArticleContent content, CancellationToken cancellation) =>
        await store.FindAsync(code, cancellation) is not { } known
            ? source == Own ? [new FieldError("id", "没有这个条目；导入外来条目请给出 source。")] : []
            : Decide(known.State, content, desk.Asker(user)) switch
            {
                ArticleDecision.Conflict conflict => [new FieldError("id", conflict.Detail)],
                ArticleDecision.Denied denied => [new FieldError("id", denied.Detail)],
                _ => [],
            };

    private async ValueTask<ImportedRow> SaveAsync(StaffUser user, string source, ReadRow row, CancellationToken cancellation)
    {
        var (code, content) = (CodeOf(source, row.Row!), row.Row!.ToRequest().ToContent());
        if (source != Own)
        {
            var asker = desk.Asker(user);
            var added = await desk.AddAsync(
                $"{Origin}/{source}",
                row.Row.Id!,
                known => [new ArticleWritten(known, 1, content, user.Account, asker.Now, Origin), Submitted(1, asker)],
                cancellation);
            if (added.Added)
            {
                return Result("added");
            }
        }

        var (decision, _) = await desk.ChangeAsync(user, code, null, (article, asker) => Decide(article, content, asker), cancellation);
        return decision switch
        {
            ArticleDecision.Granted { Facts.Count: 0 } => Result("unchanged"),
            ArticleDecision.Granted => Result("changed"),
            ArticleDecision.Conflict conflict => Result("refused", conflict.Detail),
            ArticleDecision.Denied denied => Result("refused", denied.Detail),
            _ => Result("refused", "没有这个条目。"),
        };

        ImportedRow Result(string result, string? reason = null) => new(row.Number, row.Row!.Id!, code, result, reason);
    }

    private static ArticleDecision Decide(Article article, ArticleContent content, ArticleAsker asker)
    {
        if (content == article.Latest.Content || content == article.Published?.Content || content == article.Imported)
        {
            return new ArticleDecision.Granted([]); // also when somebody has written on since, or taken it down: the file says nothing new
        }

        return ArticleDecisions.Write(article, content, asker, Origin) is ArticleDecision.Granted { Facts: [ArticleWritten written] }
            ? new ArticleDecision.Granted([written, Submitted(written.Version, asker)])
            : ArticleDecisions.Write(article, content, asker, Origin);
    }

    private static ArticleMoved Submitted(int version, ArticleAsker asker) => new(version, ArticleState.InReview.Name(), asker.User.Account, asker.Now);
}

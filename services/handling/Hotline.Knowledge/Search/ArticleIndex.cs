using Hotline.Knowledge.Articles;
using Hotline.Ports;

namespace Hotline.Knowledge.Search;

/// <summary>The published articles as they are searched; the documents are the truth, this follows them.</summary>
public sealed class ArticleIndex
{
    private readonly SearchIndex _index = new();
    private readonly Dictionary<string, int> _versions = [];
    private readonly Lock _order = new();
    private volatile bool _ready;

    public int Count => _index.Count;

    /// <summary>Takes over a document as it stands; one older than what is known already changes nothing, so it does not matter who comes first.</summary>
    public void Apply(Document<Article> document)
    {
        lock (_order)
        {
            var code = document.State.Code;
            if (_versions.GetValueOrDefault(code) >= document.Version)
            {
                return;
            }

            _versions[code] = document.Version;
            if (document.State.Published is { } published)
            {
                _index.Put(EntryOf(code, published.Content));
            }
            else
            {
                _index.Remove(code);
            }
        }
    }

    /// <exception cref="EngineAwayException">The articles are not all read yet.</exception>
    public IReadOnlyList<SearchHit> Search(SearchQuery query) =>
        _ready ? _index.Search(query) : throw new EngineAwayException("The articles are still being read for search.");

    /// <summary>Says that every published article was applied.</summary>
    internal void Open() => _ready = true;

    public static SearchEntry EntryOf(string code, ArticleContent content) => new(
        code,
        new Dictionary<SearchField, string>
        {
            [SearchField.Title] = content.Title,
            [SearchField.Tags] = string.Join('\n', content.Tags),
            [SearchField.Synonyms] = string.Join('\n', content.Synonyms),
            [SearchField.Text] = content.PublicText,
            [SearchField.Internal] = content.InternalText ?? "",
        },
        content.Regions,
        content.ValidFrom,
        content.ValidTo);
}

/// <summary>Reads every published article at start; until then searches are told to come again.</summary>
internal sealed partial class IndexBuilder(IDocumentStore<Article> articles, ArticleIndex index, TimeProvider time, ILogger<IndexBuilder> logger) : BackgroundService
{
    private const int PageSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // reading takes seconds; the process must not wait for it to listen
        long after = 0;
        while (true)
        {
            try
            {
                var page = await articles.QueryAsync(ArticleDocument.StateIndex, ArticleState.Published.Name(), after, PageSize, stoppingToken);
                foreach (var document in page)
                {
                    index.Apply(document);
                    await AnnounceAsync(document, stoppingToken);
                }

                if (page.Count < PageSize)
                {
                    break;
                }

                after = page[^1].Sequence;
            }
            catch (EngineAwayException away)
            {
                LogWaits(away.Message);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }

        index.Open();
        LogRead(index.Count);
    }

    /// <summary>Tells other services of an article that was published before they were told of any.</summary>
    private async ValueTask AnnounceAsync(Document<Article> document, CancellationToken cancellation)
    {
        for (var current = document; current is not null && Announcements.Of(current.Id, current.State, time.GetUtcNow()).ToList() is { Count: > 0 } facts;)
        {
            current = await articles.AppendAsync(current, facts, cancellation) ?? await articles.GetAsync(document.Id, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Search waits for the store: {Reason}")]
    private partial void LogWaits(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Articles} published articles can be searched")]
    private partial void LogRead(int articles);
}

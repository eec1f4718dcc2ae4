using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Ports;

namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>
/// The board as the JSON files of a folder tell it: snapshots, saved lists, single messages. All files together are what is known; the one taken last
/// says how the board looks now. Files may come in any order, and stay.
/// </summary>
internal sealed class FilesMessageBoardSource(string folder) : IMessageBoardSource
{
    private const int MostBytes = 64 * 1024 * 1024;
    private static readonly EnumerationOptions Plain = new() { RecurseSubdirectories = false };
    private Folder _folder = new("", [], [], []);

    /// <summary>All that was read: sightings by message, and the files that tell what is gone, latest first.</summary>
    private sealed record Folder(
        string Edition,
        FrozenDictionary<long, BoardSighting[]> Messages,
        FrozenDictionary<int, long[]> Forums,
        IReadOnlyList<Window> Windows)
    {
        public Folder(string edition, Dictionary<long, BoardSighting[]> messages, Dictionary<int, long[]> forums, List<Window> windows)
            : this(edition, messages.ToFrozenDictionary(), forums.ToFrozenDictionary(), windows)
        {
        }
    }

    /// <summary>What one snapshot listed without a gap: per forum, down to which number.</summary>
    private sealed record Window(DateTimeOffset At, IReadOnlySet<long> Listed, Dictionary<int, long> Lowest);

    public async ValueTask<BoardContents> OpenAsync(CancellationToken cancellation)
    {
        var files = new List<(string Name, byte[] Content)>();
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.json", Plain).OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                files.Add(file.Length <= MostBytes
                    ? (file.Name, await File.ReadAllBytesAsync(file.FullName, cancellation))
                    : throw new BoardAwayException($"文件 {file.Name} 超过 {MostBytes >> 20} MiB，请拆分后再放入。"));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BoardAwayException($"Hotline:MessageBoard:Folder 所指的目录无法读取（{failure.GetType().Name}）。", failure);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        files.ForEach(file => hash.AppendData(SHA256.HashData(file.Content)));
        var edition = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (edition != _folder.Edition)
        {
            _folder = Read(edition, files);
        }

        return new(edition, [.. _folder.Forums.Keys.Order()]);
    }

    public ValueTask<BoardPage> ListAsync(int fid, long? after, int size, CancellationToken cancellation)
    {
        var tids = _folder.Forums.GetValueOrDefault(fid) ?? [];
        return new(new BoardPage([.. tids.SkipWhile(tid => tid >= after).Take(size).SelectMany(tid => _folder.Messages[tid])], []));
    }

    public ValueTask<BoardDetail> DetailAsync(long tid, CancellationToken cancellation)
    {
        var sightings = _folder.Messages.GetValueOrDefault(tid) ?? [];
        var seenAt = sightings.Length == 0 ? (DateTimeOffset?)null : sightings[^1].At;
        var fid = sightings.LastOrDefault(look => look.Fid is not null)?.Fid ?? 0;
        var missed = _folder.Windows.FirstOrDefault(window => !(window.At <= seenAt) && !window.Listed.Contains(tid) && window.Lowest.TryGetValue(fid, out var lowest) && tid >= lowest);
        return new(missed is not null ? new BoardDetail.Gone(missed.At)
            : sightings.LastOrDefault(look => look.Text is not null && !look.IsCut) is { } whole ? new BoardDetail.Found(whole)
            : new BoardDetail.Unknown());
    }

    /// <summary>A file in the folder <c>replies</c>, for whoever publishes it; the next snapshot shows whether he did.</summary>
    public ValueTask<BoardSubmission> ReplyAsync(BoardReply reply, CancellationToken cancellation)
    {
        var file = Path.Combine(Path.GetFullPath(folder), "replies", string.Create(CultureInfo.InvariantCulture, $"{reply.Tid}-{reply.ReplyId}.json"));
        DurableFile.TryCreate(file, JsonSerializer.SerializeToUtf8Bytes(reply, BoardJson.Default.BoardReply)); // of a repeat the first stays
        return new(new BoardSubmission.Accepted());
    }

    private static Folder Read(string edition, List<(string Name, byte[] Content)> files)
    {
        var looks = new List<BoardSighting>();
        var windows = new List<Window>();
        foreach (var (name, content) in files)
        {
            try
            {
                Read(content, looks, windows);
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
            {
                throw new BoardAwayException($"文件 {name} 不是留言板的数据（{(failure as JsonException)?.Path ?? failure.GetType().Name}），请修正或移走。", failure);
            }
        }

        // In the order of the looks; of two at the same time the fuller later. Equal ones from several files or lists count once.
        var messages = looks.GroupBy(look => look.Tid).ToDictionary(group => group.Key, group => group.OrderBy(look => look.At).ThenByDescending(look => look.IsCut).ToArray());
        var forums = messages.GroupBy(entry => entry.Value.LastOrDefault(look => look.Fid is not null)?.Fid ?? 0, entry => entry.Key)
            .ToDictionary(group => group.Key, group => group.OrderDescending().ToArray());
        return new(edition, messages, forums, [.. windows.OrderByDescending(window => window.At)]);
    }

    private static void Read(byte[] content, List<BoardSighting> looks, List<Window> windows)
    {
        var file = JsonSerializer.Deserialize(content, BoardJson.Default.BoardSnapshot) ?? throw new JsonException("The file is null.");
        if (file.Tid is not null)
        {
            // A single message names no time of its own: what it tells was so when it was published, and a snapshot knows better.
            var item = JsonSerializer.Deserialize(content, BoardJson.Default.BoardItem)!;
            looks.Add(BoardNormalizer.Look(item, DateTimeOffset.FromUnixTimeSeconds(item.ThreadsCheckTime ?? item.Dateline ?? 0), isDetail: false, content)!);
            return;
        }

        var at = file.Updated?.ToUniversalTime() ?? throw new JsonException("The file does not say when it was taken.", "$.updated", null, null);
        var rows = new List<BoardSighting>();
        var recent = Rows(file.Recent).ToList();
        rows.AddRange(recent);
        rows.AddRange(Rows(file.Pending));
        rows.AddRange(Rows(file.Low));
        rows.AddRange(Items(file.ResponseData, isDetail: false));
        rows.AddRange(Items(file.Details, isDetail: true));
        looks.AddRange(rows);
        if (recent.Count > 0)
        {
            windows.Add(new(at, rows.Select(row => row.Tid).ToHashSet(), recent.Where(row => row.Fid is not null).GroupBy(row => row.Fid!.Value).ToDictionary(group => group.Key, group => group.Min(row => row.Tid))));
        }

        IEnumerable<BoardSighting> Rows(IReadOnlyList<JsonElement>? list) => (list ?? []).Select(row =>
        {
            var item = row.Deserialize(BoardJson.Default.BoardSnapshotItem)!;
            var fid = item.Forum is { } forum && file.ByForum?.GetValueOrDefault(forum) is { Fid: { } known } ? known : (int?)null;
            return BoardNormalizer.Look(item, at, fid, BytesOf(row)) ?? throw new JsonException("A row has no tid.");
        });

        IEnumerable<BoardSighting> Items(IReadOnlyList<JsonElement>? list, bool isDetail) => (list ?? []).Select(row =>
            BoardNormalizer.Look(row.Deserialize(BoardJson.Default.BoardItem)!, at, isDetail, BytesOf(row)) ?? throw new JsonException("A row has no tid."));
    }

    private static byte[] BytesOf(JsonElement row) => System.Text.Encoding.UTF8.GetBytes(row.GetRawText());
}

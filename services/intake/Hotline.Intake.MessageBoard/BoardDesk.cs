using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.MessageBoard.Sync;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.MessageBoard;

/// <summary>A message of the board as the staff see it: all but who wrote it.</summary>
/// <param name="Text">Whole; only the beginning while <paramref name="Waiting"/>.</param>
/// <param name="Waiting">Whether the whole text is awaited; until then it is no appeal, or the appeal's text is an older one.</param>
/// <param name="Number">Of the appeal it became; null before.</param>
/// <param name="Versions">How many texts it had in full.</param>
public sealed record ThreadView(
    long Tid,
    int? Fid,
    string? Forum,
    string? Type,
    string? Domain,
    string? Subject,
    string? Text,
    bool Waiting,
    int Versions,
    string? Status,
    DateTimeOffset? SubmittedAt,
    DateTimeOffset? PublishedAt,
    DateTimeOffset? DeletedAt,
    string? Number,
    BoardAnswer? Answer,
    BoardRating? Rating);

/// <summary>How the reading of the board goes.</summary>
/// <param name="Source">none, files or http.</param>
/// <param name="Waiting">Messages whose whole text is awaited.</param>
/// <param name="Deleted">Messages that are gone from the board: tombstones.</param>
/// <param name="Last">The last sync of this process.</param>
public sealed record SyncView(string Source, SyncRun Last, int Threads, int Open, int Waiting, int Deleted, IReadOnlyList<MarkView> Watermarks);

/// <summary>How far a forum was read, and when that last moved.</summary>
public sealed record MarkView(int Fid, long Tid, DateTimeOffset At);

/// <summary>The board for the staff.</summary>
internal static class BoardDesk
{
    public static void MapBoard(this IEndpointRouteBuilder channel)
    {
        channel.MapGet("/threads/{tid:long}", ShowAsync).RequireStaff(Roles.Acceptor, Roles.Dispatcher, Roles.Auditor);
        channel.MapGet("/sync", SyncAsync).RequireStaff(Roles.Acceptor, Roles.Auditor, Roles.Administrator);
    }

    /// <summary>What the staff see of a thread.</summary>
    public static ThreadView Show(BoardThread thread)
    {
        var text = thread.IsWaiting ? thread.Excerpt?.Value : thread.Text?.Value;
        return new(
            thread.Tid,
            thread.Fid?.Value,
            thread.Forum?.Value,
            thread.Type?.Value,
            thread.Domain?.Value,
            text?.Subject,
            text?.Content,
            thread.IsWaiting,
            thread.Versions.Count,
            thread.Status?.Value,
            thread.SubmittedAt?.Value,
            thread.PublishedAt?.Value,
            thread.IsDeleted ? thread.LastMissedAt : null,
            thread.Received?.Number,
            thread.Answer?.Value,
            thread.Rating?.Value);
    }

    private static async Task<Results<Ok<ThreadView>, ProblemHttpResult>> ShowAsync(long tid, ThreadKeeper threads, CancellationToken cancellation) =>
        await threads.FindAsync(tid, cancellation) is { } thread
            ? TypedResults.Ok(Show(thread))
            : Problems.NotFound("没有见过这条留言。", "请核对留言编号（tid）；新留言在下次同步后才能看到。");

    private static async Task<Ok<SyncView>> SyncAsync(
        ThreadKeeper threads, MessageBoardSync sync, SyncStatus status, IOptions<MessageBoardOptions> options, CancellationToken cancellation)
    {
        int all = 0, open = 0, waiting = 0, deleted = 0;
        await foreach (var thread in threads.OfAsync("all", cancellation))
        {
            all++;
            open += thread.IsFinal ? 0 : 1;
            waiting += thread.IsWaiting ? 1 : 0;
            deleted += thread.IsDeleted ? 1 : 0;
        }

        var marks = await sync.MarksAsync(cancellation);
        return TypedResults.Ok(new SyncView(
            options.Value.Source.ToString().ToLowerInvariant(), status.Run, all, open, waiting, deleted, [.. marks.Select(mark => new MarkView(mark.Fid, mark.Tid, mark.At))]));
    }
}

/// <summary>JSON of the staff's answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ThreadView))]
[JsonSerializable(typeof(SyncView))]
internal sealed partial class BoardDeskJson : JsonSerializerContext;

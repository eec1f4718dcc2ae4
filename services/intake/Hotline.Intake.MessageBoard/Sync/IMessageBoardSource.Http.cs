using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hotline.Hosting;

namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>
/// The board over HTTP: the list as a form post with the last row's number as cursor, one message and an answer to it as JSON posts. A city's contract gives the address; the
/// public site is not asked. One call at a time, with a pause between.
/// </summary>
internal sealed class HttpMessageBoardSource : IMessageBoardSource, IDisposable
{
    private const string ListPath = "threads/queryThreadsList";
    private const string DetailPath = "v1/threads/content";
    private const string ReplyPath = "v1/threads/reply";
    private const string Success = "success";
    private const int MessageEntry = 1;
    private const int ReplyEntry = 4;
    private const int MostBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly MessageBoardOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly OutsideSystem _board;
    private readonly OutsideSystem _submissions;
    private readonly SemaphoreSlim _one = new(1);
    private DateTimeOffset _notBefore;

    public HttpMessageBoardSource(MessageBoardOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        var address = options.Address!.AbsoluteUri;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // the token goes where the contract says and nowhere else
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = DecompressionMethods.All,
        })
        {
            BaseAddress = new Uri(address.EndsWith('/') ? address : address + "/"),
            MaxResponseContentBufferSize = MostBytes,
            Timeout = Timeout.InfiniteTimeSpan, // each call's own
        };
        if (options.Authorization is { Length: > 0 } authorization)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        }

        // A cut line or a failing server may do better at once; one that says "too many" is not asked again here.
        _board = new OutsideSystem(new OutsideCallRule(Patience, Retries: 2, Pause: TimeSpan.FromSeconds(1)), time);
        _submissions = new OutsideSystem(new OutsideCallRule(Patience), time); // what has an effect is not done twice
    }

    public ValueTask<BoardContents> OpenAsync(CancellationToken cancellation) => new(new BoardContents(null, [.. _options.Forums.Select(forum => forum.Fid)]));

    public async ValueTask<BoardPage> ListAsync(int fid, long? after, int size, CancellationToken cancellation)
    {
        var (status, body) = await CallAsync(() => new HttpRequestMessage(HttpMethod.Post, ListPath)
        {
            Content = new FormUrlEncodedContent(
            [
                new("fid", fid.ToString(CultureInfo.InvariantCulture)),
                new("state", "1"),
                new("lastItem", (after ?? 0).ToString(CultureInfo.InvariantCulture)),
                new("pageSize", size.ToString(CultureInfo.InvariantCulture)),
            ]),
        }, cancellation);
        var answer = status == HttpStatusCode.OK ? Parse(body, BoardJson.Default.BoardList) : throw Away(status);
        if (answer is not { Result: Success, ResponseData: { } rows })
        {
            throw new BoardAwayException("留言板没有成功返回列表。");
        }

        var at = _time.GetUtcNow();
        var page = new BoardPage(new List<BoardSighting>(rows.Count), new List<ReadOnlyMemory<byte>>());
        foreach (var row in rows)
        {
            var raw = Encoding.UTF8.GetBytes(row.GetRawText());
            if (Look(row, at, isDetail: false, raw) is { } look)
            {
                ((List<BoardSighting>)page.Rows).Add(look.Fid is null ? look with { Fid = fid } : look);
            }
            else
            {
                ((List<ReadOnlyMemory<byte>>)page.Unreadable).Add(raw);
            }
        }

        return page is { Rows.Count: 0, Unreadable.Count: > 0 } ? throw new BoardAwayException("留言板返回的列表没有一行可以读取。") : page;
    }

    public async ValueTask<BoardDetail> DetailAsync(long tid, CancellationToken cancellation)
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(new BoardDetailRequest(tid), BoardJson.Default.BoardDetailRequest);
        var (status, body) = await CallAsync(() => new HttpRequestMessage(HttpMethod.Post, DetailPath)
        {
            Content = new ByteArrayContent(request) { Headers = { { "Content-Type", "application/json" } } },
        }, cancellation);
        var at = _time.GetUtcNow();
        if (status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return new BoardDetail.Gone(at);
        }

        var answer = status == HttpStatusCode.OK ? Parse(body, BoardJson.Default.BoardDetailAnswer) : throw Away(status);
        if (answer.Result != Success)
        {
            throw new BoardAwayException("留言板没有成功返回留言详情。");
        }

        return answer.ResultData?.ContentList is { Count: > 0 } entries ? Understand(tid, entries, at, body) : new BoardDetail.Gone(at);
    }

    /// <summary>A JSON post with tid, replyId and content; <c>{"result":"success"}</c> for one that is taken.</summary>
    public async ValueTask<BoardSubmission> ReplyAsync(BoardReply reply, CancellationToken cancellation)
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(reply, BoardJson.Default.BoardReply);
        try
        {
            var (status, body) = await CallAsync(() => new HttpRequestMessage(HttpMethod.Post, ReplyPath)
            {
                Content = new ByteArrayContent(request) { Headers = { { "Content-Type", "application/json" } } },
            }, cancellation, _submissions);
            return status is not HttpStatusCode.OK ? new BoardSubmission.Refused($"留言板不接受答复（{(int)status}）。")
                : Parse(body, BoardJson.Default.BoardList).Result switch
                {
                    Success => new BoardSubmission.Accepted(),
                    null => new BoardSubmission.Unknown(),
                    _ => new BoardSubmission.Refused("留言板不接受答复。"),
                };
        }
        catch (BoardAwayException away) when (away.InnerException is OutsideAwayException { MayHaveActed: true } or JsonException || away.IsEmptyAnswer)
        {
            return new BoardSubmission.Unknown();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    private static BoardDetail Understand(long tid, IReadOnlyList<JsonElement> entries, DateTimeOffset at, byte[] body)
    {
        BoardSighting? message = null;
        BoardAnswer? answer = null;
        foreach (var entry in entries)
        {
            try
            {
                var told = entry.Deserialize(BoardJson.Default.BoardDetailEntry);
                message = told?.DataType == MessageEntry && Look(entry, at, isDetail: true, body) is { } look && look.Tid == tid ? look : message;
                answer = told?.DataType == ReplyEntry && BoardNormalizer.AnswerOf(told) is { } reply && !(reply.At < answer?.At) ? reply : answer;
            }
            catch (JsonException)
            {
                // An entry of another form is neither message nor reply; without a message nothing is known.
            }
        }

        return message is null ? new BoardDetail.Unknown() : new BoardDetail.Found(message with { Answer = answer ?? message.Answer });
    }

    private static BoardSighting? Look(JsonElement row, DateTimeOffset at, bool isDetail, byte[] raw)
    {
        try
        {
            return row.Deserialize(BoardJson.Default.BoardItem) is { } item ? BoardNormalizer.Look(item, at, isDetail, raw) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> CallAsync(Func<HttpRequestMessage> make, CancellationToken cancellation, OutsideSystem? system = null)
    {
        await _one.WaitAsync(cancellation); // sync and replies take turns
        try
        {
            return await CallInTurnAsync(make, system ?? _board, cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> CallInTurnAsync(Func<HttpRequestMessage> make, OutsideSystem system, CancellationToken cancellation)
    {
        var wait = _notBefore - _time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, cancellation);
        }

        try
        {
            return await system.CallAsync(async token =>
            {
                using var request = make();
                using var answer = await _http.SendAsync(request, token);
                if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.Forbidden)
                {
                    throw new BoardAwayException($"留言板返回 {(int)answer.StatusCode}。") { RetryAfter = RetryAfter(answer) };
                }

                return answer.StatusCode >= HttpStatusCode.InternalServerError
                    ? throw new HttpRequestException($"The board answered {(int)answer.StatusCode}.")
                    : (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(token));
            }, cancellation);
        }
        catch (OutsideAwayException away)
        {
            throw new BoardAwayException($"留言板连接不上（{away.Message}）。", away);
        }
        finally
        {
            _notBefore = _time.GetUtcNow() + TimeSpan.FromMilliseconds(_options.PauseMilliseconds);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - _time.GetUtcNow() : null;

    /// <summary>The board gives a hasty client 200 with nothing in it, or a page.</summary>
    private static T Parse<T>(byte[] body, JsonTypeInfo<T> type)
    {
        try
        {
            return body.Length > 0 && JsonSerializer.Deserialize(body, type) is { } answer ? answer : throw new BoardAwayException("留言板返回 200 但内容为空。") { IsEmptyAnswer = true };
        }
        catch (JsonException failure)
        {
            throw new BoardAwayException("留言板返回 200 但内容不是约定的 JSON。", failure);
        }
    }

    private static BoardAwayException Away(HttpStatusCode status) => new($"留言板返回 {(int)status}。");
}

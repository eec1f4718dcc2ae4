using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hotline.ContractTests.Channels.MessageBoard;

/// <summary>A board in the shape the real one had: a list with the last row as cursor and its texts cut, details whole. It misbehaves on demand.</summary>
internal sealed class FakeBoard : IAsyncDisposable
{
    public const int Fid = 3;
    private readonly ConcurrentDictionary<long, JsonObject> _messages = new();
    private WebApplication? _application;

    public Uri Address => new(_application!.Urls.Single());

    /// <summary>Messages whose detail answers with nothing that is the message.</summary>
    public ConcurrentDictionary<long, bool> Withheld { get; } = new();

    /// <summary>How often a detail was asked for.</summary>
    public int Details { get; private set; }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.MapPost("/threads/queryThreadsList", new RequestDelegate(http => AnswerAsync(http, ListAsync)));
        _application.MapPost("/v1/threads/content", new RequestDelegate(http => AnswerAsync(http, DetailAsync)));
        _application.MapPost("/v1/threads/reply", new RequestDelegate(http => AnswerAsync(http, ReplyAsync)));
        await _application.StartAsync();
    }

    public async ValueTask DisposeAsync() => await _application!.DisposeAsync();

    /// <summary>Answers a call otherwise than it should; null, or an answer of null, where the board behaves.</summary>
    public Func<HttpContext, Task?>? Before { get; set; }

    public static Task Status(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    public JsonObject this[long tid] => _messages[tid];

    public void Delete(long tid) => _messages.TryRemove(tid, out _);

    public void Add(long tid, string content = "小区门口的路灯三天不亮。", Action<JsonObject>? change = null)
    {
        var item = new JsonObject
        {
            ["tid"] = tid,
            ["fid"] = Fid,
            ["typeId"] = 2,
            ["nickName"] = "测***",
            ["subject"] = $"第{tid}条",
            ["content"] = content,
            ["dateline"] = 1_772_000_000 + (tid * 60),
            ["threadsCheckTime"] = 1_772_003_600 + (tid * 60),
            ["ip"] = "192.0.2.*",
            ["stateInfo"] = "待回复",
            ["forumName"] = "测试市委书记",
            ["typeName"] = "求助",
            ["domainName"] = "城建",
            ["grade"] = null,
            ["from"] = " 测试省 测试市",
            ["shisiwu"] = false,
        };
        change?.Invoke(item);
        _messages[tid] = item;
    }

    private async Task AnswerAsync(HttpContext http, Func<HttpContext, Task<JsonNode>> answer)
    {
        if (Before?.Invoke(http) is { } otherwise)
        {
            await otherwise;
            return;
        }

        http.Response.ContentType = "text/html;charset=UTF-8"; // as the real one did
        await http.Response.WriteAsync((await answer(http)).ToJsonString());
    }

    private async Task<JsonNode> ListAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var last = long.Parse(form["lastItem"]!, CultureInfo.InvariantCulture);
        var rows = _messages.Values.Where(item => (int)item["fid"]! == int.Parse(form["fid"]!, CultureInfo.InvariantCulture) && (last == 0 || (long)item["tid"]! < last))
            .OrderByDescending(item => (long)item["tid"]!).Take(int.Parse(form["pageSize"]!, CultureInfo.InvariantCulture));
        return new JsonObject { ["result"] = "success", ["responseData"] = new JsonArray([.. rows.Select(Listed)]) };
    }

    /// <summary>Answers that were submitted, by message.</summary>
    public ConcurrentQueue<(long Tid, string Content)> Replies { get; } = new();

    /// <summary>Moderates answers: they are taken, but not shown.</summary>
    public bool Hides { get; set; }

    /// <summary>Answers a submission once it has had its effect otherwise than it should; null where it behaves.</summary>
    public Func<HttpContext, Task>? AfterReply { get; set; }

    private async Task<JsonNode> ReplyAsync(HttpContext http)
    {
        using var request = await JsonDocument.ParseAsync(http.Request.Body);
        var (tid, content) = (request.RootElement.GetProperty("tid").GetInt64(), request.RootElement.GetProperty("content").GetString()!);
        Replies.Enqueue((tid, content));
        if (!Hides)
        {
            Show(tid, content);
        }

        if (AfterReply is { } after)
        {
            await after(http);
        }

        return new JsonObject { ["result"] = "success" };
    }

    /// <summary>Shows an answer below a message.</summary>
    public void Show(long tid, string content) => (_messages[tid]["answerContent"], _messages[tid]["stateInfo"]) = (content, "已办理");

    private static JsonNode Listed(JsonObject item)
    {
        var row = item.DeepClone();
        var content = (string)row["content"]!;
        row["content"] = content.Length > 100 ? content[..100] + "..." : content;
        return row;
    }

    private async Task<JsonNode> DetailAsync(HttpContext http)
    {
        using var request = await JsonDocument.ParseAsync(http.Request.Body);
        Details++;
        var tid = request.RootElement.GetProperty("tid").GetInt64();
        var entries = new JsonArray();
        if (Withheld.ContainsKey(tid))
        {
            entries.Add(new JsonObject { ["dataType"] = 9 });
        }
        else if (_messages.TryGetValue(tid, out var item))
        {
            var message = item.DeepClone();
            message["dataType"] = 1;
            entries.Add(message);
            if (item["answerContent"] is { } answer)
            {
                entries.Add(new JsonObject { ["dataType"] = 4, ["organization"] = "测试市住建局", ["dateline"] = 1_772_900_000, ["content"] = answer.DeepClone() });
            }
        }

        return new JsonObject { ["result"] = "success", ["resultData"] = new JsonObject { ["contentList"] = entries } };
    }
}

using System.Text.Json.Nodes;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>The leaders' message board: a snapshot of it, and how it looks some hours later.</summary>
internal static class BoardScenes
{
    private const string Forum = "吕梁市委书记";
    private const int Fid = 12345;

    /// <summary>Where the demonstration's board lies in the data folder.</summary>
    public const string FolderName = "practice-board";

    public static async Task PlayAsync(DemoCity city)
    {
        var now = city.Time.GetUtcNow();
        var first = now.ToUnixTimeSeconds();
        var rows = city.Scenes.GetProperty("board").EnumerateArray().Select((message, at) => new JsonObject
        {
            ["tid"] = first + at,
            ["fid"] = Fid,
            ["forumName"] = Forum,
            ["typeName"] = message[0].GetString(),
            ["subject"] = message[1].GetString(),
            ["content"] = message[2].GetString(),
            ["domainName"] = message[3].GetString(),
            ["nickName"] = "网***",
            ["dateline"] = first - 7200,
            ["threadsCheckTime"] = first - 3600,
            ["stateInfo"] = "待回复",
        }).ToList();
        await WriteAsync(city, $"{first}-1.json", now, rows.Take(rows.Count - 1));
        foreach (var row in rows.Take(rows.Count - 1))
        {
            city.Received.Add(new("message-board", (await ThreadAsync(city, row, static thread => thread["number"] is not null))["number"]!.GetValue<string>(), null));
        }

        // Later: one was changed by its writer, one was answered on the site, one came late.
        rows[1]["content"] = rows[1]["content"]!.GetValue<string>() + "今天室温只有十三度。";
        rows[2]["stateInfo"] = "已办理";
        await WriteAsync(city, $"{first}-2.json", now.AddHours(1), rows);
        var late = await ThreadAsync(city, rows[^1], static thread => thread["number"] is not null);
        city.Received.Add(new("message-board", late["number"]!.GetValue<string>(), null));
        var changed = await ThreadAsync(city, rows[1], static thread => thread["versions"]!.GetValue<int>() == 2);
        city.Else.Add($"message-board：网民改了留言，作为 {changed["number"]} 的补充");
    }

    private static async Task WriteAsync(DemoCity city, string name, DateTimeOffset at, IEnumerable<JsonObject> rows)
    {
        var folder = Directory.CreateDirectory(Path.Combine(city.Folder, FolderName)).FullName;
        var snapshot = new JsonObject
        {
            ["updated"] = at.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["details"] = new JsonArray([.. rows.Select(row => row.DeepClone())]),
        };
        var part = Path.Combine(folder, name + ".part");
        await File.WriteAllTextAsync(part, snapshot.ToJsonString());
        File.Move(part, Path.Combine(folder, name), overwrite: true); // whole at once, for the board is read again and again
    }

    /// <summary>The thread as soon as the next sync has made it so.</summary>
    private static async Task<JsonNode> ThreadAsync(DemoCity city, JsonObject row, Func<JsonNode, bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), city.Time);
        while (true)
        {
            using var answer = await city.Staff.SendAsync("acceptor-01", HttpMethod.Get, $"/intake/message-board/threads/{row["tid"]}", null, limit.Token);
            if (answer.IsSuccessStatusCode && await AppClient.ReadAsync(answer, limit.Token) is var thread && isSo(thread))
            {
                return thread;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), city.Time, limit.Token);
        }
    }
}

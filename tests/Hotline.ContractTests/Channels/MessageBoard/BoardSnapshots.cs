using System.Globalization;
using System.Text.Json.Nodes;

namespace Hotline.ContractTests.Channels.MessageBoard;

/// <summary>Later snapshots of the real board, built from the one there is: what a board does to its messages in a few days.</summary>
internal static class BoardSnapshots
{
    private const string City = "杭州市";
    private const int CityFid = 146;

    /// <summary>Where the snapshot lies; null when it is not there.</summary>
    public static string? Find()
    {
        var file = Path.GetFullPath("../shared/data/message-board/snapshot_2026-06-07.json", Repository.Root);
        return File.Exists(file) ? file : null;
    }

    /// <summary>The snapshot as it is, and so many later ones, a day apart.</summary>
    public static List<JsonObject> Build(string file, int later, int seed)
    {
        var random = new Random(seed);
        var first = JsonNode.Parse(File.ReadAllBytes(file))!.AsObject();
        var kept = new JsonObject();
        foreach (var name in new[] { "updated", "byForum", "recent", "low", "pending" })
        {
            kept[name] = first[name]!.DeepClone();
        }

        var all = new List<JsonObject> { kept };
        var hidden = new List<JsonNode>();
        for (var number = 1; number <= later; number++)
        {
            all.Add(Next(all[^1].DeepClone().AsObject(), hidden, number, random));
        }

        return all;
    }

    private static JsonObject Next(JsonObject snapshot, List<JsonNode> hidden, int number, Random random)
    {
        snapshot["updated"] = DateTimeOffset.Parse((string)snapshot["updated"]!, CultureInfo.InvariantCulture).AddDays(1).ToString("O", CultureInfo.InvariantCulture);
        var recent = snapshot["recent"]!.AsArray();
        var city = recent.Where(row => (string)row!["forum"]! == City).Select(row => row!).ToList();

        // What was hidden the day before is shown again, but for one.
        foreach (var row in hidden.Skip(1))
        {
            Insert(recent, row);
        }

        hidden.Clear();
        foreach (var row in Pick(city, 6))
        {
            Delete(snapshot, (long)row["tid"]!);
            hidden.Add(row.DeepClone());
        }

        var left = recent.Select(row => row!).Where(row => (string)row["forum"]! == City).ToList();
        var top = left.Max(row => (long)row["tid"]!);
        for (var i = 1; i <= 8; i++)
        {
            Insert(recent, Row(top + (i * 3), $"新的第{number}-{i}条。", 2026 + number));
        }

        // Below the top, where moderation let them through late.
        foreach (var row in Pick(left.Skip(20).ToList(), 4))
        {
            var tid = (long)row["tid"]! + 1;
            if (recent.All(other => (long)other!["tid"]! != tid))
            {
                Insert(recent, Row(tid, $"晚出现的第{number}条。", 2025));
            }
        }

        foreach (var row in Pick(Rows(snapshot).Where(row => (string)row["status"]! != "已办理").ToList(), 40))
        {
            Change(snapshot, row, "status", random.Next(4) switch { 0 => "转有关部门研究", 1 => "办理中", _ => "已办理" });
        }

        foreach (var row in Pick(Rows(snapshot).Where(row => row["gManner"] is not null).ToList(), 15))
        {
            Change(snapshot, row, "gManner", random.Next(1, 6));
            Change(snapshot, row, "gSpeed", random.Next(1, 6));
        }

        foreach (var row in Pick(Rows(snapshot).Where(row => row["replyContent"] is not null).ToList(), 15))
        {
            Change(snapshot, row, "replyContent", $"第{number}天的答复{random.Next(1000)}。");
            Change(snapshot, row, "replyOrg", "测试单位");
        }

        foreach (var row in Pick(Rows(snapshot).Where(row => ((string)row["content"]!).Length < 100).ToList(), 15))
        {
            Change(snapshot, row, "content", $"改过的内容{number}-{random.Next(1000)}。");
        }

        // Somebody fetched the whole of some messages.
        snapshot["details"] = new JsonArray([.. Pick(Rows(snapshot).Where(row => ((string)row["content"]!).EndsWith("...", StringComparison.Ordinal)).ToList(), 60)
            .DistinctBy(row => (long)row["tid"]!)
            .Select(row => new JsonObject { ["tid"] = (long)row["tid"]!, ["subject"] = (string)row["title"]!, ["content"] = ((string)row["content"]!)[..^3] + "（下文是测试所加）到此为止。" })]);
        return snapshot;

        List<JsonNode> Pick(IReadOnlyList<JsonNode> from, int count) => [.. Enumerable.Range(0, count).Select(_ => from[random.Next(from.Count)]).DistinctBy(row => (long)row["tid"]!)];
    }

    private static IEnumerable<JsonNode> Rows(JsonObject snapshot) => new[] { "recent", "pending", "low" }.SelectMany(name => snapshot[name]!.AsArray()).Select(row => row!);

    /// <summary>In every list the message stands on, as one board would show it.</summary>
    private static void Change(JsonObject snapshot, JsonNode row, string field, JsonNode value)
    {
        foreach (var same in Rows(snapshot).Where(other => (long)other["tid"]! == (long)row["tid"]!))
        {
            var name = same["gManner"] is null && same["gm"] is not null ? field switch { "gManner" => "gm", "gSpeed" => "gs", _ => field } : field;
            if (same[name] is not null)
            {
                same[name] = value.DeepClone();
            }
        }
    }

    private static void Delete(JsonObject snapshot, long tid)
    {
        foreach (var list in new[] { "recent", "pending", "low" }.Select(name => snapshot[name]!.AsArray()))
        {
            list.Where(row => (long)row!["tid"]! == tid).ToList().ForEach(row => list.Remove(row));
        }
    }

    private static void Insert(JsonArray recent, JsonNode row)
    {
        var at = recent.TakeWhile(other => (long)other!["tid"]! > (long)row["tid"]!).Count();
        recent.Insert(at, row.DeepClone());
    }

    private static JsonObject Row(long tid, string content, int year) => JsonNode.Parse($$"""
        {
          "tid": {{tid}}, "date": "{{year}}-06-08", "fid": {{CityFid}}, "forum": "{{City}}", "title": "测试{{tid}}", "content": "{{content}}", "domain": "城建", "type": "咨询",
          "status": "待回复", "hasReply": false, "replyOrg": "", "replyContent": "", "ip": "192.0.2.*", "nick": "", "gManner": 0, "gSpeed": 0
        }
        """)!.AsObject();
}

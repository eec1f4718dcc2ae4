using System.Text.Json.Nodes;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>After the handling: a citizen who says no, and what reached citizens in their channels.</summary>
internal static class AnswerScenes
{
    private static readonly string[] Carriers = ["wechat", "email", "phone", "message-board"];

    /// <summary>
    /// A citizen follows his link and says no, though the unit claims to have been there: the review finds him right, the unit handles it again, and the callback agent
    /// hears that now it is solved. The contradiction 虚假办结 stays listed.
    /// </summary>
    /// <param name="one">Of the app, handled by a unit, not yet asked about.</param>
    public static async Task SayNoAsync(DemoCity city, OfficePlayers players, ReceivedOne one, CancellationToken cancellation)
    {
        string? link;
        while ((link = CallbackPage.LinkIn(await TrackAsync(city, one, cancellation))) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), city.Time, cancellation);
        }

        using var page = await new CallbackPage(city.Http).SendAsync(
            link, one.Number, [new("contacted", "no"), new("solved", "no"), new("unsolvedReason", "only-words"), new("satisfied", "dissatisfied"), new("dissatisfiedReason", "no-contact")], cancellation);
        page.EnsureSuccessStatusCode();
        while ((await city.Staff.WorkOrderAsync("acceptor-01", one.Number, city.Time, cancellation))["state"]!.GetValue<string>() != "review")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), city.Time, cancellation);
        }

        await players.RedoAsync(one.Number, cancellation);
        JsonNode? listed = null;
        while (listed is null)
        {
            var contradictions = await city.Staff.CallAsync("auditor-01", HttpMethod.Get, "/callbacks/contradictions?limit=200", null, cancellation);
            listed = contradictions["items"]!.AsArray().FirstOrDefault(item => item!["number"]!.GetValue<string>() == one.Number);
            await Task.Delay(TimeSpan.FromMilliseconds(50), city.Time, cancellation);
        }

        city.Else.Add($"callback：{one.Number} 单位称已联系、已解决，诉求人在回访页答“没有”：列入虚假办结，复核后重办");
    }

    /// <summary>Waits until the channels that carry replies have carried them, and tells how many went.</summary>
    public static async Task ShowDeliveriesAsync(DemoCity city, TextWriter output)
    {
        await output.WriteLineAsync("\n答复送达：\n渠道 | 已发出 | 未能送达 | 仍在排队 | 看得见的");
        foreach (var channel in Carriers)
        {
            var queued = await CountAsync(city, channel, "queued");
            for (var look = 0; queued > 0 && look < 100; look++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), city.Time);
                queued = await CountAsync(city, channel, "queued");
            }

            var (sent, failed) = (await CountAsync(city, channel, "sent"), await CountAsync(city, channel, "failed"));
            await output.WriteLineAsync($"{channel} | {sent} | {failed} | {queued} | {SeenIn(city, channel)}");
        }

        await output.WriteLineAsync("app、photo-report、portal、partners | 查询即见 | | | 凭编号和提取码、设备或接口");
    }

    private static async Task<JsonNode> TrackAsync(DemoCity city, ReceivedOne one, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/intake/{one.Channel}/appeals/{one.Number}");
        request.Headers.Add("Hotline-Code", one.Code);
        using var answer = await city.Http.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
        return await AppClient.ReadAsync(answer, cancellation);
    }

    private static async Task<int> CountAsync(DemoCity city, string channel, string state)
    {
        var (count, after) = (0, 0L);
        while ((await city.Staff.CallAsync("auditor-01", HttpMethod.Get, $"/intake/{channel}/deliveries?state={state}&after={after}")).AsArray() is { Count: > 0 } page)
        {
            count += page.Count;
            after = page[^1]!["sequence"]!.GetValue<long>();
        }

        return count;
    }

    private static string SeenIn(DemoCity city, string channel)
    {
        var folder = channel switch { "wechat" => "outgoing-wechat", "email" => "outgoing-mail", "phone" => "outgoing-sms", _ => "practice-board" };
        var path = Path.Combine(city.Folder, folder);
        return Directory.Exists(path) ? $"{folder}/ {Directory.GetFiles(path, "*", SearchOption.AllDirectories).Length} 个文件" : "—";
    }
}

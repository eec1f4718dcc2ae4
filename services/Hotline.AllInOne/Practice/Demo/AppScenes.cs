using System.Text;
using System.Text.Json.Nodes;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>Citizens with the city's app.</summary>
internal static class AppScenes
{
    public static async Task PlayAsync(DemoCity city)
    {
        using var phone = new AppClient(new HttpClient { BaseAddress = city.Http.BaseAddress }, new PracticeDevice(city.Time));
        await phone.RegisterAsync();
        var texts = city.Scenes.GetProperty("app").EnumerateArray().Select(text => text.GetString()!).ToList();
        JsonNode? first = null;
        for (var at = 0; at < texts.Count; at++)
        {
            var receipt = await SendAsync(phone, texts[at], $"demo-{at}");
            first ??= receipt;
            city.Receive("app", receipt);
        }

        var again = await SendAsync(phone, texts[0], "demo-0");
        city.Else.Add($"app：同一件重复提交，回执仍是 {again["number"]}");
        var (number, code) = (first!["number"]!.GetValue<string>(), first["code"]!.GetValue<string>());
        foreach (var (kind, body, what) in new[] { ("supplements", """{"text":"今天巡查的人来过，还是没有修。"}""", "补充"), ("urges", """{"text":"请尽快"}""", "催单") })
        {
            using var added = await phone.AddAsync(kind, number, code, AppClient.Json(body), $"demo-{kind}");
            added.EnsureSuccessStatusCode();
            city.Else.Add($"app：{what} {number}");
        }

        await city.RefuseAsync("app", "没有内容", phone.SubmitAsync(AppClient.Json("""{"text":" "}"""), "demo-empty"));
        await city.RefuseAsync("app", "写错的字段名", phone.SubmitAsync(AppClient.Json("""{"text":"路灯不亮","titel":"路灯"}"""), "demo-typo"));
        await city.RefuseAsync("app", "残缺的 JSON", phone.SubmitAsync(AppClient.Json("""{"text":"路灯"""), "demo-broken"));
        await city.RefuseAsync("app", "过大的请求", phone.SubmitAsync(AppClient.Json($$"""{"text":"{{new string('灯', 30_000)}}"}"""), "demo-large"));
        await city.RefuseAsync("app", "没有设备证明", city.Http.PostAsync(new Uri("/intake/app/appeals", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json")));
        await city.RefuseAsync("app", "用别人的编号猜提取码", phone.TrackAsync(number, "0000000000"));
    }

    private static async Task<JsonNode> SendAsync(AppClient phone, string text, string key)
    {
        using var answer = await phone.SubmitAsync(AppClient.Json(new JsonObject { ["text"] = text }.ToJsonString()), key);
        answer.EnsureSuccessStatusCode();
        return await AppClient.ReadAsync(answer);
    }
}

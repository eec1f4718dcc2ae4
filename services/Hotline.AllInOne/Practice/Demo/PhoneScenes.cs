using System.Text.Json.Nodes;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>Callers, and the agent who writes down what they say before they hang up.</summary>
internal static class PhoneScenes
{
    private const string Agent = "agent-01";

    public static async Task PlayAsync(DemoCity city)
    {
        var telephones = new TelephoneSystem(city.Http, city.Secret("Hotline:Phone:EventSecret"), city.Time);
        var run = city.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var at = 0;
        foreach (var call in city.Scenes.GetProperty("phone").EnumerateArray())
        {
            var (id, caller) = ($"demo-{run}-{++at}", call[1].GetString()!);
            await TellAsync(telephones, new() { ["callId"] = id, ["state"] = "queued", ["caller"] = caller });
            await TellAsync(telephones, new() { ["callId"] = id, ["state"] = "answered", ["caller"] = caller, ["agent"] = Agent });
            await city.Staff.CallAsync(Agent, HttpMethod.Get, $"/intake/phone/calls/{id}");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/phone/appeals") { Content = AppClient.Json(new JsonObject { ["callId"] = id, ["text"] = call[0].GetString() }.ToJsonString()) };
            request.Headers.Authorization = new("Bearer", city.Staff.TokenOf(Agent));
            request.Headers.Add("Idempotency-Key", id);
            using var written = await city.Http.SendAsync(request);
            written.EnsureSuccessStatusCode();
            city.Receive("phone", await AppClient.ReadAsync(written));
            await TellAsync(telephones, new() { ["callId"] = id, ["state"] = "ended" });
            await TellAsync(telephones, new() { ["callId"] = id, ["state"] = "rated", ["rating"] = 5 });
        }

        var (emergency, lost) = ($"demo-{run}-fire", $"demo-{run}-lost");
        await TellAsync(telephones, new() { ["callId"] = emergency, ["state"] = "answered", ["caller"] = "13900000099", ["agent"] = Agent });
        var target = await city.Staff.PostAsync(Agent, $"/intake/phone/calls/{emergency}/transfer", new() { ["to"] = "119" });
        city.Else.Add($"phone：险情一键转{target["to"]}（{target["title"]}）");
        await TellAsync(telephones, new() { ["callId"] = emergency, ["state"] = "ended" });
        await TellAsync(telephones, new() { ["callId"] = lost, ["state"] = "queued", ["caller"] = "13900000098" });
        await TellAsync(telephones, new() { ["callId"] = lost, ["state"] = "abandoned" });
        var figures = (await city.Staff.CallAsync("auditor-01", HttpMethod.Get, "/intake/phone/figures")).AsArray();
        city.Else.Add($"phone：接通率与话务满意 {figures[0]!.ToJsonString()}");
        await city.RefuseAsync("phone", "密钥不对的通话事件", new TelephoneSystem(city.Http, "wrong", city.Time).TellAsync(new() { ["callId"] = "x", ["state"] = "queued" }));
        await city.RefuseAsync("phone", "没有通话编号的事件", telephones.TellAsync(new() { ["state"] = "queued" }));
    }

    private static async Task TellAsync(TelephoneSystem telephones, JsonObject @event)
    {
        using var answer = await telephones.TellAsync(@event);
        answer.EnsureSuccessStatusCode();
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.Hosting;
using Hotline.Intake.Messages;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>A newspaper, Weibo and the province's platform, each by its own key.</summary>
internal static partial class PartnerScenes
{
    public static async Task PlayAsync(DemoCity city)
    {
        var run = city.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var at = 0;
        foreach (var scene in city.Scenes.GetProperty("media").EnumerateArray())
        {
            var body = new JsonObject { ["id"] = $"{run}-{++at}", ["text"] = scene.GetString(), ["contact"] = new JsonObject { ["phone"] = "13800001111" } };
            city.Receive("partners", await TakenAsync(SendAsync(city, "media", 0, "/intake/partners/submissions", body)));
        }

        foreach (var scene in city.Scenes.GetProperty("weibo").EnumerateArray())
        {
            var reply = await WeiboAsync(city, run + ++at, scene.GetString()!);
            city.Received.Add(new("partners", Number().Match(reply).Value, null));
        }

        JsonObject? order = null;
        foreach (var scene in city.Scenes.GetProperty("province").EnumerateArray())
        {
            order = new JsonObject { ["foreignId"] = $"SX-{run}-{++at}", ["content"] = scene.GetString(), ["citizen"] = new JsonObject { ["phone"] = "13800001112" } };
            city.Receive("partners", await TakenAsync(SendAsync(city, "province", 2, "/intake/partners/orders", order)));
        }

        var repeat = await TakenAsync(SendAsync(city, "province", 2, "/intake/partners/orders", order!));
        city.Else.Add($"partners：省平台重复推送 {repeat["number"]}（{repeat["outcome"]}）");
        await city.RefuseAsync("partners", "签名不对的媒体来件", SendAsync(city, "media", 0, "/intake/partners/submissions", new() { ["id"] = "x", ["text"] = "路灯不亮" }, key: "wrong"));
        await city.RefuseAsync("partners", "没有这家的来件", SendAsync(city, "nobody", 0, "/intake/partners/submissions", new() { ["id"] = "x", ["text"] = "路灯不亮" }));
    }

    private static async Task<JsonNode> TakenAsync(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        answer.EnsureSuccessStatusCode();
        return await AppClient.ReadAsync(answer);
    }

    private static async Task<HttpResponseMessage> SendAsync(DemoCity city, string name, int partner, string path, JsonObject body, string? key = null)
    {
        var json = body.ToJsonString();
        var bytes = Encoding.UTF8.GetBytes(json);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } } };
        request.Headers.TryAddWithoutValidation(RequestSignature.Header, RequestSignature.Of(
            key ?? city.Secret($"Hotline:Partners:Partners:{partner}:Key"), name, city.Time.GetUtcNow().ToUnixTimeSeconds(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)), "POST", path, "application/json", bytes));
        return await city.Http.SendAsync(request);
    }

    /// <returns>What the account says.</returns>
    private static async Task<string> WeiboAsync(DemoCity city, string sender, string text)
    {
        var time = city.Time.GetUtcNow();
        var (at, nonce) = (time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), "n0nce");
        var message = new JsonObject
        {
            ["type"] = "text",
            ["receiver_id"] = 1902538057,
            ["sender_id"] = long.Parse(sender, CultureInfo.InvariantCulture),
            ["created_at"] = time.ToString("ddd MMM dd HH:mm:ss '+0000' yyyy", CultureInfo.InvariantCulture),
            ["text"] = text,
            ["data"] = new JsonObject(),
        };
        var signature = WeChatSignature.Of(city.Secret("Hotline:Partners:Partners:1:Key"), at, nonce);
        using var content = new StringContent(message.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await city.Http.PostAsync(new Uri($"/intake/partners/weibo/weibo?signature={signature}&timestamp={at}&nonce={nonce}", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
        return Uri.UnescapeDataString((await AppClient.ReadAsync(answer))["data"]!.GetValue<string>());
    }

    [GeneratedRegex("[0-9]{15}")]
    private static partial Regex Number();
}

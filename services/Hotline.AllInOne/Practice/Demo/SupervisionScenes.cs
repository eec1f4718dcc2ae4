using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.SupervisionLine;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>
/// Reporters at the supervision line, and the officer at his station: sealed and opened here as their browsers' pages do it. What a report says is printed nowhere.
/// </summary>
internal static partial class SupervisionScenes
{
    private const string Officer = "discipline-01";

    public static async Task PlayAsync(DemoCity city)
    {
        var page = await city.Http.GetStringAsync(new Uri("/supervision", UriKind.Relative));
        var officers = KeysOf(JsonNode.Parse(WebUtility.HtmlDecode(Keys().Match(page).Groups["keys"].Value))!);
        var reporters = new List<(ReceiptCode Code, P256Key Key, string Text)>();
        foreach (var scene in city.Scenes.GetProperty("supervision").EnumerateArray())
        {
            var (code, key, text) = (ReceiptCode.New(), P256Key.Generate(), scene.GetProperty("text").GetString()!);
            var plain = new PlainReport(
                code.Thread, text, scene.GetProperty("accused").GetString(), [.. scene.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()!)], "", key.ToPublic(), []);
            var body = Holder(code);
            (body["replyKey"], body["lockedKey"], body["letter"]) = (key.Thumbprint(), code.Lock(key), Sealed(
                JsonSerializer.SerializeToUtf8Bytes(plain, SupervisionJson.Default.PlainReport), LetterKinds.Report, officers));
            for (var sent = 0; sent < 2; sent++) // the second time as a browser does that got no answer
            {
                using var answer = await city.Http.PostAsync(new Uri("/supervision/reports", UriKind.Relative), AppClient.Json(body.ToJsonString()));
                answer.EnsureSuccessStatusCode();
            }

            reporters.Add((code, key, text));
        }

        city.Else.Add($"supervision：{reporters.Count} 件举报在浏览器里密封后送达，各发两次，各只一件");
        await OpenAsync(city, reporters);
        await city.RefuseAsync("supervision", "猜查询码", city.Http.PostAsync(new Uri("/supervision/conversation", UriKind.Relative), AppClient.Json(Holder(ReceiptCode.New()).ToJsonString())));
        await city.RefuseAsync("supervision", "受理员想看举报", city.Staff.SendAsync("acceptor-01", HttpMethod.Get, "/supervision/station/reports"));
        await city.RefuseAsync("supervision", "没有密封的举报", city.Http.PostAsync(new Uri("/supervision/reports", UriKind.Relative), AppClient.Json("""{"text":"某某不作为"}""")));
    }

    /// <summary>The officer opens what came with his own key file, moves it on and answers; each reporter finds the answer by his code.</summary>
    private static async Task OpenAsync(DemoCity city, List<(ReceiptCode Code, P256Key Key, string Text)> reporters)
    {
        var own = JsonSerializer.Deserialize(await File.ReadAllTextAsync(Path.Combine(city.Folder, "practice-officer", "practice.private.jwk")), SealingJson.Default.P256Key)!;
        var told = await city.Staff.CallAsync(Officer, HttpMethod.Get, "/supervision/station/officers");
        var officers = KeysOf(told["keys"]!);
        var opened = 0;
        foreach (var line in (await city.Staff.CallAsync(Officer, HttpMethod.Get, "/supervision/station/reports")).AsArray())
        {
            var path = $"/supervision/station/reports/{line!["id"]}";
            var report = await city.Staff.PostAsync(Officer, $"{path}/open", []);
            var letter = report["letters"]![0]!["letter"].Deserialize(SealingJson.Default.SealedLetter)!;
            var plain = JsonSerializer.Deserialize(LetterSealer.Open(letter, LetterKinds.Report, own), SupervisionJson.Default.PlainReport)!;
            if (reporters.Find(one => one.Code.Thread == plain.Thread) is not { Text: { } text } reporter)
            {
                continue; // of an earlier demonstration
            }

            if (plain.Text != text)
            {
                throw new InvalidOperationException("The officer did not read what the reporter wrote.");
            }

            var answer = JsonSerializer.SerializeToUtf8Bytes(new PlainAnswer(plain.Thread, "您的举报已进入甄别，如需补充请凭查询码来信。"), SupervisionJson.Default.PlainAnswer);
            await PostAsync(city, $"{path}/answers", new JsonObject { ["letter"] = Sealed(answer, LetterKinds.Answer, [.. officers, plain.ReplyKey!]) });
            await PostAsync(city, $"{path}/moves", new JsonObject { ["state"] = ReportState.Screening });
            if (!await IsAnsweredAsync(city, reporter.Code, reporter.Key))
            {
                throw new InvalidOperationException("The reporter does not find the officer's answer by his code.");
            }

            opened++;
        }

        city.Else.Add($"supervision：纪检人员用自己的密钥打开 {opened} 件，转入甄别并回信；举报人凭查询码读到回信");
    }

    private static async Task<bool> IsAnsweredAsync(DemoCity city, ReceiptCode code, P256Key key)
    {
        using var shown = await city.Http.PostAsync(new Uri("/supervision/conversation", UriKind.Relative), AppClient.Json(Holder(code).ToJsonString()));
        shown.EnsureSuccessStatusCode();
        var answers = (await AppClient.ReadAsync(shown))["letters"]!.AsArray().Where(letter => letter!["letter"] is not null);
        return answers.Any(letter => LetterSealer.Open(letter!["letter"].Deserialize(SealingJson.Default.SealedLetter)!, LetterKinds.Answer, key).Length > 0);
    }

    private static async Task PostAsync(DemoCity city, string path, JsonObject body)
    {
        using var answer = await city.Staff.SendAsync(Officer, HttpMethod.Post, path, body);
        answer.EnsureSuccessStatusCode();
    }

    private static JsonObject Holder(ReceiptCode code) => new() { ["locator"] = Base64Url.EncodeToString(code.Locator), ["proof"] = Base64Url.EncodeToString(code.Proof) };

    private static JsonNode Sealed(byte[] plain, string kind, IEnumerable<P256Key> recipients) =>
        JsonSerializer.SerializeToNode(LetterSealer.Seal(LetterSize.Fill(plain), kind, recipients), SealingJson.Default.SealedLetter)!;

    private static List<P256Key> KeysOf(JsonNode keys) => [.. keys.AsArray().Select(key => key.Deserialize(SealingJson.Default.P256Key)!)];

    [GeneratedRegex("data-officers=\"(?<keys>[^\"]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Keys();
}

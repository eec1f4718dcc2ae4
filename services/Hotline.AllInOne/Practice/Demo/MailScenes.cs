using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>Letters to the office's mailboxes, in GB18030 as Chinese clients write them, by the mail server's pipe.</summary>
internal static class MailScenes
{
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!;

    public static async Task PlayAsync(DemoCity city)
    {
        var run = city.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var at = 0;
        byte[]? first = null;
        foreach (var letter in city.Scenes.GetProperty("mail").EnumerateArray())
        {
            var bytes = Letter($"citizen{++at}@example.org", letter.GetProperty("to").GetString()!, letter.GetProperty("subject").GetString()!, letter.GetProperty("text").GetString()!, $"demo-{run}-{at}");
            first ??= bytes;
            city.Receive("email", await TakenAsync(city, bytes));
        }

        city.Else.Add($"email：同一封信再次投递，仍是 {(await TakenAsync(city, first!))["number"]}");
        var number = city.Received.First(one => one.Channel == "email").Number;
        var more = await TakenAsync(city, Letter("citizen1@example.org", "12345@lvliang.example", $"Re: {number}", "补充一下：现在已经停水三天了。", $"demo-{run}-more"));
        city.Else.Add($"email：原发信人引用编号来信，{(more["outcome"]!.GetValue<string>() == "supplement" ? "作为补充" : "另立一件")} {more["number"]}");
        var bounce = await TakenAsync(city, [.. "Auto-Submitted: auto-replied\r\n"u8, .. Letter("postmaster@example.org", "12345@lvliang.example", "自动回复：我在休假", "我在休假，稍后回复。", $"demo-{run}-auto")]);
        city.Else.Add($"email：自动回复不立诉求，转{(bounce["outcome"]!.GetValue<string>() == "review" ? "待核查" : "？")}");
        var bomb = new StringBuilder("From: <bomb@example.org>\r\nSubject: bomb\r\nMIME-Version: 1.0\r\n");
        for (var depth = 0; depth < 2000; depth++)
        {
            bomb.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n");
        }

        var nested = await TakenAsync(city, Encoding.ASCII.GetBytes(bomb.ToString()));
        city.Else.Add($"email：嵌套 2000 层的邮件炸弹，{(nested["outcome"]!.GetValue<string>() == "review" ? "转待核查" : $"立为 {nested["number"]}")}");
        if (nested["number"] is not null)
        {
            city.Receive("email", nested);
        }

        await city.RefuseAsync("email", "密钥不对的投递", SendAsync(city, first!, "wrong"));
        await city.RefuseAsync("email", "空的投递", SendAsync(city, [], city.Secret("Hotline:Email:PipeKey")));
    }

    private static async Task<JsonNode> TakenAsync(DemoCity city, byte[] letter)
    {
        using var answer = await SendAsync(city, letter, city.Secret("Hotline:Email:PipeKey"));
        answer.EnsureSuccessStatusCode();
        return await AppClient.ReadAsync(answer);
    }

    private static async Task<HttpResponseMessage> SendAsync(DemoCity city, byte[] letter, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/email/messages") { Content = new ByteArrayContent(letter) };
        request.Content.Headers.ContentType = new("message/rfc822");
        request.Headers.Authorization = new("Bearer", key);
        return await city.Http.SendAsync(request);
    }

    /// <summary>Subject and body in GB18030, labelled gb2312 as most clients do.</summary>
    private static byte[] Letter(string from, string to, string subject, string text, string id) => Encoding.ASCII.GetBytes(
        $"From: <{from}>\r\nTo: <{to}>\r\nSubject: =?gb2312?B?{Convert.ToBase64String(Gb18030.GetBytes(subject))}?=\r\nMessage-ID: <{id}@example.org>\r\n"
        + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + Convert.ToBase64String(Gb18030.GetBytes(text), Base64FormattingOptions.InsertLineBreaks) + "\r\n");
}

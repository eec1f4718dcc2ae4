using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.AllInOne.Practice;
using Hotline.Hosting;
using Hotline.Intake.Messages;
using Hotline.Intake.Partners;
using Xunit;

namespace Hotline.ContractTests.Channels.Partners;

/// <summary>Partners as they send: media and the province by signature, Weibo by its handshake.</summary>
public sealed partial class PartnersTests : IAsyncLifetime
{
    private const string Submissions = "/intake/partners/submissions";
    private const string Orders = "/intake/partners/orders";
    private const string Secret = "0123456789abcdef-media";
    private const string Appsecret = "weibo-appsecret-of-this-test";
    private ChannelHost<PartnersChannel> _host = null!;

    public async Task InitializeAsync() => _host = await ChannelHost<PartnersChannel>.StartAsync([
        .. Partner(0, "daily", "Media", Secret, "顶端新闻"), .. Partner(1, "radio", "Media", Secret + "2", "今日商丘"), .. Partner(2, "weibo", "Weibo", Appsecret, "微博"),
        .. Partner(3, "province", "Province", Secret + "3", "省平台"), .. Partner(4, "closed", "Media", "", "未开通"), .. Partner(5, "small", "Media", Secret + "5", "小站"), "--Hotline:Partners:Partners:5:PerMinute=2",
    ]);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Each_partner_is_its_own_source_and_sees_its_own_appeals_only()
    {
        var (daily, radio) = (Client("daily", Secret), Client("radio", Secret + "2"));
        const string Body = """{"id":"a-1","text":"滨河路的路灯三天不亮。","contact":{"phone":"13800001111"}}""";
        var (status, first) = await daily.SendAsync(HttpMethod.Post, Submissions, Body);
        Assert.Equal(201, status);
        var (again, repeat) = await daily.SendAsync(HttpMethod.Post, Submissions, Body);
        Assert.Equal((200, first["number"]!.ToString(), first["code"]!.ToString(), true), (again, repeat["number"]!.ToString(), repeat["code"]!.ToString(), repeat["repeated"]!.GetValue<bool>()));
        Assert.Equal(422, (await daily.SendAsync(HttpMethod.Post, Submissions, """{"id":"a-1","text":"另外一件事。"}""")).Status);
        Assert.Equal(201, (await radio.SendAsync(HttpMethod.Post, Submissions, Body)).Status);
        var appeal = (await _host.Intake.FindAsync(first["number"]!.ToString(), default))!.State.Appeal;
        Assert.Equal(("顶端新闻", "a-1", "08"), (appeal.Source, appeal.SourceId, appeal.Number[6..8]));
        Assert.Equal(first["number"]!.ToString(), (await daily.SendAsync(HttpMethod.Get, $"{Submissions}/a-1")).Body["number"]!.ToString());
        Assert.NotEqual(first["number"]!.ToString(), (await radio.SendAsync(HttpMethod.Get, $"{Submissions}/a-1")).Body["number"]!.ToString());
        Assert.Equal(200, (await daily.SendAsync(HttpMethod.Post, $"{Submissions}/a-1/supplements", """{"id":"s-1","text":"今天还是不亮。"}""")).Status);
        Assert.Equal(200, (await daily.SendAsync(HttpMethod.Post, $"{Submissions}/a-1/urges", """{"id":"u-1"}""")).Status);
        var withdrawn = (await daily.SendAsync(HttpMethod.Post, $"{Submissions}/a-1/withdrawals", """{"id":"w-1","text":"已好"}""")).Body;
        Assert.Equal((1, 1, true), (withdrawn["supplements"]!.GetValue<int>(), withdrawn["urges"]!.GetValue<int>(), withdrawn["withdrawnAt"] is not null));
        Assert.Equal(404, (await Client("province", Secret + "3").SendAsync(HttpMethod.Get, $"{Orders}/a-1")).Status);
        Assert.Equal(401, (await Client("province", Secret + "3").SendAsync(HttpMethod.Get, $"{Submissions}/a-1")).Status);
    }

    [Fact]
    public async Task Every_changed_bit_of_a_signed_request_is_refused()
    {
        var client = Client("daily", Secret);
        const string Body = """{"id":"b-1","text":"桥南巷的垃圾没人收。"}""";
        using var good = client.Sign(HttpMethod.Post, Submissions, Body);
        var signature = good.Headers.GetValues(RequestSignature.Header).Single();
        var let = 0;
        var bytes = Encoding.UTF8.GetBytes(Body);
        for (var bit = 0; bit < (bytes.Length + signature.Length) * 8; bit++)
        {
            var (body, header) = (bytes.ToArray(), Encoding.ASCII.GetBytes(signature));
            if (bit / 8 < body.Length)
            {
                body[bit / 8] ^= (byte)(1 << (bit % 8));
            }
            else
            {
                header[(bit / 8) - body.Length] ^= (byte)(1 << (bit % 8));
            }

            var text = Encoding.Latin1.GetString(header);
            if (text.Any(c => c is < ' ' or > '~')) // no client can put it into a header
            {
                continue;
            }

            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Submissions, body, text));
            let++;
        }

        Assert.True(let > 1000);
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Submissions + "?x=1", bytes, signature));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync($"{Submissions}/b-1/supplements", bytes, signature));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Submissions, bytes, signature, "text/json"));
        Assert.Empty(await _host.Intake.ReviewsAsync(0, 10, default));
        Assert.Equal(HttpStatusCode.Created, await SendAsync(Submissions, bytes, signature));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Submissions, bytes, signature)); // the nonce is used
    }

    [Fact]
    public async Task Stale_closed_unknown_and_too_many_are_refused_and_what_is_signed_but_unreadable_is_kept()
    {
        var daily = Client("daily", Secret);
        foreach (var late in new[] { 301, -301 })
        {
            using var stale = daily.Sign(HttpMethod.Get, $"{Submissions}/x", late: TimeSpan.FromSeconds(late));
            using var refused = await _host.Http.SendAsync(stale);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        Assert.Equal(503, (await Client("closed", Secret).SendAsync(HttpMethod.Get, $"{Submissions}/x")).Status);
        Assert.Equal(401, (await Client("nobody", Secret).SendAsync(HttpMethod.Get, $"{Submissions}/x")).Status);
        var small = Client("small", Secret + "5");
        foreach (var status in new[] { 404, 404, 429 })
        {
            Assert.Equal(status, (await small.SendAsync(HttpMethod.Get, $"{Submissions}/x")).Status);
        }

        Assert.Equal(400, (await daily.SendAsync(HttpMethod.Post, Submissions, """{"id":"c-1","text":"路灯不亮","colour":"red"}""")).Status);
        Assert.Equal(400, (await daily.SendAsync(HttpMethod.Post, Submissions, "not JSON")).Status);
        Assert.Equal(2, (await _host.Intake.ReviewsAsync(0, 10, default)).Count);
        Assert.Equal(400, (await daily.SendAsync(HttpMethod.Post, Submissions, """{"id":"c 1","text":"路灯不亮"}""")).Status);
    }

    [Fact]
    public async Task The_province_pushes_edits_cancels_and_polls()
    {
        var province = Client("province", Secret + "3");
        const string Order = """{"foreignId":"SX-1","title":"供暖","content":"离石区某小区暖气不热。","deadline":"2026-12-01T18:00:00+08:00","category":"供暖","citizen":{"name":"标记姓名乙","phone":"13899990000"},"attachments":[{"name":"a.jpg","url":"ftp://files.example/a.jpg"}]}""";
        var (status, first) = await province.SendAsync(HttpMethod.Post, Orders, Order);
        Assert.Equal((201, "received"), (status, first["outcome"]!.ToString()));
        Assert.Equal("repeated", (await province.SendAsync(HttpMethod.Post, Orders, Order)).Body["outcome"]!.ToString());
        var edit = Order.Replace("不热", "完全不热", StringComparison.Ordinal);
        Assert.Equal("supplemented", (await province.SendAsync(HttpMethod.Post, Orders, edit)).Body["outcome"]!.ToString());
        Assert.Equal("repeated", (await province.SendAsync(HttpMethod.Post, Orders, edit)).Body["outcome"]!.ToString());
        var number = first["number"]!.ToString();
        var state = (await _host.Intake.FindAsync(number, default))!.State;
        Assert.Contains("完全不热", Assert.Single(state.Supplements).Text, StringComparison.Ordinal);
        Assert.Equal(("省平台", "SX-1"), (state.Appeal.Source, state.Appeal.SourceId));
        Assert.Contains(state.Appeal.Marks!, mark => mark.Contains("2026-12-01 18:00", StringComparison.Ordinal));
        var polled = (await province.SendAsync(HttpMethod.Get, $"{Orders}/SX-1")).Body;
        Assert.Equal(("pending", number, 1), (polled["state"]!.ToString(), polled["number"]!.ToString(), polled["edits"]!.GetValue<int>()));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("cancelled", (await province.SendAsync(HttpMethod.Post, $"{Orders}/SX-1/cancellation", """{"reason":"市民撤回"}""")).Body["state"]!.ToString());
        }
    }

    [Fact]
    public async Task What_is_not_ours_goes_back_with_a_reason_the_province_reads()
    {
        var province = Client("province", Secret + "3");
        var number = (await province.SendAsync(HttpMethod.Post, Orders, """{"foreignId":"SX-2","content":"省管高速路面破损。","attachments":[{"name":"b.jpg","url":"https://files.example/b.jpg"}]}""")).Body["number"]!.ToString();
        var staff = new StaffClient(_host.Http, await new HotlineHost(_host.Arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromHours(1)));
        var order = await staff.CallAsync("acceptor-01", HttpMethod.Get, $"/intake/partners/province-orders/{number}");
        Assert.Equal("https://files.example/b.jpg", order["attachments"]![0]!["url"]!.ToString());
        Assert.Equal("returned", (await staff.PostAsync("acceptor-01", $"/intake/partners/province-orders/{number}/return", new JsonObject { ["reason"] = "不属于本市管辖" }))["state"]!.ToString());
        var polled = (await province.SendAsync(HttpMethod.Get, $"{Orders}/SX-2")).Body;
        Assert.Equal(("returned", "不属于本市管辖"), (polled["state"]!.ToString(), polled["returnReason"]!.ToString()));
        Assert.NotNull((await _host.Intake.FindAsync(number, default))!.State.WithdrawnAt);
        var stored = Directory.GetFiles(_host.Folder, "hotline.db*").SelectMany(File.ReadAllBytes).ToArray();
        Assert.Equal(-1, stored.AsSpan().IndexOf("files.example"u8));
    }

    [Fact]
    public async Task Weibo_verifies_the_address_by_its_appsecret()
    {
        // The vector of Weibo's own documentation.
        Assert.Equal("90e4c22c90a58f26526c2dd5b6c56c8822edeaa1", WeChatSignature.Of("xyz123xyz", "1397022061823", "57155157"));
        Assert.Equal("dnPdpTZz85", await _host.Http.GetStringAsync(Weibo("&echostr=dnPdpTZz85")));
        foreach (var (path, status) in new[] { ("weibo?signature=0&timestamp=1&nonce=2", 401), ("weibo", 400), ("nobody?signature=0&timestamp=1&nonce=2", 404) })
        {
            using var answer = await _host.Http.GetAsync(new Uri($"/intake/partners/weibo/{path}", UriKind.Relative));
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_Weibo_message_is_an_appeal_and_what_follows_within_the_window_supplements_it()
    {
        var first = Json("7001", "text", "昨天滨河路的路灯不亮，电话13800001111", 1);
        var reply = await PushAsync(first);
        var number = Number().Match(reply).Value;
        Assert.Equal(reply, await PushAsync(first));
        var second = Json("7001", "text", "今天还是不亮。", 2);
        Assert.Equal($"已补充到诉求{number}。", await PushAsync(second));
        Assert.Equal($"已补充到诉求{number}。", await PushAsync(second));
        Assert.NotEqual(number, Number().Match(await PushAsync(Json("7002", "text", "昨天滨河路的路灯不亮。", 1))).Value);
        var state = (await _host.Intake.FindAsync(number, default))!.State;
        Assert.Equal(("微博", new DateTimeOffset(2012, 7, 16, 10, 9, 21, TimeSpan.Zero)), (state.Appeal.Source, state.Appeal.SubmittedAt));
        Assert.Equal("今天还是不亮。", Assert.Single(state.Supplements).Text);
        _host.Time.Ahead += TimeSpan.FromMinutes(31);
        Assert.NotEqual(number, Number().Match(await PushAsync(Json("7001", "text", "另外一件事：公园的厕所没有水。", 3))).Value);
        Assert.Equal($"已补充到诉求{number}。", await PushAsync(second));
        Assert.Contains("等待受理", await PushAsync(Json("7001", "text", $"查询 {number}", 4)), StringComparison.Ordinal);
        Assert.StartsWith("没有查到", await PushAsync(Json("7002", "text", $"撤诉 {number}", 5)), StringComparison.Ordinal);
        Assert.Contains("已撤回", await PushAsync(Json("7001", "text", $"撤诉 {number}", 6)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_out_of_an_old_log_sends_nothing()
    {
        using var content = new StringContent(Json("7006", "text", "小区停水了。", 1), Encoding.UTF8, "application/json");
        using var answer = await _host.Http.PostAsync(Weibo(ago: TimeSpan.FromMinutes(11)), content);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Weibo_messages_at_once_are_one_appeal_and_its_supplements()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => PushAsync(Json("7003", "text", $"第{i}条：小区停水了。", i))));
        Assert.Single(replies.Select(reply => Number().Match(reply).Value).Distinct());
        Assert.Equal(9, (await _host.Intake.FindAsync(Number().Match(replies[0]).Value, default))!.State.Supplements.Count);
    }

    [Fact]
    public async Task Weibo_s_XML_is_WeChat_s_unknown_types_are_answered_and_what_is_none_is_kept()
    {
        var xml = "<xml><ToUserName>1</ToUserName><FromUserName>7004</FromUserName><CreateTime>1700000000</CreateTime><MsgType>text</MsgType><Content>滨河小区3号楼着火了</Content><MsgId>9</MsgId></xml>";
        var reply = WeChatReader.Read(Encoding.UTF8.GetBytes(await SendAsync(xml)))!;
        Assert.Equal("7004", reply.From.Length > 0 ? reply.To : "");
        Assert.StartsWith("如有人身危险", reply.Content, StringComparison.Ordinal);
        Assert.Empty(await SendAsync(Json("7005", "hologram", "不认识的类型", 1)));
        Assert.Empty(await SendAsync(Json("7005", "event", "", 2)));
        Assert.Contains("这里是12345", await PushAsync(Json("7005", "text", "你好", 3)), StringComparison.Ordinal);
        foreach (var broken in new[] { "{", "<xml><!DOCTYPE x>", """{"type":"text"}""", "" })
        {
            using var content = new StringContent(broken, Encoding.UTF8, "application/json");
            using var answer = await _host.Http.PostAsync(Weibo(), content);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Equal(4, (await _host.Intake.ReviewsAsync(0, 10, default)).Count);
    }

    private static string[] Partner(int at, string name, string protocol, string key, string source) =>
    [
        $"--Hotline:Partners:Partners:{at}:Name={name}", $"--Hotline:Partners:Partners:{at}:Protocol={protocol}", $"--Hotline:Partners:Partners:{at}:Key={key}", $"--Hotline:Partners:Partners:{at}:Source={source}",
    ];

    private SignedClient Client(string name, string key) => new(_host.Http, name, key, _host.Time);

    private async Task<HttpStatusCode> SendAsync(string path, byte[] body, string signature, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) { Headers = { ContentType = new(type) } } };
        request.Headers.TryAddWithoutValidation(RequestSignature.Header, signature);
        using var answer = await _host.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private Uri Weibo(string rest = "", TimeSpan ago = default)
    {
        var at = (_host.Time.GetUtcNow() - ago).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new($"/intake/partners/weibo/weibo?signature={WeChatSignature.Of(Appsecret, at, "n0nce")}&timestamp={at}&nonce=n0nce{rest}", UriKind.Relative);
    }

    private static string Json(string sender, string type, string text, int second) => new JsonObject
    {
        ["type"] = type,
        ["receiver_id"] = 1902538057,
        ["sender_id"] = long.Parse(sender, CultureInfo.InvariantCulture),
        ["created_at"] = $"Mon Jul 16 18:09:2{second} +0800 2012",
        ["text"] = text,
        ["data"] = new JsonObject { ["subtype"] = "other" },
    }.ToJsonString();

    private async Task<string> SendAsync(string message)
    {
        using var content = new StringContent(message, Encoding.UTF8, "application/json");
        using var answer = await _host.Http.PostAsync(Weibo(), content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <returns>What the account says in a JSON answer.</returns>
    private async Task<string> PushAsync(string message)
    {
        var answer = JsonNode.Parse(await SendAsync(message))!;
        Assert.True(answer["result"]!.GetValue<bool>());
        return JsonNode.Parse(Uri.UnescapeDataString(answer["data"]!.ToString()))!["text"]!.ToString();
    }

    [GeneratedRegex("[0-9]{15}")]
    private static partial Regex Number();
}

using System.Text;
using System.Text.Json.Serialization.Metadata;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.App;
using Hotline.Intake.MessageBoard;
using Hotline.Intake.MessageBoard.Sync;
using Hotline.Intake.Messages;
using Hotline.Intake.Phone;
using Hotline.Intake.WeChat;
using Hotline.Intake.WeChat.Platform;
using Hotline.Intake.WeChat.Protocol;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace Hotline.UnitTests.Core;

/// <summary>The readers of every channel under hostile input; letters and photos have theirs beside their own tests.</summary>
public sealed class ReaderFuzzTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private static readonly string[] JsonTokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e999", "-0", "9999999999999999999999", "\\ud800", "\\u0000", "\uFEFF", "[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":", "\"at\":\"0001-01-01T00:00:00+14:00\"",
        "\"9999-12-31T23:59:59-14:00\"", "\"latitude\":1e308", "\"text\":null", "\"state\":\"", "\"tid\":1", "\"dateline\":-9223372036854775808", "\"dateline\":9223372036854775807", "/*", "\u202E", "\0",
    ];

    private static readonly string[] XmlTokens =
    [
        "<xml>", "</xml>", "<![CDATA[", "]]>", "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">]>", "&a;", "&amp;", "&#0;", "&#x10FFFF;", "<!--", "-->", "<?xml version=\"1.0\"?>", "<?x", "<a b='c' b='d'>", "xmlns:a='b'", "<a:b>",
        "<MsgType>image</MsgType>", "<MediaId>", "<Location_X>1e999</Location_X>", "<Location_Y>NaN</Location_Y>", "<CreateTime>99999999999</CreateTime>", "<Content>", "\0", "\uFEFF", "<a><a><a><a><a><a><a><a><a>", "{", "}", "\"Content\":",
    ];

    [Fact]
    public void App_appeals() => Json(AppJson.Default.AppAppeal, 0.01, AppNormalizer.Check, appeal => AppNormalizer.Normalize(appeal, "device", "key", []),
        """{"text":"滨河街道兴隆巷口的井盖丢失三天了。","title":"井盖","nature":"help","place":{"text":"离石区","latitude":37.5,"longitude":111.1,"datum":"gcj02","division":"141102"},"occurredAt":"2026-03-01T08:00:00+08:00","contact":{"name":"测试","phone":"13900000000","email":"a@example.org"}}""",
        """{"text":"路灯不亮，请尽快修好。","anonymous":true,"confidential":true}""");

    [Fact]
    public void Call_events() => Json(PhoneJson.Default.CallEvent, 0.01, PhoneNormalizer.Check, told => told.ToString(),
        """{"callId":"c-1","state":"answered","agent":"agent-01","caller":"13900001111","callee":"12345","skillGroup":"general","at":"2026-03-02T09:00:00+08:00"}""",
        """{"callId":"c-1","state":"recorded","at":"2026-03-02T09:00:00Z","recording":{"address":"file:///r/1.wav","sha256":"00","seconds":61}}""",
        """{"callId":"c-1","state":"rated","at":"2026-03-02T09:00:00+08:00","rating":5}""");

    [Fact]
    public void Appeals_by_phone() => Json(PhoneJson.Default.PhoneAppeal, 0.01, PhoneNormalizer.Check, appeal => PhoneNormalizer.Normalize(appeal, "agent-01", "key", "13900000000"),
        """{"callId":"c-1","text":"柳林县柳林镇的公交车总是晚点。","cause":"班次少","title":"公交","nature":"complaint","occurredAt":"2026-03-01T08:00:00+08:00","place":{"text":"柳林镇"},"contact":{"name":"测试","phone":"13900000000"}}""");

    [Fact]
    public void The_boards_rows() => output.WriteLine(ByteFuzz.Holds(
        Bytes(
            """{"tid":7,"fid":3,"typeId":2,"nickName":"测***","subject":"路灯","content":"小区门口的路灯三天不亮。","dateline":1772000000,"threadsCheckTime":1772003600,"stateInfo":"待回复","forumName":"测试市委书记","typeName":"求助","domainName":"城建","grade":null,"from":" 测试省 测试市"}""",
            """{"tid":8,"fid":3,"subject":"x","content":"<p>一<br>二...</p>","dateline":1772000000,"answerContent":"已修好","answerOrganization":"测试市住建局","answerId":5,"answerDateline":1772900000,"grade":5}"""),
        JsonTokens,
        input => Told(() => System.Text.Json.JsonSerializer.Deserialize(input, BoardJson.Default.BoardItem)) is { } item && BoardNormalizer.Look(item, At, isDetail: false, input) is { } look && Uses(look.Text),
        0.02));

    [Fact]
    public void The_boards_snapshots() => output.WriteLine(ByteFuzz.Holds(
        Bytes("""{"tid":9,"fid":3,"title":"路灯","content":"小区门口的路灯三天不亮。","date":"2026-03-02","forum":"测试市委书记","type":"求助","domain":"城建","district":"测试","status":"已回复","reply_content":"已修好","reply_org":"住建局","nick":"测***"}"""),
        JsonTokens,
        input => Told(() => System.Text.Json.JsonSerializer.Deserialize(input, BoardJson.Default.BoardSnapshotItem)) is { } item && BoardNormalizer.Look(item, At, 3, input) is { } look && Uses(look.Text),
        0.02));

    [Fact]
    public void WeChat_messages() => output.WriteLine(ByteFuzz.Holds(
        Bytes(
            "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName><CreateTime>1772413200</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[昨天滨河路的路灯不亮]]></Content><MsgId>1</MsgId></xml>",
            "<xml><FromUserName>o1</FromUserName><CreateTime>1772413200</CreateTime><MsgType>location</MsgType><Location_X>37.5</Location_X><Location_Y>111.1</Location_Y><Label><![CDATA[离石区]]></Label><MsgId>2</MsgId></xml>",
            "<xml><FromUserName>o1</FromUserName><MsgType>event</MsgType><Event>location_select</Event><SendLocationInfo><Location_X>1</Location_X><Label>x</Label></SendLocationInfo></xml>",
            """{"FromUserName":"o1","CreateTime":1772413200,"MsgType":"voice","MediaId":"m","Recognition":"路灯不亮","MsgId":3,"SendLocationInfo":{"Label":"x"}}"""),
        XmlTokens,
        input =>
        {
            if (WeChatReader.Read(input) is not { } message)
            {
                return false;
            }

            var draft = WeChatNormalizer.Normalize([message], "key", "id");
            return message.Key.Length > 0 && message.MediaId.Length >= 0 && draft.Text.IsNormalized() && WeChatNormalizer.Missing([message]) >= 0;
        },
        0.02));

    [Fact]
    public void WeChats_answers() => output.WriteLine(ByteFuzz.Holds(
        Bytes("""{"access_token":"t","expires_in":7200}""", """{"errcode":40001,"errmsg":"invalid credential"}""", """{"video_url":"http://vweixinp.tc.qq.com/1007_x"}"""),
        JsonTokens,
        input => PlatformAnswer.Read(input) is not null,
        0.02));

    [Fact]
    public void Forms_with_files() => output.WriteLine(ByteFuzz.Holds(
        Bytes(
            "--b\r\nContent-Disposition: form-data; name=\"appeal\"\r\nContent-Type: application/json\r\n\r\n{\"text\":\"路灯不亮\"}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n\u00FF\u00D8\r\n--b--\r\n",
            "--b\r\nContent-Disposition: form-data; name=appeal\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name=f; filename*=utf-8''%E4%BD%A0.png\r\n\r\nx\r\n--b--"),
        ["--b\r\n", "--b--", "\r\n\r\n", "\r", "\n", "Content-Disposition: form-data; name=\"appeal\"\r\n", "filename*=utf-8''%", "filename*", "name", "filename=\"", "name=", ";", "\"", "X: y\r\n", ":", "\0", "--", "..\\..\\", "=?utf-8?B?5L2g?="],
        ReadForm,
        0.02));

    [Fact]
    public void A_file_whose_name_has_no_value_is_a_file() => Assert.True(ReadForm(Encoding.UTF8.GetBytes(
        "--b\r\nContent-Disposition: form-data; name=appeal\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name=f; filename*\r\n\r\nx\r\n--b--")));

    private void Json<T>(JsonTypeInfo<T> type, double leastKnown, Func<T, IReadOnlyList<FieldError>> check, Func<T, object?> use, params string[] seeds)
        where T : class => output.WriteLine(ByteFuzz.Holds(
        Bytes(seeds),
        JsonTokens,
        input =>
        {
            var value = SubmissionJson.Parse(input, type, out var error);
            Assert.Equal(value is null, error is not null);
            return value is not null && check(value).Count == 0 && use(value) is not null;
        },
        leastKnown));

    private static bool ReadForm(byte[] input)
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(input, writable: false);
        http.Request.ContentLength = input.Length;
        using var body = Finished(RequestBytes.ReadAsync(http.Request, input.Length, default));
        var (form, problem) = Finished(SubmissionForm.ReadAsync("multipart/form-data; boundary=b", body, default));
        Assert.Equal(form is null, problem is not null);
        Assert.All(form?.Files ?? [], file => Assert.InRange(file.Offset + file.Length, 0, input.Length));
        return form is not null;
    }

    /// <summary>All bytes are there, so nothing is waited for and what is allocated is this thread's.</summary>
    private static T Finished<T>(ValueTask<T> task) => task.IsCompleted ? task.Result : throw new InvalidOperationException("It waited.");

    private static T? Told<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or InvalidOperationException)
        {
            return null; // as the board's sources do
        }
    }

    private static bool Uses(BoardText? text) => text is null || text.Content.IsNormalized();

    private static byte[][] Bytes(params string[] seeds) => [.. seeds.Select(Encoding.UTF8.GetBytes)];
}

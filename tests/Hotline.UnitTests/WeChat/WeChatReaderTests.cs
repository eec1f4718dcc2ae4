using System.Diagnostics;
using System.Text;
using Hotline.Intake.Messages;
using Hotline.Intake.WeChat;
using Hotline.UnitTests.Core;
using Xunit;

namespace Hotline.UnitTests.WeChat;

/// <summary>Pushes as the platform writes them, and as an attacker would.</summary>
public sealed class WeChatReaderTests
{
    private const string Text = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[路灯]]]]><![CDATA[>不亮😀]]></Content><MsgId>1</MsgId></xml>";

    [SkippableFact]
    public void Every_shared_sample_is_read_with_who_and_what()
    {
        var files = Directory.GetFiles(SharedData.Require("wechat/xml"), "*.xml");
        Assert.True(files.Length >= 60);
        Assert.All(files, file =>
        {
            var message = WeChatReader.Read(File.ReadAllBytes(file));
            Assert.NotNull(message);
            Assert.NotEmpty(message.From);
            Assert.NotEmpty(message.To);
            Assert.NotEmpty(message.Type);
            Assert.True(message.Type != "event" || message.Event.Length > 0, file);
        });
    }

    [SkippableFact]
    public void Nested_fields_and_both_spellings_are_found()
    {
        var folder = SharedData.Require("wechat/xml");
        var chosen = WeChatReader.Read(File.ReadAllBytes(Path.Combine(folder, "werobot_event_location_select_1.xml")))!;
        Assert.Equal("广州市海珠区客村艺苑路 106号", chosen.Text("SendLocationInfo.Label"));
        var finished = WeChatReader.Read(File.ReadAllBytes(Path.Combine(folder, "werobot_event_TEMPLATESENDJOBFINISH_1.xml")))!;
        Assert.StartsWith("m/200163836/", finished.Key, StringComparison.Ordinal);
        Assert.Equal("templatesendjobfinish", finished.Event);
    }

    [Fact]
    public void Text_is_read_as_it_was_written()
    {
        var message = WeChatReader.Read(Encoding.UTF8.GetBytes(Text))!;
        Assert.Equal("路灯]]>不亮😀", message.Content);
        Assert.Equal("m/1/1700000000/o1", message.Key);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), message.CreatedAt);
    }

    [Fact]
    public void JSON_is_read_like_XML()
    {
        var message = WeChatReader.Read("""{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1700000000,"MsgType":"location","Location_X":37.5,"Location_Y":111.1,"Label":"滨河路","MsgId":9,"Nested":{"A":"b"}}"""u8.ToArray())!;
        Assert.Equal((37.5, 111.1), message.Location);
        Assert.Equal("b", message.Text("Nested.A"));
        Assert.Equal("m/9/1700000000/o1", message.Key);
    }

    [Fact]
    public void Events_of_one_second_differ_by_name_and_key()
    {
        string Of(string name, string key) => WeChatReader.Read(Encoding.UTF8.GetBytes(
            $"<xml><FromUserName>o1</FromUserName><CreateTime>1700000000</CreateTime><MsgType>event</MsgType><Event>{name}</Event><EventKey>{key}</EventKey></xml>"))!.Key;
        Assert.Equal(Of("SCAN", "1"), Of("scan", "1"));
        Assert.Equal(3, new[] { Of("scan", "1"), Of("scan", "2"), Of("subscribe", "1") }.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("<xml><a></xml>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><Content>&a;</Content></xml>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><xml><Content>&b;</Content></xml>")]
    [InlineData("<xml><a><a><a><a><a><a><a><a><a>deep</a></a></a></a></a></a></a></a></a></xml>")]
    public void What_is_no_push_is_null(string body) => Assert.Null(WeChatReader.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Bombs_cost_no_more_than_their_length()
    {
        var many = $"<xml>{string.Concat(Enumerable.Range(0, 20_000).Select(i => $"<f{i}>x</f{i}>"))}</xml>";
        var parts = $"<xml><Content>{string.Concat(Enumerable.Repeat("<![CDATA[x]]>", 18_000))}</Content></xml>";
        var started = Stopwatch.StartNew();
        Assert.Null(WeChatReader.Read(Encoding.UTF8.GetBytes(many)));
        _ = WeChatReader.Read(Encoding.UTF8.GetBytes(parts));
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(5), $"{started.Elapsed}");
    }

    [Fact]
    public void Two_hundred_thousand_mutations_are_read_or_refused()
    {
        var random = new Random(20261121);
        byte[][] seeds = [Encoding.UTF8.GetBytes(Text), """{"FromUserName":"o1","MsgType":"text","Content":"路灯不亮"}"""u8.ToArray()];
        var read = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = (byte[])seeds[i % 2].Clone();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (WeChatReader.Read(bytes) is { } message)
            {
                read++;
                _ = (message.Key, message.Location, message.CreatedAt, WeChatNormalizer.Normalize([message], "k", "s"), WeChatNormalizer.Missing([message]));
            }
        }

        Assert.InRange(read, 1000, 199_999);
    }
}

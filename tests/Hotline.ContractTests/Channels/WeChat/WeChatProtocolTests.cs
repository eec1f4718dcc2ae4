using Hotline.Intake.Messages;
using System.Net;
using System.Text;
using Xunit;

namespace Hotline.ContractTests.Channels.WeChat;

/// <summary>The platform's handshake and modes, and those who only pretend to be it.</summary>
public sealed class WeChatProtocolTests(WeChatHost host) : IClassFixture<WeChatHost>
{
    [Fact]
    public async Task The_address_is_verified_by_the_echo()
    {
        Assert.Equal("5837835896451489886", await host.Http.GetStringAsync(WeChatHost.Address(rest: "&echostr=5837835896451489886")));
        await RefusedAsync(HttpStatusCode.BadRequest, await host.Http.GetAsync(WeChatHost.Address()));
        await RefusedAsync(HttpStatusCode.Unauthorized, await host.Http.GetAsync(new Uri("/intake/wechat/callback?signature=0&timestamp=1&nonce=2&echostr=x", UriKind.Relative)));
        await RefusedAsync(HttpStatusCode.BadRequest, await host.Http.GetAsync(new Uri("/intake/wechat/callback", UriKind.Relative)));
        await RefusedAsync(HttpStatusCode.BadRequest, await host.Http.GetAsync(WeChatHost.Address(rest: "&nonce=again&echostr=x")));
    }

    [Fact]
    public async Task Every_sample_is_answered_and_the_same_when_it_comes_again()
    {
        var folder = Path.Combine(Repository.Root, "../shared/data/wechat/xml");
        var samples = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.xml").Select(File.ReadAllText).ToList() : [host.Text("sample", "路灯不亮")];
        foreach (var sample in samples)
        {
            Assert.Equal(await host.PushAsync(sample), await host.PushAsync(sample));
        }
    }

    [Fact]
    public async Task JSON_is_answered_in_JSON()
    {
        using var answer = await host.SendAsync("""{"ToUserName":"gh_12345","FromUserName":"json-citizen","CreateTime":1700000000,"MsgType":"text","Content":"您好","MsgId":77}""", json: true);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.NotEmpty(WeChatReader.Read(await answer.Content.ReadAsByteArrayAsync())!.Text("Encrypt"));
    }

    [Fact]
    public async Task A_changed_frame_is_refused()
    {
        using var good = await host.SendAsync(host.Text("changed", "您好"));
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        foreach (var address in new[] { WeChatHost.Address("another frame"), WeChatHost.Address() })
        {
            using var content = new StringContent("<xml><Encrypt>AAAA</Encrypt></xml>", Encoding.UTF8, "text/xml");
            await RefusedAsync(HttpStatusCode.Unauthorized, await host.Http.PostAsync(address, content));
        }
    }

    [Fact]
    public async Task Clear_text_is_refused_unless_it_is_allowed()
    {
        var plain = host.Text("plain", "您好");
        await RefusedAsync(HttpStatusCode.Forbidden, await host.Http.PostAsync(WeChatHost.Address(), new StringContent(plain, Encoding.UTF8, "text/xml")));
        await host.StopAsync();
        await host.StartAsync("--Hotline:WeChat:AllowPlain=true");
        using var answer = await host.Http.PostAsync(WeChatHost.Address(), new StringContent(plain, Encoding.UTF8, "text/xml"));
        var reply = WeChatReader.Read(await answer.Content.ReadAsByteArrayAsync())!;
        Assert.Equal("plain", reply.Text("ToUserName"));
        Assert.StartsWith("这里是12345", reply.Content, StringComparison.Ordinal);
        await host.StopAsync();
        await host.StartAsync();
    }

    [Fact]
    public async Task What_cannot_be_read_is_kept_for_a_person_and_the_platform_is_content()
    {
        var before = (await host.Intake.ReviewsAsync(0, 100, default)).Count;
        Assert.Empty(await host.PushAsync("<xml><nobody/></xml>"));
        Assert.Empty(await host.PushAsync("not XML at all"));
        Assert.Empty(await host.PushAsync("<!DOCTYPE a [<!ENTITY b 'c'>]><xml><FromUserName>x</FromUserName><Content>&b;</Content></xml>"));
        var reviews = await host.Intake.ReviewsAsync(0, 100, default);
        Assert.Equal(before + 3, reviews.Count);
        Assert.Equal("not XML at all"u8.ToArray(), await host.Intake.ReviewOriginalAsync(reviews[^2].Id, default));
    }

    [Fact]
    public async Task A_large_body_is_refused()
    {
        using var content = new StringContent(new string('x', 300_000), Encoding.UTF8, "text/xml");
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, await host.Http.PostAsync(WeChatHost.Address(), content));
    }

    private static async Task RefusedAsync(HttpStatusCode expected, HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.Equal(expected, answer.StatusCode);
            Assert.Contains("remedy", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }
}

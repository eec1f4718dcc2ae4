using System.Net;
using Hotline.Intake.WeChat;
using Hotline.Intake.WeChat.Platform;
using Microsoft.Extensions.Options;

namespace Hotline.UnitTests.WeChat;

/// <summary>Where a video's address may lead.</summary>
public sealed class VideoHostsTests
{
    [Theory]
    [InlineData("http://vweixinp.tc.qq.com/a?b=c", true)]
    [InlineData("https://qq.com/", true)]
    [InlineData("https://QQ.COM./", false)]
    [InlineData("http://notqq.com/", false)]
    [InlineData("http://qq.com.example.org/", false)]
    [InlineData("http://qq.com@127.0.0.1/", false)]
    [InlineData("http://x.qq.com:8080/", false)]
    [InlineData("http://127.0.0.1/", false)]
    [InlineData("http://2130706433/", false)]
    [InlineData("http://0x7f.1/", false)]
    [InlineData("http://[::1]/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("gopher://x.qq.com/", false)]
    public void Only_hosts_below_the_platforms_are_allowed(string address, bool allowed)
    {
        using var hosts = new VideoHosts(Options.Create(new WeChatOptions()), TimeProvider.System);
        Assert.Equal(allowed, hosts.IsAllowed(new Uri(address)));
    }

    [Fact]
    public void What_the_office_lists_takes_the_place_of_the_platforms()
    {
        using var hosts = new VideoHosts(Options.Create(new WeChatOptions { VideoHosts = { "127.0.0.1:8080", "video.example.gov.cn" } }), TimeProvider.System);
        Assert.True(hosts.IsAllowed(new Uri("http://127.0.0.1:8080/x")));
        Assert.True(hosts.IsAllowed(new Uri("https://a.video.example.gov.cn/x")));
        Assert.False(hosts.IsAllowed(new Uri("http://127.0.0.1:8081/x")));
        Assert.False(hosts.IsAllowed(new Uri("http://1.127.0.0.1:8080/x")));
        Assert.False(hosts.IsAllowed(new Uri("http://x.qq.com/")));
    }

    [Theory]
    [InlineData("203.205.158.72", true)]
    [InlineData("2400:da00::6666", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("2001::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_addresses_of_the_public_network_are_connected_to(string address, bool isPublic) => Assert.Equal(isPublic, VideoHosts.IsPublic(IPAddress.Parse(address)));
}

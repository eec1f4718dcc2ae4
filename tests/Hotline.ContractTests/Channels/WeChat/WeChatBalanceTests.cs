using Hotline.Contracts;
using Hotline.Intake;
using Xunit;

namespace Hotline.ContractTests.Channels.WeChat;

/// <summary>The balance where an appeal is told in several pushes.</summary>
public sealed class WeChatBalanceTests(WeChatHost host) : IClassFixture<WeChatHost>
{
    [Fact]
    public async Task Pushes_that_make_one_appeal_are_collected_and_the_last_is_the_appeal()
    {
        var first = host.Text("openid-balance", "小区门口的路灯三天不亮了。");
        await host.PushAsync(first);
        await host.PushAsync(first);
        await host.PushAsync(host.Text("openid-balance", "就在文化路和学院街的路口。"));
        await host.PushAsync(host.Text("openid-balance", "完成"));
        await host.PushAsync(host.Text("openid-balance", "你好"));
        using var forged = await host.Http.PostAsync(new Uri("/intake/wechat/callback?signature=x&timestamp=1&nonce=2", UriKind.Relative), null);
        var balance = await DayBalances.OfAsync(host.Intake, OfficeTime.Day(host.Time.GetUtcNow()), CancellationToken.None);
        Assert.Equal(
            [new SourceBalance(null, Received: 6, Appeals: 1, Supplements: 0, Urges: 0, Withdrawals: 0, Reviews: 0, Collected: 2, Answered: 1, Repeated: 1, Refused: 1, Failed: 0, Unfinished: 0)],
            balance.Sources);
        Assert.True(balance.AddsUp);
    }
}

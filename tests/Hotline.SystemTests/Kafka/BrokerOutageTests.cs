using System.Net;
using Hotline.AllInOne.Practice;
using Xunit;
using Xunit.Abstractions;

namespace Hotline.SystemTests;

/// <summary>Receiving does not depend on the broker: it goes on while Kafka is away, and what gathered is carried over when it is back.</summary>
public sealed class BrokerOutageTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData(Form.OneProcess)]
    [InlineData(Form.Split)]
    public async Task While_the_broker_is_away_appeals_are_received_and_then_the_backlog_drains(Form form)
    {
        using var cluster = Broker.Start();
        await using var hotline = await RunningHotline.StartAsync(form, options: Broker.Options(cluster));
        var ledger = new Ledger();
        await new Crowd(hotline, ledger, 1).RunAsync(2, After(1));
        cluster.SetDown();
        var before = ledger.Acknowledged;
        var crowd = new Crowd(hotline, ledger, 1000);
        await crowd.RunAsync(2, After(3));
        Assert.True(ledger.Acknowledged > before + 10, "nothing was received while the broker was away");
        Assert.Equal(0, crowd.Refused);
        cluster.SetUp();
        var up = System.Diagnostics.Stopwatch.StartNew();
        var verdict = await ledger.JudgeAsync(hotline.Data);
        output.WriteLine($"{form}: {verdict}, drained {up.Elapsed.TotalSeconds:0.0} s after the broker came back");
        Assert.True(verdict.Holds, verdict.ToString());
    }

    [Fact]
    public async Task While_every_consumer_is_dead_appeals_are_received_and_tracked()
    {
        await using var hotline = await RunningHotline.StartAsync(Form.Split);
        await hotline.KillAsync("dispatch");
        using var citizen = await hotline.NewCitizenAsync();
        using var answer = await citizen.SubmitAsync(Scenario.AppealOf("公交站牌倒了两天没人扶，请处理。"), "outage-1");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var receipt = await AppClient.ReadAsync(answer);
        using var track = await citizen.TrackAsync(receipt["number"]!.GetValue<string>(), receipt["code"]!.GetValue<string>());
        Assert.Equal("received", (await AppClient.ReadAsync(track))["state"]!.GetValue<string>());
        using var staff = hotline.NewHttp();
        using var orders = await staff.GetAsync(new Uri("/work-orders", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadGateway, orders.StatusCode);

        hotline.Start("dispatch");
        await hotline.ReadyAsync();
        var client = new StaffClient(staff, await hotline.TokensAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.NotNull(await client.WorkOrderAsync("acceptor-01", receipt["number"]!.GetValue<string>(), TimeProvider.System, limit.Token));
    }

    private static CancellationToken After(double seconds) => new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;
}

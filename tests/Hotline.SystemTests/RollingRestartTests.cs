using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Hotline.Gateway;
using Hotline.Hosting;
using Xunit;
using Xunit.Abstractions;

namespace Hotline.SystemTests;

/// <summary>An upgrade: every process of the split form is stopped and started anew in turn while citizens send, and no channel refuses anybody.</summary>
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private const int Citizens = 2;
    private const int Seed = 20261122;

    /// <summary>A process starts in a second or two; with sixteen of them on a busy machine in many.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Restarted_in_turn_under_load_no_channel_refuses_and_nothing_is_lost_or_doubled()
    {
        var services = ServiceTable.All.Select(service => service.Name).ToArray();
        await using var hotline = await RunningHotline.StartAsync(Form.Split, services: services, gateways: 2, patience: Patience);
        var ledger = new Ledger();
        using var over = new CancellationTokenSource();
        var crowd = new Crowd(hotline, ledger, Seed);
        var load = crowd.RunAsync(Citizens, over.Token);
        var refusals = new ConcurrentQueue<string>();
        var knocking = ServiceTable.All.Where(service => GatewayRoutes.IsWaitedFor(service.Name))
            .Select(service => KnockAsync(hotline, service.Prefixes[0], refusals, over.Token)).ToArray();
        foreach (var name in hotline.Names)
        {
            var before = ledger.Acknowledged;
            await hotline.RestartAsync(name);
            output.WriteLine($"{name}: {ledger.Acknowledged - before} receipts meanwhile");
        }

        await over.CancelAsync();
        var knocks = await Task.WhenAll(knocking);
        await load;
        var verdict = await ledger.JudgeAsync(hotline.Data);
        output.WriteLine($"{verdict}, refused {crowd.Refused}, knocks {knocks.Sum()}");
        Assert.Empty(refusals);
        Assert.Equal(0, crowd.Refused);
        Assert.True(verdict.Holds, verdict.ToString());
        Assert.True(verdict.Acknowledged > hotline.Names.Count, verdict.ToString());
        Assert.All(knocks, count => Assert.True(count > hotline.Names.Count));
    }

    /// <summary>Sends a channel what it cannot take, again and again: it must say so itself, not the gateway in its place.</summary>
    /// <returns>How many answers came.</returns>
    private static async Task<int> KnockAsync(RunningHotline hotline, string prefix, ConcurrentQueue<string> refusals, CancellationToken until)
    {
        using var http = hotline.NewHttp();
        var answers = 0;
        while (!until.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{prefix}/no-such-door") { Content = new StringContent("{}", MediaTypeHeaderValue.Parse("application/json")) };
            try
            {
                using var answer = await http.SendAsync(request, CancellationToken.None);
                answers++;
                if (answer.StatusCode >= HttpStatusCode.InternalServerError)
                {
                    refusals.Enqueue($"{prefix}: {(int)answer.StatusCode}");
                }
            }
            catch (Exception broken) when (broken is HttpRequestException or OperationCanceledException)
            {
                refusals.Enqueue($"{prefix}: {broken.Message}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }

        return answers;
    }
}

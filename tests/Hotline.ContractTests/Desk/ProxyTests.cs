using System.Net;
using Xunit;

namespace Hotline.ContractTests.Desk;

/// <summary>Behind a proxy everybody comes from one address: who is who, then, for the limits.</summary>
public sealed class ProxyTests
{
    private const string Limit = "--Hotline:Limits:PerClientPerSecond=2"; // twenty at once

    [Fact]
    public async Task Whom_a_trusted_proxy_names_pays_for_himself_alone_also_through_a_page()
    {
        await using var host = await DeskHost.StartAsync(Limit, "--Hotline:Limits:TrustedProxies:0=127.0.0.1/32");
        var (greedy, other) = (From(host, "203.0.113.7"), From(host, "198.51.100.9, 203.0.113.8")); // what the client made up stands left
        await greedy.GoAsync("/desk/follow");
        await other.GoAsync("/desk/follow");
        for (var i = 0; i < 40 && greedy.Status != HttpStatusCode.TooManyRequests; i++)
        {
            await FollowAsync(greedy);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, greedy.Status);
        await FollowAsync(other);
        Assert.Equal(HttpStatusCode.NotFound, other.Status);
    }

    [Fact]
    public async Task What_anybody_else_says_of_himself_is_not_believed()
    {
        await using var host = await DeskHost.StartAsync(Limit);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 30; i++)
        {
            answers.Add((await From(host, $"203.0.113.{i}").GoAsync("/desk/follow")).Status);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Fact]
    public async Task What_is_no_network_ends_the_start_with_its_name()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => DeskHost.StartAsync("--Hotline:Limits:TrustedProxies:0=10.0.0"));
        Assert.Contains("10.0.0 is no network", failure.Message, StringComparison.Ordinal);
    }

    private static DeskBrowser From(DeskHost host, string client)
    {
        var browser = host.NewBrowser();
        browser.Headers["X-Forwarded-For"] = client;
        return browser;
    }

    private static Task<DeskBrowser> FollowAsync(DeskBrowser browser) =>
        browser.PostAsync("/desk/follow", [new("number", "261121030000005"), new("code", "ABCDEFGHJK")]);
}

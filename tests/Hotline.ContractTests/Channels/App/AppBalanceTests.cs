using System.Net;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Contracts;
using Hotline.Intake;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>The day's balance: all that came to the door is one thing each, what was acknowledged is stored, and a restart forgets none of it.</summary>
public sealed class AppBalanceTests(AppHost host) : IClassFixture<AppHost>
{
    [Fact]
    public async Task What_came_in_adds_up_and_is_held_against_the_store_after_a_restart_too()
    {
        using (var device = await host.DeviceAsync())
        {
            var key = host.NewKey();
            var receipt = await host.ReceiveAsync(device, key: key);
            Assert.True((await host.ReceiveAsync(device, key: key)).Repeated);
            await host.ReceiveAsync(device);
            foreach (var (kind, body) in new[] { ("supplements", """{"text":"还是不亮。"}"""), ("urges", "{}"), ("withdrawals", "{}") })
            {
                using var added = await device.AddAsync(kind, receipt.Number, receipt.Code, AppClient.Json(body), host.NewKey());
                Assert.Equal(HttpStatusCode.OK, added.StatusCode);
            }

            using var again = await device.AddAsync("withdrawals", receipt.Number, receipt.Code, AppClient.Json("{}"), host.NewKey());
            using var unreadable = await device.SubmitAsync(AppClient.Json("{"), host.NewKey());
            using var empty = await device.SubmitAsync(AppClient.Json("""{"text":""}"""), host.NewKey());
            using var another = await device.SubmitAsync(AppClient.Json("""{"text":"另一件事，井盖坏了。"}"""), key);
            using var wrongCode = await device.AddAsync("urges", receipt.Number, "0000000000", AppClient.Json("{}"), host.NewKey());
            using var tooLarge = await device.SubmitAsync(AppClient.Json(new string(' ', 70_000)), host.NewKey());
            using var http = host.NewClient();
            using var unproven = await http.PostAsync(new Uri("/intake/app/appeals", UriKind.Relative), AppClient.Json("{}"));
            Assert.Equal(
                [HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.UnprocessableEntity, HttpStatusCode.NotFound, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.Unauthorized],
                new[] { again, unreadable, empty, another, wrongCode, tooLarge, unproven }.Select(answer => answer.StatusCode));
        }

        var expected = new SourceBalance(
            null, Received: 13, Appeals: 2, Supplements: 1, Urges: 1, Withdrawals: 1, Reviews: 1, Collected: 0, Answered: 0, Repeated: 2, Refused: 5, Failed: 0, Unfinished: 0);
        for (var start = 0; start < 2; start++)
        {
            var balance = await DayBalances.OfAsync(host.Intake, OfficeTime.Day(TimeProvider.System.GetUtcNow()), CancellationToken.None);
            Assert.Equal([expected], balance.Sources);
            Assert.All(balance.Stored, kind => Assert.Equal(kind.Acknowledged, kind.Stored));
            Assert.True(balance.AddsUp);
            await host.StopAsync();
            await host.StartAsync();
        }
    }

    [Fact]
    public async Task A_receipt_without_anything_stored_does_not_add_up()
    {
        var day = new DateOnly(2026, 3, 2);
        var missing = new SourceCounts(
            day, null, 1, new Dictionary<EntryOutcome, long> { [EntryOutcome.Appeal] = 1 }, new Dictionary<EntryOutcome, long> { [EntryOutcome.Appeal] = 1 });
        var id = new Uuid7(TimeProvider.System).Next();
        var counts = host.Stores.Open(ChannelCounts.TypeFor("intake-app"));
        await counts.AddOnceAsync(new(id, id.ToString(), [new(new ChannelCounts([missing]), TimeProvider.System.GetUtcNow())]), CancellationToken.None);
        var balance = await DayBalances.OfAsync(host.Intake, day, CancellationToken.None);
        Assert.False(balance.AddsUp);
        Assert.Equal(new StoredBalance(EntryOutcome.Appeal, Acknowledged: 1, Stored: 0), balance.Stored[0]);
    }

    [Fact]
    public async Task Staff_ask_for_a_day_and_for_a_self_test()
    {
        var day = await host.Staff.CallAsync("auditor-01", HttpMethod.Get, "/intake/app/balance?day=2026-01-05");
        Assert.Equal(("app", "2026-01-05", true, 0), (day["channel"]!.GetValue<string>(), day["day"]!.GetValue<string>(), day["addsUp"]!.GetValue<bool>(), day["sources"]!.AsArray().Count));
        var test = await host.Staff.CallAsync("auditor-01", HttpMethod.Get, "/intake/app/self-test");
        Assert.True(test["open"]!.GetValue<bool>(), test.ToJsonString());
        Assert.All(test["steps"]!.AsArray(), step => Assert.True(step!["works"]!.GetValue<bool>()));
        using var http = host.NewClient();
        using var nobody = await http.GetAsync(new Uri("/intake/app/self-test", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        using var bad = await host.Staff.SendAsync("auditor-01", HttpMethod.Get, "/intake/app/balance?day=yesterday");
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.NotNull(JsonNode.Parse(await bad.Content.ReadAsStringAsync())!["title"]);
    }
}

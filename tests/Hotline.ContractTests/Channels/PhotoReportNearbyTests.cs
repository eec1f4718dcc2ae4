using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Contracts;
using Hotline.Intake;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>Like reports near a place, and joining one: each test has a place of its own.</summary>
[Collection(PhotoReportHosts.Name)]
public sealed class PhotoReportNearbyTests(PhotoReportHost host)
{
    private const double Metre = 1 / 111_195d; // degrees of latitude

    [Fact]
    public async Task Reports_within_250_m_are_offered_nearest_first_with_nothing_of_what_was_written()
    {
        using var device = await host.DeviceAsync();
        var here = new Coordinate(30.1, 104.1, "wgs84");
        await ReportAsync(device, here with { Latitude = 30.1 + (200 * Metre) });
        await ReportAsync(device, here with { Latitude = 30.1 - (100 * Metre) });
        await ReportAsync(device, here with { Latitude = 30.1 + (260 * Metre) });
        foreach (var datum in new[] { "wgs84", "gcj02", "bd09" })
        {
            var found = await NearbyAsync(device, here.To(datum));
            Assert.Equal([100, 200], found.Select(report => report!["metres"]!.GetValue<int>()));
            Assert.All(found, report => Assert.Equal(["join", "metres", "receivedOn", "state"], report!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal)));
        }
    }

    [Fact]
    public async Task Only_those_of_the_category_that_are_open_and_not_confidential_are_offered()
    {
        using var device = await host.DeviceAsync();
        var here = new Coordinate(31.1, 104.1, "wgs84");
        var closed = await ReportAsync(device, here, ""","category":"road" """);
        await ReportAsync(device, here, ""","category":"road","confidential":true""");
        await ReportAsync(device, here, ""","category":"lamp" """);
        var withdrawn = await ReportAsync(device, here, ""","category":"road" """);
        await ReportAsync(device, here, ""","category":"road" """);
        Assert.Equal(4, (await NearbyAsync(device, here)).Count);
        using var taken = await device.AddAsync("withdrawals", withdrawn.Number, withdrawn.Code, AppHost.Text("{}"), host.NewKey());
        var appeal = (await host.Intake.FindAsync(closed.Number, CancellationToken.None))!;
        await host.Intake.Replies.StoreAsync(new ReplyIssued(appeal.Id, closed.Number, "photo-report", 1, appeal.State.Appeal.ReceivedAt, "closed", "closed", "已结案"), null, CancellationToken.None);
        Assert.Equal("road", Assert.Single(await NearbyAsync(device, here, "road"))!["category"]!.GetValue<string>());
        Assert.Equal(2, (await NearbyAsync(device, here)).Count);
    }

    [Fact]
    public async Task A_report_may_join_another_and_stays_its_own()
    {
        using var device = await host.DeviceAsync();
        var here = new Coordinate(32.1, 104.1, "wgs84");
        var first = await ReportAsync(device, here);
        var token = Assert.Single(await NearbyAsync(device, here))!["join"]!.GetValue<string>();
        Assert.DoesNotContain(first.Number, token, StringComparison.Ordinal);
        var second = await host.ReportAsync(device, $$"""{"text":"我也看到了。","join":"{{token}}"}""", PhotoSamples.Tiff(place: (32.1, 104.1)));
        Assert.NotEqual(first.Number, second.Number);
        Assert.Contains($"市民认为与诉求 {first.Number} 是同一件事", (await host.Intake.FindAsync(second.Number, CancellationToken.None))!.State.Appeal.Marks!);
        Assert.Equal(2, (await NearbyAsync(device, here)).Count);
    }

    [Fact]
    public async Task A_token_serves_the_device_it_was_given_to_and_no_other()
    {
        using var device = await host.DeviceAsync();
        using var other = await host.DeviceAsync();
        var here = new Coordinate(33.1, 104.1, "wgs84");
        await ReportAsync(device, here);
        var token = Assert.Single(await NearbyAsync(device, here))!["join"]!.GetValue<string>();
        foreach (var (asking, join) in new[] { (other, token), (device, token[..^2] + "xx"), (device, "x"), (device, "！"), (device, "") })
        {
            var problem = await PhotoReportHost.ReportAsync(asking, new JsonObject { ["join"] = join }.ToJsonString(), host.NewKey(), [HttpStatusCode.BadRequest], PhotoSamples.Tiff());
            Assert.Equal(["join"], problem.Errors);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("?latitude=30")]
    [InlineData("?latitude=30&longitude=104")]
    [InlineData("?latitude=30&longitude=104&datum=mars")]
    [InlineData("?latitude=91&longitude=104&datum=wgs84")]
    [InlineData("?latitude=NaN&longitude=104&datum=wgs84")]
    [InlineData("?latitude=0&longitude=0&datum=wgs84")]
    [InlineData("?latitude=1e999&longitude=x&datum=wgs84")]
    public async Task A_question_without_a_place_is_answered_with_what_to_give(string query)
    {
        using var device = await host.DeviceAsync();
        using var answer = await device.GetAsync("/nearby" + query);
        Assert.NotEmpty((await AppHost.ReadAsync(answer, HttpStatusCode.BadRequest)).Errors);
    }

    [Fact]
    public async Task Who_is_no_device_learns_nothing()
    {
        using var http = host.NewClient();
        using var answer = await http.GetAsync(new Uri($"{PhotoReportHost.Prefix}/nearby?latitude=30.1&longitude=104.1&datum=wgs84", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains($"{PhotoReportHost.Prefix}/devices", (await AppHost.ReadAsync(answer, HttpStatusCode.Unauthorized)).Body["remedy"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private Task<Given> ReportAsync(AppClient device, Coordinate place, string more = "") => host.ReportAsync(
        device,
        string.Create(CultureInfo.InvariantCulture, $$"""{"text":"路面塌了。","place":{"latitude":{{place.Latitude:R}},"longitude":{{place.Longitude:R}},"datum":"{{place.Datum}}"}{{more}}}"""),
        [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 1, 0, 1, 0, 1, 1, 0x11, 0, 0xFF, 0xD9]);

    private static async Task<JsonArray> NearbyAsync(AppClient device, Coordinate here, string? category = null)
    {
        using var answer = await device.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/nearby?latitude={here.Latitude:R}&longitude={here.Longitude:R}&datum={here.Datum}&category={category}"));
        return (await AppHost.ReadAsync(answer, HttpStatusCode.OK)).Body.AsArray();
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>After the receipt: the citizen follows his appeal, adds to it, presses, and takes it back.</summary>
[Collection(AppHosts.Name)]
public sealed class AppFollowTests(AppHost host)
{
    private const string UnknownNumber = "260302030000060";

    [Theory]
    [InlineData("supplements", "supplements")]
    [InlineData("urges", "urges")]
    public async Task What_is_added_counts_once_per_key(string kind, string shown)
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReceiveAsync(device);
        var key = host.NewKey();
        for (var time = 0; time < 3; time++)
        {
            Assert.Equal(1, (await AddAsync(device, kind, receipt, key))[shown]!.GetValue<int>());
        }

        Assert.Equal(2, (await AddAsync(device, kind, receipt, host.NewKey()))[shown]!.GetValue<int>());
        Assert.Equal(2, (await TrackAsync(device, receipt))[shown]!.GetValue<int>());
    }

    [Fact]
    public async Task Other_words_under_a_key_used_before_are_not_lost()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReceiveAsync(device);
        var key = host.NewKey();
        foreach (var (text, supplements) in new[] { ("第一句。", 1), ("第二句。", 2), ("第一句。", 2), ("第二句。", 2) })
        {
            using var answer = await device.AddAsync("supplements", receipt.Number, receipt.Code, AppClient.Json($$"""{"text":"{{text}}"}"""), key);
            Assert.Equal(supplements, (await AppClient.ReadAsync(answer))["supplements"]!.GetValue<int>());
        }
    }

    [Fact]
    public async Task One_key_may_serve_for_each_kind_once()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReceiveAsync(device);
        var key = host.NewKey();
        foreach (var kind in new[] { "supplements", "urges", "withdrawals" })
        {
            await AddAsync(device, kind, receipt, key);
        }

        var track = await TrackAsync(device, receipt);
        Assert.Equal((1, 1), (track["supplements"]!.GetValue<int>(), track["urges"]!.GetValue<int>()));
        Assert.NotNull(track["withdrawnAt"]);
    }

    [Fact]
    public async Task What_is_withdrawn_stays_withdrawn_at_its_first_time()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReceiveAsync(device);
        Assert.Null((await TrackAsync(device, receipt))["withdrawnAt"]);
        var first = (await AddAsync(device, "withdrawals", receipt, host.NewKey()))["withdrawnAt"]!.ToJsonString();
        Assert.Equal(first, (await AddAsync(device, "withdrawals", receipt, host.NewKey()))["withdrawnAt"]!.ToJsonString());
        Assert.Equal(first, (await TrackAsync(device, receipt))["withdrawnAt"]!.ToJsonString());
    }

    [Fact]
    public async Task Thirty_at_once_are_all_kept()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReceiveAsync(device);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => AddAsync(device, i % 2 == 0 ? "supplements" : "urges", receipt, host.NewKey())));
        var track = await TrackAsync(device, receipt);
        Assert.Equal((15, 15), (track["supplements"]!.GetValue<int>(), track["urges"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("supplements", """{"text":" "}""", "text")]
    [InlineData("supplements", """{}""", "text")]
    [InlineData("supplements", """{"text":"补充","nature":"help"}""", "nature")]
    [InlineData("urges", """{"text":7}""", "text")]
    [InlineData("withdrawals", """{"reason":["x"]}""", "reason")]
    [InlineData("withdrawals", "", "body")]
    public async Task What_is_wrong_with_an_addition_is_said_by_field(string kind, string body, string field)
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReceiveAsync(device);
        using var answer = await device.AddAsync(kind, receipt.Number, receipt.Code, AppHost.Text(body), host.NewKey());
        Assert.Equal([field], (await AppHost.ReadAsync(answer, HttpStatusCode.BadRequest)).Errors);
    }

    [Fact]
    public async Task Without_the_code_nothing_can_be_added()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReceiveAsync(device);
        foreach (var kind in new[] { "supplements", "urges", "withdrawals" })
        {
            using var answer = await device.AddAsync(kind, receipt.Number, "0000000000", AppHost.Text("""{"text":"补充"}"""), host.NewKey());
            await AppHost.ReadAsync(answer, HttpStatusCode.NotFound);
        }

        Assert.Equal(0, (await TrackAsync(device, receipt))["supplements"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_wrong_code_and_an_unknown_number_get_the_same_answer()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReceiveAsync(device);
        using var wrong = await device.TrackAsync(receipt.Number, "0000000000");
        using var unknown = await device.TrackAsync(UnknownNumber, receipt.Code);
        Assert.Equal(
            (await AppHost.ReadAsync(wrong, HttpStatusCode.NotFound)).Body.AsObject().Where(member => member.Key != "traceId").Select(member => $"{member}"),
            (await AppHost.ReadAsync(unknown, HttpStatusCode.NotFound)).Body.AsObject().Where(member => member.Key != "traceId").Select(member => $"{member}"));
    }

    [Fact]
    public async Task Ten_wrong_codes_close_a_number_also_to_the_right_one()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReceiveAsync(device);
        var open = await host.ReceiveAsync(device);
        for (var time = 0; time < 10; time++)
        {
            using var wrong = await device.TrackAsync(receipt.Number, $"WRNG{time:D6}");
            await AppHost.ReadAsync(wrong, HttpStatusCode.NotFound);
        }

        using var closed = await device.TrackAsync(receipt.Number, receipt.Code);
        await AppHost.ReadAsync(closed, HttpStatusCode.TooManyRequests);
        using var addition = await device.AddAsync("urges", receipt.Number, receipt.Code, AppHost.Text("{}"), host.NewKey());
        await AppHost.ReadAsync(addition, HttpStatusCode.TooManyRequests);
        await TrackAsync(device, open);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("260302030000061")]
    [InlineData("%2e%2e")]
    [InlineData("26030203000006０")]
    [InlineData("260302030000060'--")]
    public async Task What_is_no_number_is_not_found(string number)
    {
        using var device = await host.DeviceAsync();
        using var answer = await device.TrackAsync(number, "0000000000");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_code_may_be_typed_as_people_type()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReceiveAsync(device);
        using var answer = await device.TrackAsync(receipt.Number, $"{receipt.Code[..5]}-{receipt.Code[5..]}".ToLowerInvariant());
        await AppHost.ReadAsync(answer, HttpStatusCode.OK);
    }

    private static async Task<JsonNode> AddAsync(AppClient device, string kind, Given receipt, string key)
    {
        var body = kind == "withdrawals" ? """{"reason":"已经解决"}""" : """{"text":"灯还是不亮。"}""";
        using var answer = await device.AddAsync(kind, receipt.Number, receipt.Code, AppHost.Text(body), key);
        return (await AppHost.ReadAsync(answer, HttpStatusCode.OK)).Body;
    }

    private static async Task<JsonNode> TrackAsync(AppClient device, Given receipt)
    {
        using var answer = await device.TrackAsync(receipt.Number, receipt.Code);
        return (await AppHost.ReadAsync(answer, HttpStatusCode.OK)).Body;
    }
}

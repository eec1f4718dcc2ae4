using Hotline.ContractTests.EventLog;
using Hotline.Intake;
using Xunit;

namespace Hotline.ContractTests.PartnerGateway;

/// <summary>A contact is shown to a partner by a right of its own, for a reason, and only once both are on record.</summary>
public sealed class ContactRevealTests(PartnerGatewayHost host) : IClassFixture<PartnerGatewayHost>
{
    [Fact]
    public async Task A_contact_is_shown_with_name_and_reason_on_record()
    {
        var (number, _, _) = await host.HandInAsync();
        var (status, body, headers) = await AskAsync(number, "media", """{"reason":"核实漏水地址"}""");
        Assert.Equal((200, PartnerGatewayHost.Person, PartnerGatewayHost.Phone), (status, body["name"]!.GetValue<string>(), body["phone"]!.GetValue<string>()));
        Assert.Equal("no-store", headers.GetValues("Cache-Control").Single());
        Assert.Equal([("partner:media", "核实漏水地址")], await OnRecordAsync(number));
    }

    [Theory]
    [InlineData("""{"reason":"短"}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"reason":"核实地址","by":"acceptor-01"}""")]
    public async Task Without_a_reason_nothing_is_shown_and_nothing_recorded(string json)
    {
        var (number, _, _) = await host.HandInAsync();
        Assert.Equal(400, (await AskAsync(number, "media", json)).Status);
        Assert.Empty(await OnRecordAsync(number));
    }

    [Fact]
    public async Task Who_has_not_the_right_or_not_the_case_gets_nothing()
    {
        var (number, _, _) = await host.HandInAsync();
        const string Body = """{"reason":"核实漏水地址"}""";
        Assert.Equal(403, (await AskAsync(number, "radio", Body)).Status);
        Assert.Equal(404, (await AskAsync(number, "police", Body)).Status);
        Assert.Equal(404, (await AskAsync("261121080999998", "media", Body)).Status);
        Assert.Empty(await OnRecordAsync(number));
    }

    [Fact]
    public async Task What_is_confidential_only_who_handed_it_in_may_see()
    {
        var (number, _, _) = await host.HandInAsync(confidential: true);
        await host.DispatchAsync(number, "city-police");
        var (status, body, _) = await AskAsync(number, "police", """{"reason":"出警需要联系"}""");
        Assert.Equal((403, "诉求人要求保密。"), (status, body["detail"]!.GetValue<string>()));
        Assert.Equal(200, (await AskAsync(number, "media", """{"reason":"回访原投稿人"}""")).Status);
        Assert.Equal([("partner:media", "回访原投稿人")], await OnRecordAsync(number));
    }

    [Fact]
    public async Task The_unit_that_has_a_case_may_see_its_contact()
    {
        var (number, _, _) = await host.HandInAsync();
        await host.DispatchAsync(number, "city-police");
        Assert.Equal(200, (await AskAsync(number, "police", """{"reason":"出警需要联系"}""")).Status);
        Assert.Equal([("partner:police", "出警需要联系")], await OnRecordAsync(number));
    }

    [Fact]
    public async Task A_channel_that_is_away_is_said_and_nothing_shown()
    {
        var (number, _, _) = await host.HandInAsync();
        foreach (var away in new[] { "dispatch", "intake-partners" })
        {
            using var gateway = await host.NewGatewayAsync($"--Hotline:Gateway:{away}=http://127.0.0.1:9", "--Hotline:PartnerGateway:PartSeconds=1");
            var (status, body, _) = await host.AskAsync(HttpMethod.Post, $"/partners/cases/{number}/contact", "media", """{"reason":"核实漏水地址"}""", gateway);
            Assert.Equal((502, "这项服务暂时没有应答。"), (status, body["detail"]!.GetValue<string>()));
        }

        Assert.Empty(await OnRecordAsync(number));
    }

    private Task<(int Status, System.Text.Json.Nodes.JsonNode Body, System.Net.Http.Headers.HttpResponseHeaders Headers)> AskAsync(string number, string partner, string json) =>
        host.AskAsync(HttpMethod.Post, $"/partners/cases/{number}/contact", partner, json);

    private async Task<IEnumerable<(string By, string Reason)>> OnRecordAsync(string number) =>
        (await host.Intake.FindAsync(number, default))!.Facts.Select(fact => fact.Data).OfType<ContactRevealed>().Select(revealed => (revealed.By, revealed.Reason));
}

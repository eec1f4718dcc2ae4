using System.Net;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Contracts;
using Hotline.ContractTests.EventLog;
using Hotline.Intake;
using Hotline.Ports;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>A submission becomes one appeal, and its sender gets one receipt, however often it is sent.</summary>
[Collection(AppHosts.Name)]
public sealed class AppReceiptTests(AppHost host)
{
    [Fact]
    public async Task A_receipt_has_number_code_and_the_path_to_follow_it()
    {
        using var device = await host.DeviceAsync();
        using var answer = await device.SubmitAsync(AppHost.Text("""{"text":"路灯不亮。","nature":"complaint"}"""), host.NewKey());
        var receipt = await AppHost.ReadAsync(answer, HttpStatusCode.Created);
        Assert.True(AppealNumber.IsValid(receipt.Number));
        Assert.Equal("03", receipt.Number[6..8]);
        Assert.Equal(QueryCodes.Length, receipt.Code.Length);
        Assert.False(receipt.Repeated);
        Assert.Equal($"/intake/app/appeals/{receipt.Number}", answer.Headers.Location!.ToString());
        Assert.Equal(answer.Headers.Location.ToString(), receipt.Body["track"]!.GetValue<string>());
        using var track = await device.TrackAsync(receipt.Number, receipt.Code);
        Assert.Equal("received", (await AppHost.ReadAsync(track, HttpStatusCode.OK)).Body["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_key_again_gets_the_same_receipt_with_200()
    {
        using var device = await host.DeviceAsync();
        var key = host.NewKey();
        var first = await host.ReceiveAsync(device, key: key);
        var second = await host.ReceiveAsync(device, key: key);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.True(second.Repeated);
        Assert.Equal((first.Number, first.Code, first.Body["receivedAt"]!.ToJsonString()), (second.Number, second.Code, second.Body["receivedAt"]!.ToJsonString()));
    }

    [Fact]
    public async Task The_same_key_of_another_device_is_another_appeal()
    {
        using var one = await host.DeviceAsync();
        using var other = await host.DeviceAsync();
        var key = host.NewKey();
        Assert.NotEqual((await host.ReceiveAsync(one, key: key)).Number, (await host.ReceiveAsync(other, key: key)).Number);
    }

    [Theory]
    [InlineData("""{"text":"另一件事。"}""")]
    [InlineData("""{"text":"小区门口的路灯三天不亮。","nature":"help"}""")]
    [InlineData("""{"text":"小区门口的路灯三天不亮。","title":"另一个标题"}""")]
    [InlineData("""{"text":"小区门口的路灯三天不亮。","place":{"text":"东关街"}}""")]
    public async Task The_same_key_with_other_content_is_refused_and_changes_nothing(string other)
    {
        using var device = await host.DeviceAsync();
        var key = host.NewKey();
        var first = await host.ReceiveAsync(device, key: key);
        using var answer = await device.SubmitAsync(AppHost.Text(other), key);
        var problem = await AppHost.ReadAsync(answer, HttpStatusCode.UnprocessableEntity);
        Assert.Contains(first.Number, problem.Detail, StringComparison.Ordinal);
        Assert.Equal("小区门口的路灯三天不亮。", (await host.Intake.FindAsync(first.Number, CancellationToken.None))!.State.Appeal.Text);
    }

    [Fact]
    public async Task Fifty_at_once_with_one_key_are_one_appeal_and_one_event()
    {
        using var device = await host.DeviceAsync();
        var key = host.NewKey();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.ReceiveAsync(device, "同一件事报了五十次。", key)));
        Assert.Single(receipts, receipt => receipt.Status == HttpStatusCode.Created);
        Assert.Single(receipts.Select(receipt => (receipt.Number, receipt.Code)).Distinct());

        var last = await host.ReceiveAsync(device, "之后的一件。");
        var appeals = await EventsUntilAsync(last.Number);
        Assert.Single(appeals, appeal => appeal["number"]!.GetValue<string>() == receipts[0].Number);
    }

    [Fact]
    public async Task Two_hundred_at_once_with_keys_of_their_own_get_numbers_of_their_own()
    {
        using var device = await host.DeviceAsync();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => host.ReceiveAsync(device, $"第{i}件事。")));
        Assert.Equal(200, receipts.Select(receipt => receipt.Number).Distinct().Count());
        Assert.Equal(200, receipts.Select(receipt => receipt.Code).Distinct().Count());
    }

    [Fact]
    public async Task A_restart_changes_no_receipt_and_no_token()
    {
        var own = new AppHost();
        await own.InitializeAsync();
        var practice = new PracticeDevice(TimeProvider.System);
        using var device = new AppClient(own.NewClient(), practice);
        await device.RegisterAsync();
        var first = await own.ReceiveAsync(device, key: "kept");
        await own.StopAsync();
        await own.StartAsync();
        using var again = new AppClient(own.NewClient(), practice);
        var second = await own.ReceiveAsync(again, key: "kept");
        Assert.Equal((first.Number, first.Code, true), (second.Number, second.Code, second.Repeated));
        Assert.NotEqual(first.Number, (await own.ReceiveAsync(again, "重启后的新事。")).Number);
        await own.DisposeAsync();
    }

    [Fact]
    public async Task The_event_holds_the_appeal_and_nothing_of_the_person()
    {
        using var device = await host.DeviceAsync();
        using var answer = await device.SubmitAsync(
            AppHost.Text("""{"text":"带联系方式的诉求。","contact":{"name":"测试者丙","phone":"+00 555 0100 777"},"confidential":true}"""), host.NewKey());
        var receipt = await AppHost.ReadAsync(answer, HttpStatusCode.Created);
        var appeal = (await EventsUntilAsync(receipt.Number)).Single(appeal => appeal["number"]!.GetValue<string>() == receipt.Number);
        Assert.Equal(("app", "device", true), (appeal["channel"]!.GetValue<string>(), appeal["authenticity"]!.GetValue<string>(), appeal["confidential"]!.GetValue<bool>()));
        Assert.NotNull(appeal["contactRef"]);
        Assert.Equal("""["app","phone"]""", appeal["reach"]!.ToJsonString());
        var text = appeal.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Assert.DoesNotContain("测试者丙", text, StringComparison.Ordinal);
        Assert.DoesNotContain("0100", text, StringComparison.Ordinal);
    }

    /// <summary>The appeals on the log up to the one of a number.</summary>
    private async Task<List<JsonNode>> EventsUntilAsync(string number)
    {
        var reading = new Reading(host.Services.GetRequiredService<IEventLog>(), new Subscription($"test-{number}", [Topics.Appeals]), settle: false);
        await reading.UntilAsync(message => message.Event.Type == EventTypes.AppealReceived && NumberOf(message) == number);
        await reading.StopAsync();
        return [.. reading.Messages.Where(message => message.Event.Type == EventTypes.AppealReceived).Select(message => JsonNode.Parse(message.Event.Data.Span)!)];

        static string NumberOf(LogMessage message) => JsonNode.Parse(message.Event.Data.Span)!["number"]!.GetValue<string>();
    }
}

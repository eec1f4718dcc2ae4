using System.Net;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Intake.Replies;
using Xunit;

namespace Hotline.ContractTests.Replies;

/// <summary>The list of what could not be delivered, and what people do about it.</summary>
public sealed class DeliveryDeskTests : IAsyncLifetime
{
    private const string List = "/intake/scripted/deliveries";
    private ReplyHost _host = null!;
    private StaffClient _staff = null!;

    public async Task InitializeAsync()
    {
        _host = await ReplyHost.StartAsync();
        _staff = await _host.StaffAsync();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_person_sees_what_failed_and_has_it_sent_again()
    {
        _host.Script.Answer = (_, _) => Task.FromResult<SendOutcome>(new SendOutcome.Refused("对方拒收。"));
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        await _host.BecomesAsync(DeliveryState.Failed, appeal);
        var (status, text) = await AskAsync(HttpMethod.Get, List);
        Assert.Equal(HttpStatusCode.OK, status);
        var line = Assert.Single(JsonNode.Parse(text)!.AsArray())!;
        Assert.Equal(
            (appeal.Number, 1, "handled", "failed", "对方拒收。", 1),
            ((string)line["number"]!, (int)line["version"]!, (string)line["kind"]!, (string)line["state"]!, (string)line["reason"]!, (int)line["tries"]!));
        Assert.DoesNotContain("13900000001", text, StringComparison.Ordinal);
        Assert.DoesNotContain("openid", text, StringComparison.Ordinal);

        _host.Script.Answer = null;
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(HttpMethod.Post, $"{List}/{appeal.Number}/1/again", """{"note":"已核对邮箱"}""")).Status);
        await _host.BecomesAsync(DeliveryState.Sent, appeal);
        Assert.Equal(2, _host.Script.Calls.Select(call => call.Id).Distinct().Count()); // another message to the platform, for a person wants it
        Assert.Equal("[]", (await AskAsync(HttpMethod.Get, List)).Text);
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(HttpMethod.Post, $"{List}/{appeal.Number}/1/again", """{"note":"再来一次"}""")).Status);
    }

    [Fact]
    public async Task A_person_told_him_otherwise()
    {
        _host.Script.Answer = (_, _) => Task.FromResult<SendOutcome>(new SendOutcome.Refused("对方拒收。"));
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        await _host.BecomesAsync(DeliveryState.Failed, appeal);
        var (status, text) = await AskAsync(HttpMethod.Post, $"{List}/{appeal.Number}/1/settled", """{"note":"已电话告知"}""");
        Assert.Equal((HttpStatusCode.OK, "settled", "已电话告知"), (status, (string)JsonNode.Parse(text)!["state"]!, (string)JsonNode.Parse(text)!["reason"]!));
        Assert.Single(_host.Script.Calls);
    }

    [Theory]
    [InlineData("again", "{}", HttpStatusCode.BadRequest)]
    [InlineData("settled", """{"note":" 短 "}""", HttpStatusCode.BadRequest)]
    [InlineData("settled", """{"note":"好的","extra":1}""", HttpStatusCode.BadRequest)]
    [InlineData("elsewhere", """{"note":"好的"}""", HttpStatusCode.NotFound)]
    public async Task A_request_that_is_wrong_changes_nothing(string act, string body, HttpStatusCode expected)
    {
        _host.Script.Answer = (_, _) => Task.FromResult<SendOutcome>(new SendOutcome.Refused("对方拒收。"));
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        await _host.BecomesAsync(DeliveryState.Failed, appeal);
        Assert.Equal(expected, (await AskAsync(HttpMethod.Post, $"{List}/{appeal.Number}/1/{act}", body)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(HttpMethod.Post, $"{List}/{appeal.Number}/9/again", """{"note":"好的"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(HttpMethod.Get, $"{List}?state=gone")).Status);
        Assert.Equal(DeliveryState.Failed, (await _host.DeliveryAsync(appeal))!.State);
    }

    [Fact]
    public async Task The_list_has_pages()
    {
        _host.Script.Closed = "Hotline:X:Host";
        await _host.RestartAsync();
        _staff = await _host.StaffAsync();
        for (var number = 0; number < 101; number++)
        {
            await _host.ReplyAsync(await _host.AppealAsync());
        }

        var first = JsonNode.Parse((await AskAsync(HttpMethod.Get, $"{List}?state=queued")).Text)!.AsArray();
        Assert.Equal((100, "尚未配置：Hotline:X:Host"), (first.Count, (string)first[0]!["reason"]!));
        var next = JsonNode.Parse((await AskAsync(HttpMethod.Get, $"{List}?state=queued&after={(long)first[^1]!["sequence"]!}")).Text)!.AsArray();
        Assert.Single(next);
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(HttpMethod method, string path, string? body = null)
    {
        using var answer = await _staff.SendAsync("acceptor-01", method, path, body is null ? null : JsonNode.Parse(body)!.AsObject());
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}

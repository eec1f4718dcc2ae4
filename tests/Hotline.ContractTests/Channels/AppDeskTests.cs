using System.Net;
using System.Text.Json.Nodes;
using Hotline.Intake;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>What the staff may do at a channel: look at a citizen's contact with a reason, and at what could not be read.</summary>
[Collection(AppHosts.Name)]
public sealed class AppDeskTests(AppHost host)
{
    private const string Reason = "回访前核实联系方式";

    [Theory]
    [InlineData("agent-01", HttpStatusCode.OK)]
    [InlineData("acceptor-01", HttpStatusCode.OK)]
    [InlineData("dispatcher-01", HttpStatusCode.OK)]
    [InlineData("callback-01", HttpStatusCode.OK)]
    [InlineData("station-141102", HttpStatusCode.Forbidden)]
    [InlineData("city-water", HttpStatusCode.Forbidden)]
    [InlineData("auditor-01", HttpStatusCode.Forbidden)]
    [InlineData("admin-01", HttpStatusCode.Forbidden)]
    public async Task A_contact_is_shown_by_role_only(string account, HttpStatusCode expected)
    {
        var contact = await ReceiveAsync("""{"text":"要回电。","contact":{"name":"测试者丁","phone":"+00 555 0100 888","address":"某路1号"}}""");
        using var answer = await host.Staff.SendAsync(account, HttpMethod.Post, $"/intake/app/contacts/{contact}/reveal", new JsonObject { ["reason"] = Reason });
        var shown = await AppHost.ReadAsync(answer, expected);
        Assert.Equal(expected == HttpStatusCode.OK ? "+00 555 0100 888" : null, shown.Body["phone"]?.GetValue<string>());
    }

    [Fact]
    public async Task Nobody_signed_in_sees_nothing()
    {
        var contact = await ReceiveAsync("""{"text":"要回电。","contact":{"phone":"+00 555 0100 888"}}""");
        using var http = host.NewClient();
        foreach (var token in new[] { null, "Bearer x", "DPoP x" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/intake/app/contacts/{contact}/reveal") { Content = AppHost.Text($$"""{"reason":"{{Reason}}"}""") };
            request.Headers.TryAddWithoutValidation("Authorization", token);
            request.Headers.Add("X-User", "agent-01");
            request.Headers.Add("X-Roles", "agent");
            request.Headers.Add("Hotline-Edge", "e30.e30");
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Who_looked_and_why_is_on_record()
    {
        var contact = await ReceiveAsync("""{"text":"要回电。","contact":{"phone":"+00 555 0100 888"}}""");
        await host.Staff.PostAsync("agent-01", $"/intake/app/contacts/{contact}/reveal", new JsonObject { ["reason"] = Reason });
        await host.Staff.PostAsync("callback-01", $"/intake/app/contacts/{contact}/reveal", new JsonObject { ["reason"] = "满意度回访" });
        var appeal = (await host.Intake.GetAsync(contact, CancellationToken.None))!;
        Assert.Equal([("agent-01", Reason), ("callback-01", "满意度回访")], appeal.Facts.Select(fact => fact.Data).OfType<ContactRevealed>().Select(revealed => (revealed.By, revealed.Reason)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("看看")]
    [InlineData("   \u202E    ")]
    [InlineData("LONG")]
    public async Task Without_a_reason_nothing_is_shown_or_recorded(string reason)
    {
        var contact = await ReceiveAsync("""{"text":"要回电。","contact":{"phone":"+00 555 0100 888"}}""");
        using var answer = await host.Staff.SendAsync(
            "agent-01", HttpMethod.Post, $"/intake/app/contacts/{contact}/reveal", new JsonObject { ["reason"] = reason == "LONG" ? new string('长', 201) : reason });
        Assert.Equal(["reason"], (await AppHost.ReadAsync(answer, HttpStatusCode.BadRequest)).Errors);
        Assert.Single((await host.Intake.GetAsync(contact, CancellationToken.None))!.Facts);
    }

    [Fact]
    public async Task A_contact_that_is_not_there_is_not_found()
    {
        foreach (var contact in new[] { "019cac0f-2680-7000-8000-000000000001", "not-a-guid", "../reviews" })
        {
            using var answer = await host.Staff.SendAsync("agent-01", HttpMethod.Post, $"/intake/app/contacts/{contact}/reveal", new JsonObject { ["reason"] = Reason });
            Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
        }
    }

    [Fact]
    public async Task An_original_that_is_not_there_is_not_found()
    {
        using var answer = await host.Staff.SendAsync("agent-01", HttpMethod.Get, "/intake/app/reviews/019cac0f-2680-7000-8000-000000000001/original");
        await AppHost.ReadAsync(answer, HttpStatusCode.NotFound);
    }

    private async Task<Guid> ReceiveAsync(string json)
    {
        using var device = await host.DeviceAsync();
        using var answer = await device.SubmitAsync(AppHost.Text(json), host.NewKey());
        var receipt = await AppHost.ReadAsync(answer, HttpStatusCode.Created);
        return (await host.Intake.FindAsync(receipt.Number, CancellationToken.None))!.State.Appeal.ContactRef!.Value;
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.ContractTests.EventLog;
using Xunit;

namespace Hotline.ContractTests.Callbacks;

/// <summary>Citizens are asked after the handling, and what they say has its effect on the order.</summary>
public sealed class CallbackTests : CallbackHost
{
    private static readonly string[] Content = ["contacted=yes", "solved=yes", "satisfied=satisfied"];
    private static readonly string[] NotSolved = ["contacted=no", "solved=no", "unsolvedReason=not-done", "satisfied=dissatisfied", "dissatisfiedReason=result", "words=还是<b>坑</b>"];

    [Fact]
    public async Task The_citizen_answers_by_his_link_and_the_order_is_closed()
    {
        var (receipt, link) = await HandledAsync();
        using (var page = await Http.GetAsync(new Uri(link, UriKind.Relative)))
        {
            var html = await page.Content.ReadAsStringAsync();
            Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
            Assert.Equal("no-store", page.Headers.CacheControl!.ToString());
            Assert.Contains("路面已修好。", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
            Assert.DoesNotContain("接电话的工作人员", html, StringComparison.Ordinal);
        }

        var (wrong, said) = await AnswerAsync(link, receipt, "solved=no");
        Assert.Equal(HttpStatusCode.BadRequest, wrong);
        Assert.Contains("没有解决的，请选择原因。", said, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await AnswerAsync(link, receipt, Content)).Status);
        await BecomesAsync(receipt, "closed");
        Assert.Equal("solved", (await OrderAsync(receipt))["closing"]!["outcome"]!.GetValue<string>());

        await Eventually.BecomesAsync(async () => (await TaskAsync(receipt))["rounds"]![0]!["state"]!.GetValue<string>() == "over");
        Assert.Equal(HttpStatusCode.Gone, (await AnswerAsync(link, receipt, NotSolved)).Status);
        using var late = await Http.GetAsync(new Uri(link, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
    }

    [Fact]
    public async Task Not_solved_is_reviewed_listed_as_a_contradiction_redone_and_asked_again()
    {
        var (receipt, link) = await HandledAsync(new JsonObject { ["contacted"] = true, ["contactedAt"] = Time.GetUtcNow().AddMinutes(-5), ["solved"] = true });
        var (_, page) = await AnswerAsync(link, receipt, NotSolved);
        Assert.Contains("还是&lt;b&gt;坑", page, StringComparison.Ordinal);
        await BecomesAsync(receipt, "review");
        Assert.Equal("还是<b>坑</b>", (await OrderAsync(receipt))["review"]!["text"]!.GetValue<string>());

        var found = Assert.Single((await Staff.CallAsync("acceptor-01", HttpMethod.Get, "/callbacks/contradictions"))["items"]!.AsArray())!;
        Assert.Equal(("city-housing", false), (found["units"]![0]!["unit"]!.GetValue<string>(), found["solved"]!.GetValue<bool>()));
        Assert.Empty((await Staff.CallAsync("station-141102", HttpMethod.Get, "/callbacks/contradictions"))["items"]!.AsArray());

        await RestartAsync();
        await PostAsync("acceptor-01", receipt, "redo", """{"reason":"没有修好"}""");
        await HandleAsync(receipt, 2);
        var second = await LinkAsync(receipt, 2);
        Assert.NotEqual(link, second);
        Assert.Equal(HttpStatusCode.Gone, (await AnswerAsync(link, receipt, Content)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AnswerAsync(second, receipt, Content)).Status);
        await BecomesAsync(receipt, "closed");

        var figures = (await Staff.CallAsync("auditor-01", HttpMethod.Get, "/callbacks/figures"))["all"]!;
        Assert.Equal((2, 1, 2), (figures["asked"]!.GetValue<int>(), figures["satisfied"]!["numerator"]!.GetValue<int>(), figures["satisfied"]!["denominator"]!.GetValue<int>()));
        Assert.Equal((0, 1), (figures["firstSatisfied"]!["numerator"]!.GetValue<int>(), figures["firstSatisfied"]!["denominator"]!.GetValue<int>()));
    }

    [Fact]
    public async Task One_sender_is_asked_about_all_his_orders_on_one_page()
    {
        var (first, link) = await HandledAsync();
        var (second, _) = await HandledSilentlyAsync();
        using (var page = await Http.GetAsync(new Uri(link, UriKind.Relative)))
        {
            var html = await page.Content.ReadAsStringAsync();
            Assert.Contains(first.Number, html, StringComparison.Ordinal);
            Assert.Contains(second.Number, html, StringComparison.Ordinal);
        }

        Assert.Equal(second.Number, Assert.Single((await TaskAsync(first))["together"]!.AsArray())!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await AnswerAsync(link, second, Content)).Status);
        await BecomesAsync(second, "closed");
        Assert.Equal("callback", (await OrderAsync(first))["state"]!.GetValue<string>());
        Assert.DoesNotContain((await TrackAsync(second))["replies"]!.AsArray(), reply => reply!["kind"]!.GetValue<string>() == "callback");
    }

    [Fact]
    public async Task What_was_sent_no_link_is_answered_on_the_shared_one_also_when_its_own_order_is_closed()
    {
        var (first, link) = await HandledAsync();
        var (second, _) = await HandledSilentlyAsync();
        Assert.Equal(HttpStatusCode.OK, (await AnswerAsync(link, first, Content)).Status);
        await BecomesAsync(first, "closed");
        await Eventually.BecomesAsync(async () => (await TaskAsync(first))["rounds"]![0]!["state"]!.GetValue<string>() == "over");

        Assert.Equal(HttpStatusCode.OK, (await AnswerAsync(link, second, NotSolved)).Status);
        await BecomesAsync(second, "review");
    }

    [Fact]
    public async Task A_link_cannot_be_made_up_or_sent_from_another_site()
    {
        var (receipt, link) = await HandledAsync();
        foreach (var forged in new[] { "/callbacks/answer/x", link.Replace("answer/A", "answer/B", StringComparison.Ordinal), $"/callbacks/answer/{new string('A', 34)}" })
        {
            using var answer = await Http.GetAsync(new Uri(forged, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        using var form = new FormUrlEncodedContent([new("number", receipt.Number), new("contacted", "yes"), new("solved", "yes"), new("satisfied", "satisfied")]);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, link) { Content = form };
        foreign.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var refused = await Http.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("asking", (await TaskAsync(receipt))["rounds"]![0]!["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_person_calls_when_the_link_was_not_used_and_gives_up_after_three_tries_on_two_days()
    {
        var (receipt, _) = await HandledAsync();
        Assert.Empty((await DueAsync())!);
        Assert.Equal(HttpStatusCode.Conflict, await TryAsync(receipt));

        var first = WorkingDayFrom(Contracts.OfficeTime.Day(Time.GetUtcNow()).AddDays(2));
        MoveToTenOn(first);
        Assert.Equal(receipt.Number, Assert.Single(await DueAsync())!["number"]!.GetValue<string>());
        await Staff.PostAsync("callback-01", $"/callbacks/{receipt.Number}/claim", []);
        Assert.Equal(HttpStatusCode.OK, await TryAsync(receipt));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(receipt));
        Assert.Equal(HttpStatusCode.Conflict, await TryAsync(receipt));
        MoveToTenOn(WorkingDayFrom(first.AddDays(1)));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(receipt));
        await BecomesAsync(receipt, "closed");
        Assert.Equal("unreachable", (await OrderAsync(receipt))["closing"]!["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task Who_left_no_phone_and_does_not_use_his_link_is_not_reached()
    {
        var (receipt, _) = await HandledAsync(phone: false);
        Time.Ahead = TimeSpan.FromHours(25);
        await BecomesAsync(receipt, "closed");
        Assert.Equal("unreachable", (await OrderAsync(receipt))["closing"]!["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_promise_is_asked_about_after_its_day()
    {
        var day = Contracts.OfficeTime.Day(Time.GetUtcNow()).AddDays(3);
        var receipt = (await HandledSilentlyAsync(new JsonObject { ["solved"] = false, ["unsolvedReason"] = "等待配件", ["promisedFor"] = day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) })).Receipt;
        Assert.Equal("promise", (await OrderAsync(receipt))["state"]!.GetValue<string>());
        await Eventually.BecomesAsync(async () => (await TrackAsync(receipt))["state"]!.GetValue<string>() == "promise");

        Time.Ahead = TimeSpan.FromDays(4);
        Assert.Equal(HttpStatusCode.OK, (await AnswerAsync(await LinkAsync(receipt, 1), receipt, Content)).Status);
        await BecomesAsync(receipt, "closed");
    }

    [Fact]
    public async Task A_supplement_soon_after_the_closing_has_it_looked_at_again()
    {
        var (receipt, link) = await HandledAsync();
        await AnswerAsync(link, receipt, Content);
        await BecomesAsync(receipt, "closed");
        Time.Ahead = TimeSpan.FromMinutes(1);
        using (var answer = await Citizen.AddAsync("supplements", receipt.Number, receipt.Code, AppClient.Json("""{"text":"今天又坏了。"}"""), "again"))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await BecomesAsync(receipt, "review");
        await PostAsync("acceptor-01", receipt, "explain", """{"explanation":"该路段下月改造。","evidence":"改造计划第12项"}""");
        await Eventually.BecomesAsync(async () => (await TrackAsync(receipt))["replies"]!.AsArray()[^1]!["text"]!.GetValue<string>().Contains("该路段下月改造", StringComparison.Ordinal));
        Assert.DoesNotContain("改造计划", (await TrackAsync(receipt)).ToJsonString(), StringComparison.Ordinal);
    }

    private static DateOnly WorkingDayFrom(DateOnly day)
    {
        var calendar = Hosting.OrganizationFile.Load().Calendar;
        while (!calendar.IsWorkingDay(day))
        {
            day = day.AddDays(1);
        }

        return day;
    }

    private void MoveToTenOn(DateOnly day) => Time.Ahead = new DateTimeOffset(day.ToDateTime(new(10, 0)), Contracts.OfficeTime.Offset) - TimeProvider.System.GetUtcNow();

    /// <summary>Handled, without waiting for a link.</summary>
    private async Task<(Channels.Given Receipt, JsonNode Task)> HandledSilentlyAsync(JsonObject? reply = null)
    {
        using var answer = await Citizen.SubmitAsync(AppClient.Json("""{"text":"路口的路面也坑洼，请修路。"}"""), "silent");
        var receipt = await Channels.AppHost.ReadAsync(answer, HttpStatusCode.Created);
        await Staff.WorkOrderAsync("acceptor-01", receipt.Number, TimeProvider.System, CancellationToken.None);
        await PostAsync("acceptor-01", receipt, "accept", """{"nature":"help","category":"road-repair","urgency":"normal"}""");
        await PostAsync("dispatcher-01", receipt, "dispatch", """{"unit":"city-housing","role":"lead"}""");
        await HandleAsync(receipt, 1, reply);
        JsonNode? task = null;
        await Eventually.BecomesAsync(async () =>
        {
            using var seen = await Staff.SendAsync("auditor-01", HttpMethod.Get, $"/callbacks/{receipt.Number}");
            task = seen.IsSuccessStatusCode ? await AppClient.ReadAsync(seen) : null;
            return task is not null && (reply is not null || task["rounds"]!.AsArray().Count > 0);
        });
        return (receipt, task!);
    }

    private async Task<JsonArray> DueAsync() => (await Staff.CallAsync("callback-01", HttpMethod.Get, "/callbacks"))["items"]!.AsArray();

    private async Task<HttpStatusCode> TryAsync(Channels.Given receipt)
    {
        using var answer = await Staff.SendAsync("callback-01", HttpMethod.Post, $"/callbacks/{receipt.Number}/tries", new JsonObject { ["reached"] = false, ["why"] = "no-answer" });
        return answer.StatusCode;
    }
}

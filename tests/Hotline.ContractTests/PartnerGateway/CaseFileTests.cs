using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.ContractTests.EventLog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hotline.ContractTests.PartnerGateway;

/// <summary>One call, one case file: of dispatch, knowledge and callback, for the partner whose case it is, also when one of them is away.</summary>
public sealed class CaseFileTests(PartnerGatewayHost host) : IClassFixture<PartnerGatewayHost>
{
    private const string Reply = "已上门检修，暖气恢复。";

    [Fact]
    public async Task A_case_from_handing_in_to_closing_is_one_file_of_three_parts()
    {
        var article = await host.PublishAsync();
        await Eventually.BecomesAsync(async () => (await host.Staff.CallAsync("agent-01", HttpMethod.Get, "/knowledge/desk/search?q=" + Uri.EscapeDataString("暖气")))["items"]!.AsArray().Count > 0);
        var (number, code, sourceId) = await host.HandInAsync();
        await host.DispatchAsync(number, "city-heat");
        var early = await WholeAsync(number, "media", file => file["dispatch"]!["assignments"]!.AsArray().Count == 1);
        Assert.Equal(("in-handling", "city-heat", "dispatched"), (Text(early, "dispatch", "state"), Text(early["dispatch"]!["assignments"]![0]!, "unit"), Text(early["dispatch"]!["assignments"]![0]!, "state")));
        Assert.Contains(early["dispatch"]!["clocks"]!.AsArray(), clock => Text(clock!, "step") == "unit" && Text(clock!, "color") == "green");

        await host.StepAsync("city-heat", number, "assignments/1/sign");
        await host.StepAsync("city-heat", number, "assignments/1/start");
        await host.StepAsync("city-heat", number, "assignments/1/reply", $$"""{"publicReply":"{{Reply}}","note":"内部：用户{{PartnerGatewayHost.Person}}，电话{{PartnerGatewayHost.Phone}}"}""");
        await host.StepAsync("dispatcher-01", number, "assignments/1/review");
        await host.AnswerCallbackAsync(number, code);

        var file = await WholeAsync(number, "media", file => Text(file, "dispatch", "state") == "closed" && file["callback"]!["rounds"]![0]!["answer"] is not null);
        Assert.Equal(number, Text(file, "number"));
        Assert.Empty(file["missing"]!.AsArray());
        Assert.Equal((true, sourceId, "solved"), (file["dispatch"]!["handedIn"]!.GetValue<bool>(), Text(file, "dispatch", "sourceId"), Text(file["dispatch"]!["closing"]!, "outcome")));
        Assert.Equal(("handled", Reply), (Text(file["dispatch"]!["replies"]![0]!, "kind"), Text(file["dispatch"]!["replies"]![0]!, "text")));
        Assert.Equal(article, Text(Assert.Single(file["knowledge"]!["proposed"]!.AsArray())!, "code"));
        var answer = file["callback"]!["rounds"]![0]!["answer"]!;
        Assert.Equal((true, true, "satisfied"), (answer["solved"]!.GetValue<bool>(), answer["contacted"]!.GetValue<bool>(), Text(answer, "satisfied")));
        foreach (var personal in new[] { PartnerGatewayHost.Person, PartnerGatewayHost.Phone, PartnerGatewayHost.Words, "内部", "city-heat-", "acceptor-01", "dispatcher-01", "contactRef", "/callbacks/answer" })
        {
            Assert.DoesNotContain(personal, file.ToJsonString(), StringComparison.Ordinal);
        }

        CaseFileSchemaTests.Holds(file);
    }

    [Fact]
    public async Task The_article_an_answer_cites_is_in_the_file()
    {
        var article = await host.PublishAsync();
        var (number, _, _) = await host.HandInAsync();
        await host.StepAsync("acceptor-01", number, "accept", """{"nature":"consultation","category":"other","urgency":"normal"}""");
        await Eventually.BecomesAsync(async () =>
        {
            var body = new JsonObject { ["text"] = "每年十一月一日开始。", ["basis"] = "办法", ["article"] = article, ["articleVersion"] = 1 };
            using var cited = await host.Staff.SendAsync("agent-01", HttpMethod.Post, $"/work-orders/{number}/answer", body);
            return cited.IsSuccessStatusCode;
        });
        var file = await WholeAsync(number, "media", file => file["knowledge"]?["cited"] is not null && file["dispatch"]!["replies"]!.AsArray().Count == 1);
        Assert.Equal((article, 1, "供热时间"), (Text(file["knowledge"]!["cited"]!, "code"), file["knowledge"]!["cited"]!["version"]!.GetValue<int>(), Text(file["knowledge"]!["cited"]!, "title")));
        Assert.Equal(("answered", "每年十一月一日开始。"), (Text(file["dispatch"]!["replies"]![0]!, "kind"), Text(file["dispatch"]!["replies"]![0]!, "text")));
        CaseFileSchemaTests.Holds(file);
    }

    [Fact]
    public async Task A_partner_sees_what_he_handed_in_or_what_his_unit_has_and_nothing_else()
    {
        var (number, _, _) = await host.HandInAsync();
        var (status, unknown, _) = await host.FileAsync("261121080999998", "media");
        Assert.Equal(404, status);
        foreach (var stranger in new[] { "radio", "police" })
        {
            var (refused, body, _) = await host.FileAsync(number, stranger);
            Assert.Equal((404, unknown["detail"]!.GetValue<string>()), (refused, body["detail"]!.GetValue<string>())); // the same words: he does not learn that there is one
        }

        await host.DispatchAsync(number, "city-police");
        var file = await WholeAsync(number, "police", file => file["callback"] is not null && file["knowledge"] is not null);
        Assert.Equal((false, null), (file["dispatch"]!["handedIn"]!.GetValue<bool>(), file["dispatch"]!["sourceId"]));
        Assert.Equal(404, (await host.FileAsync(number, "radio")).Status);

        await host.StepAsync("city-police", number, "assignments/1/return", """{"note":"不属于公安职责，建议转供热公司","proposedUnit":"city-heat"}""");
        Assert.Equal(200, (await host.FileAsync(number, "police")).Status); // until it is decided
        await host.StepAsync("dispatcher-01", number, "assignments/1/approve-return");
        Assert.Equal(404, (await host.FileAsync(number, "police")).Status);
        Assert.Equal(200, (await host.FileAsync(number, "media")).Status);
    }

    [Fact]
    public async Task Each_service_itself_shows_a_partner_only_his_cases()
    {
        var (number, _, _) = await host.HandInAsync();
        await host.DispatchAsync(number, "city-police");
        await WholeAsync(number, "police", file => file["callback"] is not null && file["knowledge"] is not null);
        using var http = new HttpClient { BaseAddress = host.ServicesAddress };
        foreach (var path in new[] { $"/dispatch/cases/{number}", $"/knowledge/cases/{number}", $"/callbacks/cases/{number}" })
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(path, Partner("合作媒体", "")));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(path, Partner(null, "city-police")));
            Assert.Equal(HttpStatusCode.NotFound, await AskAsync(path, Partner("今日商丘", "city-heat")));
            Assert.Equal(HttpStatusCode.NotFound, await AskAsync(path, Partner(null, "")));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(path, new("partner:media", new HashSet<string>(), "") { Source = "合作媒体" }));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(path, new("acceptor-01", new HashSet<string> { Contracts.Roles.Acceptor }, "hotline")));
        }

        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync($"/work-orders/{number}", Partner("合作媒体", "city-police")));

        static Hosting.StaffUser Partner(string? source, string unit) => new("partner:x", new HashSet<string> { Contracts.Roles.Partner }, unit) { Source = source };

        async Task<HttpStatusCode> AskAsync(string path, Hosting.StaffUser user)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation(Hosting.EdgeToken.Header, host.Edge.Issue(user, "127.0.0.1", "http://h", "GET", path));
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    public static TheoryData<string, string> Outages => new()
    {
        { "callback", "gone" }, { "callback", "hangs" }, { "callback", "half" }, { "knowledge", "500" }, { "knowledge", "words" }, { "dispatch", "gone" }, { "dispatch", "401" }, { "callback", "large" },
    };

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task A_part_that_is_away_is_named_and_the_others_come(string service, string how)
    {
        var (number, _, _) = await host.HandInAsync();
        await WholeAsync(number, "media", file => file["callback"] is not null && file["knowledge"] is not null);
        await using var broken = await BrokenAsync(how);
        using var gateway = await host.NewGatewayAsync($"--Hotline:Gateway:{service}={broken?.Urls.Single() ?? Nowhere()}", "--Hotline:PartnerGateway:PartSeconds=1");
        var (status, file, _) = await host.FileAsync(number, "media", gateway);
        Assert.Equal(200, status);
        Assert.Equal(service, Assert.Single(file["missing"]!.AsArray())!.GetValue<string>());
        Assert.Null(file[service]);
        Assert.All(new[] { "dispatch", "knowledge", "callback" }.Except([service]), other => Assert.Equal(number, Text(file[other]!, "number")));
        Assert.Equal(number, Text(file, "number"));
        CaseFileSchemaTests.Holds(file);

        // What cannot be asked shows a stranger nothing all the same.
        Assert.Equal(service == "dispatch" ? 503 : 404, (await host.FileAsync(number, "radio", gateway)).Status);
    }

    [Fact]
    public async Task When_nobody_answers_that_is_said()
    {
        using var gateway = await host.NewGatewayAsync([.. new[] { "dispatch", "knowledge", "callback" }.Select(service => $"--Hotline:Gateway:{service}={Nowhere()}"), "--Hotline:PartnerGateway:PartSeconds=1"]);
        var (status, body, _) = await host.FileAsync("261121080999998", "media", gateway);
        Assert.Equal((503, "请稍后用同一请求重试。"), (status, Text(body, "remedy")));
    }

    /// <summary>Asks until the file is whole: what services know of a case they hear by events.</summary>
    private async Task<JsonNode> WholeAsync(string number, string partner, Func<JsonNode, bool> isWhole)
    {
        JsonNode? whole = null;
        await Eventually.BecomesAsync(async () => (await host.FileAsync(number, partner)) is { Status: 200, Body: var file } && isWhole(whole = file));
        return whole!;
    }

    private static string? Text(JsonNode node, params string[] path) => path.Aggregate((JsonNode?)node, static (at, name) => at?[name])?.GetValue<string>();

    private static string Nowhere() => $"http://127.0.0.1:{FreePorts.Next()}";

    /// <summary>A service as it should not be; null for none at all.</summary>
    private static async Task<WebApplication?> BrokenAsync(string how)
    {
        if (how == "gone")
        {
            return null;
        }

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--urls=http://127.0.0.1:0"] });
        var service = builder.Build();
        service.Run(async http =>
        {
            switch (how)
            {
                case "hangs":
                    await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, http.RequestAborted);
                    break;
                case "half":
                    await http.Response.WriteAsync("""{"number":"2""");
                    await http.Response.Body.FlushAsync();
                    await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, http.RequestAborted);
                    break;
                case "large":
                    var line = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
                    for (var i = 0; i < 64; i++)
                    {
                        await http.Response.Body.WriteAsync(line, http.RequestAborted);
                    }

                    break;
                case "words":
                    await http.Response.WriteAsync("<html>not found</html>");
                    break;
                default:
                    http.Response.StatusCode = int.Parse(how, System.Globalization.CultureInfo.InvariantCulture);
                    break;
            }
        });
        await service.StartAsync();
        return service;
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.UnitTests.Dispatching;

/// <summary>The staff API over HTTP: binding, answers, roles.</summary>
public sealed class WorkOrderEndpointsTests : IAsyncLifetime
{
    private readonly WebApplication _application;
    private readonly HttpClient _client = new();
    private string _number = "";

    public WorkOrderEndpointsTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(new TestTime()).AddSingleton<IIdSource>(s => new Uuid7(s.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(Staff.Office).AddSingleton<IDocumentStores, MemoryStores>().AddSingleton<IEventLog, SilentLog>();
        builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ByHeader>(StaffAuthentication.Scheme, null);
        builder.Services.AddAuthorization();
        Errors.Add(builder.Services);
        DispatchService.AddServices(builder);
        _application = builder.Build();
        Errors.Use(_application);
        _application.UseAuthentication();
        _application.UseAuthorization();
        DispatchService.MapEndpoints(_application);
    }

    public async Task InitializeAsync()
    {
        await _application.StartAsync();
        _client.BaseAddress = new Uri(_application.Urls.Single());
        var appeal = Appeals.Of("路面坑洼", "离石区滨河街道路面坑洼");
        await _application.Services.GetRequiredService<AppealReceivedHandler>()
            .HandleAsync(appeal, new CloudEvent("e/1", "/hotline/intake-app", EventTypes.AppealReceived, Appeals.ReceivedAt, appeal.Id, default), default);
        _number = appeal.Number;
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task From_receipt_to_closing()
    {
        await OkAsync("acceptor-01", "accept", """{"nature":"help","category":"road-repair","urgency":"normal","division":"141102"}""");
        await OkAsync("dispatcher-01", "dispatch", """{"unit":"station-141102","role":"lead","note":"请办理"}""");
        await OkAsync("station-141102", "assignments/1/sign", "{}");
        await OkAsync("station-141102", "assignments/1/dispatch", """{"unit":"141102-housing","role":"lead"}""");
        await OkAsync("141102-housing", "assignments/2/return", """{"note":"不属职责","proposedUnit":"141102-urban"}""");
        await OkAsync("station-141102", "assignments/2/refuse-return", """{"note":"属于职责"}""");
        await OkAsync("141102-housing", "assignments/2/sign", "{}");
        await OkAsync("141102-housing", "assignments/2/start", "{}");
        await OkAsync("141102-housing", "assignments/2/reply", """{"publicReply":"已修好。"}""");
        await OkAsync("station-141102", "assignments/2/send-back", """{"note":"请附照片"}""");
        await OkAsync("141102-housing", "assignments/2/start", "{}");
        await OkAsync("141102-housing", "assignments/2/reply", """{"publicReply":"已修好，见照片。"}""");
        await OkAsync("station-141102", "assignments/2/review", "{}");
        await OkAsync("station-141102", "assignments/1/reply", "{}");
        var handled = await OkAsync("dispatcher-01", "assignments/1/review", "{}");
        Assert.Equal(("callback", "已修好，见照片。"), (handled.GetProperty("state").GetString(), handled.GetProperty("publicReply").GetString()));

        await AnswerAsync(solved: false, "还是坑");
        using (var barred = await PostAsync("dispatcher-01", "redo", """{"reason":"没有修好"}"""))
        {
            Assert.Equal(HttpStatusCode.Forbidden, barred.StatusCode);
        }

        using (var bare = await PostAsync("acceptor-01", "explain", """{"explanation":"说明"}"""))
        {
            Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
        }

        var redone = await OkAsync("acceptor-01", "redo", """{"reason":"没有修好"}""");
        Assert.Equal(
            ("in-handling", 1, "还是坑", "station-141102"),
            (redone.GetProperty("state").GetString(), redone.GetProperty("redos").GetInt32(), redone.GetProperty("review").GetProperty("text").GetString(), redone.GetProperty("assignments")[2].GetProperty("unit").GetString()));
        await OkAsync("station-141102", "assignments/3/sign", "{}");
        await OkAsync("station-141102", "assignments/3/start", "{}");
        await OkAsync("station-141102", "assignments/3/reply", """{"publicReply":"重铺了。","contacted":true,"contactedAt":"2026-03-02T00:30:00Z","solved":true}""");
        Assert.Equal("重铺了。", (await OkAsync("dispatcher-01", "assignments/3/review", "{}")).GetProperty("publicReply").GetString());
        await AnswerAsync(solved: true, null);
        using var seen = await SendAsync(HttpMethod.Get, "auditor-01", $"/work-orders/{_number}");
        Assert.Equal("solved", (await JsonAsync(seen)).GetProperty("closing").GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("""{"publicReply":"好","contacted":true}""", "contactedAt")]
    [InlineData("""{"publicReply":"好","contactedAt":"2026-03-02T00:30:00Z"}""", "contactedAt")]
    [InlineData("""{"publicReply":"好","contacted":true,"contactedAt":"2027-03-02T00:30:00Z"}""", "contactedAt")]
    [InlineData("""{"publicReply":"好","solved":false}""", "unsolvedReason")]
    [InlineData("""{"publicReply":"好","promisedFor":"2026-03-01"}""", "promisedFor")]
    [InlineData("""{"publicReply":"好","promisedFor":"2028-03-01"}""", "promisedFor")]
    [InlineData("""{"publicReply":"好","solved":true,"promisedFor":"2026-03-05"}""", "promisedFor")]
    public async Task A_claim_or_promise_that_makes_no_sense_is_named(string body, string field)
    {
        await OkAsync("acceptor-01", "accept", """{"nature":"help","category":"road-repair","urgency":"normal","division":"141102"}""");
        await OkAsync("dispatcher-01", "dispatch", """{"unit":"city-housing","role":"lead"}""");
        await OkAsync("city-housing", "assignments/1/sign", "{}");
        await OkAsync("city-housing", "assignments/1/start", "{}");
        using var answer = await PostAsync("city-housing", "assignments/1/reply", body);

        Assert.Equal([field], (await JsonAsync(answer)).GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Fact]
    public async Task An_order_carries_its_version_as_entity_tag_and_a_stale_one_is_refused()
    {
        using var seen = await SendAsync(HttpMethod.Get, "acceptor-01", $"/work-orders/{_number}");
        Assert.Equal("\"1\"", seen.Headers.ETag!.ToString());

        using var stale = await SendAsync(HttpMethod.Post, "acceptor-01", $"/work-orders/{_number}/accept", """{"nature":"help","category":"road-repair","urgency":"normal"}""", "\"7\"");
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        using var fresh = await SendAsync(HttpMethod.Post, "acceptor-01", $"/work-orders/{_number}/accept", """{"nature":"help","category":"road-repair","urgency":"normal"}""", "\"1\"");
        Assert.Equal((HttpStatusCode.OK, "\"3\""), (fresh.StatusCode, fresh.Headers.ETag!.ToString()));
    }

    [Fact]
    public async Task A_step_the_state_does_not_allow_is_a_conflict_that_names_both_states()
    {
        using var answer = await PostAsync("acceptor-01", "explain", """{"explanation":"说明","evidence":"依据"}""");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var problem = await JsonAsync(answer);
        Assert.Contains("received", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("closed", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("remedy").GetString()));
    }

    [Theory]
    [InlineData("{}", "nature", "category", "urgency")]
    [InlineData("""{"nature":"help","category":"absent","urgency":"normal"}""", "category")]
    [InlineData("""{"nature":"help","category":"road-repair","urgency":"normal","division":"999999"}""", "division")]
    public async Task Each_bad_field_is_named(string body, params string[] fields)
    {
        using var answer = await PostAsync("acceptor-01", "accept", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(fields.Order(StringComparer.Ordinal), (await JsonAsync(answer)).GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"nature":1,"category":"road-repair","urgency":"normal"}""")]
    [InlineData("""{"nature":"help","category":"road-repair","urgency":"normal","divison":"141102"}""")]
    [InlineData("""{"nature":"help","nature":"complaint","category":"road-repair","urgency":"normal"}""")]
    public async Task A_body_that_is_not_of_the_shape_is_a_bad_request(string body)
    {
        using var answer = await PostAsync("acceptor-01", "accept", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("station-141102", "GET", "")]
    [InlineData("141102-housing", "GET", "/due")]
    [InlineData("city-housing", "POST", "/assignments/1/sign")]
    [InlineData("dispatcher-01", "POST", "/assignments/1/review")]
    public async Task What_is_not_there_for_him_is_not_found(string account, string method, string path)
    {
        using var answer = await SendAsync(new HttpMethod(method), account, $"/work-orders/{_number}{path}", method == "POST" ? "{}" : null);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("agent-01", HttpStatusCode.Forbidden)]
    [InlineData("auditor-01", HttpStatusCode.Forbidden)]
    [InlineData("dispatcher-01", HttpStatusCode.Forbidden)]
    [InlineData("admin-01", HttpStatusCode.Forbidden)]
    [InlineData("station-141102", HttpStatusCode.Forbidden)]
    public async Task Only_acceptors_accept(string? account, HttpStatusCode status)
    {
        using var answer = await SendAsync(HttpMethod.Post, account, $"/work-orders/{_number}/accept", "{}");

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public void Every_route_declares_its_rule()
    {
        var routes = _application.Services.GetRequiredService<EndpointDataSource>().Endpoints;

        Assert.Equal(27, routes.Count);
        Assert.All(routes, route => Assert.NotEmpty(route.Metadata.GetOrderedMetadata<AuthorizationPolicy>()));
    }

    [Fact]
    public async Task The_list_pages_and_refuses_what_makes_no_sense()
    {
        using var list = await SendAsync(HttpMethod.Get, "auditor-01", "/work-orders?state=received&limit=1");
        var page = await JsonAsync(list);
        Assert.Equal((_number, 1), (page.GetProperty("items")[0].GetProperty("number").GetString(), page.GetProperty("next").GetInt64()));
        using var next = await SendAsync(HttpMethod.Get, "auditor-01", "/work-orders?state=received&limit=1&after=1");
        Assert.Equal(0, (await JsonAsync(next)).GetProperty("items").GetArrayLength());

        foreach (var query in new[] { "state=lost", "limit=0", "limit=201", "after=-1", "limit=x" })
        {
            using var refused = await SendAsync(HttpMethod.Get, "auditor-01", "/work-orders?" + query);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        using var foreign = await SendAsync(HttpMethod.Get, "station-141181", "/work-orders?unit=station-141102");
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
    }

    [Fact]
    public async Task The_clocks_are_told_in_words()
    {
        using var answer = await SendAsync(HttpMethod.Get, "acceptor-01", $"/work-orders/{_number}/due");
        var clock = (await JsonAsync(answer)).GetProperty("clocks")[0];

        Assert.Equal(("accept", "受理时限", "green"), (clock.GetProperty("step").GetString(), clock.GetProperty("title").GetString(), clock.GetProperty("color").GetString()));
        Assert.Contains("依据", clock.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    private async Task AnswerAsync(bool solved, string? words)
    {
        var store = _application.Services.GetRequiredService<IDocumentStore<WorkOrder>>();
        var order = (await store.FindAsync(_number, default))!.State;
        var answered = new CallbackAnswered(order.Id, _number, Appeals.ReceivedAt, order.Round, CallbackWays.Link, "citizen", new(solved, solved ? "satisfied" : "dissatisfied", Words: words), solved);
        await _application.Services.GetRequiredService<CallbackEventsHandler>()
            .HandleAsync(answered, new CloudEvent("c/1", "/hotline/callback", EventTypes.CallbackAnswered, Appeals.ReceivedAt, order.Id, default), default);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    private async Task<JsonElement> OkAsync(string account, string step, string body)
    {
        using var answer = await PostAsync(account, step, body);
        Assert.True(answer.IsSuccessStatusCode, $"{step}: {await answer.Content.ReadAsStringAsync()}");
        return await JsonAsync(answer);
    }

    private Task<HttpResponseMessage> PostAsync(string account, string step, string body) => SendAsync(HttpMethod.Post, account, $"/work-orders/{_number}/{step}", body);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string? account, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (account is not null)
        {
            request.Headers.Add(ByHeader.Name, account);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await _client.SendAsync(request);
    }
}

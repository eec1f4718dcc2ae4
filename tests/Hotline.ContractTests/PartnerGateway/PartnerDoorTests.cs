using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Hotline.Gateway.Partners;
using Hotline.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hotline.ContractTests.PartnerGateway;

/// <summary>The door from outside: who is let in, how much of it, and what no partner can make of a request.</summary>
public sealed class PartnerDoorTests(PartnerGatewayHost host) : IClassFixture<PartnerGatewayHost>
{
    private const string Unknown = "261121080999998";

    public static TheoryData<string, string> Routes => new()
    {
        { "GET", $"/partners/cases/{Unknown}" }, { "POST", $"/partners/cases/{Unknown}/contact" }, { "POST", "/intake/partners/submissions" }, { "GET", "/intake/partners/orders/x-1" },
    };

    [Fact]
    public void There_are_these_routes_and_no_others() => Assert.Equal(
        [
            "GET /health/live", "GET /health/ready", "GET /intake/partners/orders/{foreignId}", "GET /intake/partners/submissions/{id}", "GET /partners/cases/{number}",
            "POST /intake/partners/orders", "POST /intake/partners/orders/{foreignId}/cancellation", "POST /intake/partners/submissions", "POST /intake/partners/submissions/{id}/supplements",
            "POST /intake/partners/submissions/{id}/urges", "POST /intake/partners/submissions/{id}/withdrawals", "POST /partners/cases/{number}/contact",
        ],
        host.Routes.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Without_a_key_or_with_a_wrong_one_nobody_is_let_in_and_the_way_out_is_said(string method, string path)
    {
        foreach (var key in new[] { null, "", "x", PartnerGatewayHost.KeyOf("closed"), PartnerGatewayHost.KeyOf("media")[..^1], PartnerGatewayHost.KeyOf("media") + "x", PartnerGatewayHost.KeyOf("media") + "," + PartnerGatewayHost.KeyOf("radio") })
        {
            using var request = PartnerGatewayHost.Request(new HttpMethod(method), path, null, method == "POST" ? "{}" : null);
            if (key is not null)
            {
                request.Headers.TryAddWithoutValidation(PartnerDoor.KeyHeader, key);
            }

            using var answer = await host.Http.SendAsync(request);
            Assert.Equal((401, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Contains("请在请求头 Hotline-Partner-Key 中带上", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.False(answer.Headers.Contains("RateLimit"));
        }
    }

    [Fact]
    public async Task Two_keys_at_once_are_none()
    {
        using var request = PartnerGatewayHost.Request(HttpMethod.Get, $"/partners/cases/{Unknown}", "media");
        request.Headers.Add(PartnerDoor.KeyHeader, PartnerGatewayHost.KeyOf("radio"));
        using var answer = await host.Http.SendAsync(request);
        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_right_that_was_not_given_is_refused_with_what_to_do()
    {
        foreach (var (method, path, partner) in new[]
        {
            (HttpMethod.Get, $"/partners/cases/{Unknown}", "watcher"), (HttpMethod.Post, $"/partners/cases/{Unknown}/contact", "watcher"), (HttpMethod.Post, $"/partners/cases/{Unknown}/contact", "radio"),
            (HttpMethod.Post, "/intake/partners/submissions", "police"), (HttpMethod.Get, "/intake/partners/submissions/x-1", "police"),
        })
        {
            var (status, body, _) = await host.AskAsync(method, path, partner, method == HttpMethod.Post ? "{}" : null);
            Assert.Equal((403, "如业务需要，请向热线申请开通。"), (status, body["remedy"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task The_quota_of_a_minute_is_told_and_kept_for_each_partner_apart()
    {
        var (_, _, first) = await host.FileAsync(Unknown, "small");
        Assert.Equal("\"minute\";q=2;w=60, \"day\";q=10000;w=86400", first.GetValues("RateLimit-Policy").Single());
        Assert.StartsWith("\"minute\";r=1;t=", first.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        var refused = 0;
        for (var i = 0; i < 4; i++) // a minute may end in between
        {
            var (status, body, headers) = await host.FileAsync(Unknown, "small");
            if (status == 429)
            {
                refused++;
                Assert.InRange(int.Parse(headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 60);
                Assert.StartsWith("\"minute\";r=0;t=", headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
                Assert.Equal("本分钟的用量已满。", body["detail"]!.GetValue<string>());
            }
        }

        Assert.InRange(refused, 1, 3);
        Assert.Equal(404, (await host.FileAsync(Unknown, "media")).Status);
    }

    [Fact]
    public async Task The_quota_of_a_day_is_kept_too()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(404, (await host.FileAsync(Unknown, "daily")).Status);
        }

        var (status, body, headers) = await host.FileAsync(Unknown, "daily");
        Assert.Equal((429, "今天的用量已满。"), (status, body["detail"]!.GetValue<string>()));
        Assert.InRange(int.Parse(headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 86_400);
    }

    [Theory]
    [InlineData("GET", "/partners/cases/261121080999998?number=1", 400)]
    [InlineData("GET", "/partners/cases/261121080999998?rest=../../work-orders", 400)]
    [InlineData("GET", "/intake/partners/submissions/a?x=1", 400)]
    [InlineData("GET", "/partners/cases/261121080999998%2f..%2f..%2fwork-orders", 404)]
    [InlineData("GET", "/partners/cases/%252e%252e", 404)]
    [InlineData("GET", "/intake/partners/submissions/%252e%252e%252fbalance", 404)]
    [InlineData("GET", "/intake/partners/submissions/..%2fbalance", 404)]
    [InlineData("GET", "/intake/partners/orders/a%3fb", 404)]
    [InlineData("GET", "/intake/partners/balance", 404)]
    [InlineData("GET", "/intake/partners/weibo/media", 404)]
    [InlineData("GET", "/intake/partners/appeals/261121080999998", 404)]
    [InlineData("GET", "/intake/partners/province-orders/261121080999998", 404)]
    [InlineData("GET", "/parts/dispatch/261121080999998", 404)]
    [InlineData("GET", "/dispatch/cases/261121080999998", 404)]
    [InlineData("GET", "/work-orders", 404)]
    [InlineData("GET", "/knowledge/articles", 404)]
    [InlineData("GET", "/configuration", 404)]
    [InlineData("GET", "/administration/configuration", 404)]
    [InlineData("DELETE", "/partners/cases/261121080999998", 405)]
    [InlineData("POST", "/partners/cases/261121080999998", 405)]
    public async Task No_path_leads_anywhere_else(string method, string path, int status)
    {
        var (answered, body, _) = await host.AskAsync(new HttpMethod(method), path, "media", method == "POST" ? "{}" : null);
        Assert.Equal(status, answered);
        Assert.NotNull(body["remedy"]);
    }

    [Fact]
    public async Task A_body_where_there_is_none_to_be_an_upgrade_and_one_too_large_are_refused()
    {
        Assert.Equal(400, (await host.AskAsync(HttpMethod.Get, $"/partners/cases/{Unknown}", "media", new string(' ', 100_000))).Status);
        Assert.Equal(413, (await host.AskAsync(HttpMethod.Post, $"/partners/cases/{Unknown}/contact", "media", new string(' ', 5000))).Status);
        using var upgrade = PartnerGatewayHost.Request(HttpMethod.Get, $"/partners/cases/{Unknown}", "media");
        upgrade.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        upgrade.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        upgrade.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        upgrade.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        using var answer = await host.Http.SendAsync(upgrade);
        Assert.Equal(400, (int)answer.StatusCode);
        using var gateway = await host.NewGatewayAsync("--Hotline:Limits:BodyBytes=2048");
        var (status, body, _) = await host.AskAsync(HttpMethod.Post, "/intake/partners/submissions", "media", new string(' ', 3000), gateway);
        Assert.Equal((413, "内容过大。"), (status, body["detail"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_a_partner_says_of_himself_in_headers_is_nothing()
    {
        var (number, _, _) = await host.HandInAsync();
        foreach (var header in EdgeMiddleware.IdentityHeaders.Append("Authorization").Append("Cookie"))
        {
            using var request = PartnerGatewayHost.Request(HttpMethod.Get, $"/partners/cases/{number}", "radio");
            request.Headers.TryAddWithoutValidation(header, header == "Authorization" ? $"Bearer {host.Staff.TokenOf("acceptor-01")}" : "media");
            using var answer = await host.Http.SendAsync(request);
            Assert.Equal(404, (int)answer.StatusCode);
        }

        // Not even with the staff's token alone.
        using var staff = PartnerGatewayHost.Request(HttpMethod.Get, $"/partners/cases/{number}", null);
        staff.Headers.Authorization = new AuthenticationHeaderValue("Bearer", host.Staff.TokenOf("acceptor-01"));
        using var refused = await host.Http.SendAsync(staff);
        Assert.Equal(401, (int)refused.StatusCode);
    }

    [Fact]
    public async Task A_service_hears_the_edges_word_and_nothing_else_of_who_asks()
    {
        var heard = new TaskCompletionSource<IHeaderDictionary>();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--urls=http://127.0.0.1:0"] });
        await using var service = builder.Build();
        service.Run(http =>
        {
            heard.TrySetResult(new HeaderDictionary(http.Request.Headers.ToDictionary(header => header.Key, header => header.Value)));
            return Task.CompletedTask;
        });
        await service.StartAsync();
        using var gateway = await host.NewGatewayAsync($"--Hotline:Gateway:callback={service.Urls.Single()}", "--Hotline:Limits:TrustedProxies:0=127.0.0.0/8", "--Hotline:Limits:PublicOrigin=https://partners.example.gov.cn");
        using var request = PartnerGatewayHost.Request(HttpMethod.Get, $"/partners/cases/{Unknown}", "police");
        foreach (var (name, value) in new[]
        {
            ("X-Forwarded-For", "203.0.113.9, 198.51.100.7"), ("X-User", "admin-01"), ("Authorization", "Bearer x"), ("Cookie", "a=b"), ("If-Match", "\"1\""), ("Connection", "Hotline-Edge"), ("Accept", "application/json"),
        })
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await gateway.SendAsync(request);
        var headers = await heard.Task;
        var claims = host.Edge.Verify(headers[EdgeToken.Header], "GET", $"/callbacks/cases/{Unknown}");
        Assert.Equal(("partner:police", "city-police", null, "https://partners.example.gov.cn"), (claims!.Account, claims.Unit, claims.Source, claims.Origin));
        Assert.Equal([Contracts.Roles.Partner], claims.Roles);
        Assert.Equal("198.51.100.7", claims.Client); // what stands left of the first that is not trusted, its sender made up
        Assert.Null(host.Edge.Verify(headers[EdgeToken.Header], "GET", $"/dispatch/cases/{Unknown}")); // for one address alone
        Assert.Null(host.Edge.Verify(headers[EdgeToken.Header], "POST", $"/callbacks/cases/{Unknown}"));
        Assert.Empty(headers.Keys.Except(["Host", "Accept", EdgeToken.Header, "traceparent", "tracestate"], StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Handing_in_wants_the_channels_own_signature_besides_the_key()
    {
        const string Body = """{"id":"z-1","text":"路灯三天不亮。"}""";
        var (status, body, _) = await host.AskAsync(HttpMethod.Post, "/intake/partners/submissions", "media", Body);
        Assert.Equal(401, status);
        Assert.Contains("Hotline-Signature", body["remedy"]!.GetValue<string>(), StringComparison.Ordinal);
        var (_, _, id) = await host.HandInAsync();
        Assert.Equal(401, (await host.AskAsync(HttpMethod.Get, $"/intake/partners/submissions/{id}", "media")).Status);
    }

    [Theory]
    [InlineData("GET /partners/cases/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST /intake/partners/submissions HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 41\r\n\r\nGET /health/live HTTP/1.1\r\nHost: h\r\n\r\n")]
    public async Task Smuggled_requests_are_refused_and_the_line_is_cut(string bytes)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Http.BaseAddress!.Host, host.Http.BaseAddress.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(bytes));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(limit.Token);
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Single(answer.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Answers_carry_the_protective_headers_and_the_probes_answer_everybody()
    {
        var (_, _, headers) = await host.FileAsync(Unknown, "media");
        Assert.Equal(["nosniff"], headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-store"], headers.GetValues("Cache-Control"));
        Assert.False(headers.Contains("Server"));
        foreach (var probe in new[] { "/health/live", "/health/ready" })
        {
            using var answer = await host.Http.GetAsync(new Uri(probe, UriKind.Relative));
            Assert.Equal(200, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task What_is_logged_holds_no_number_no_key_and_nobody()
    {
        var (number, _, _) = await host.HandInAsync();
        await host.FileAsync(number, "media");
        await host.FileAsync(number, "radio");
        await host.AskAsync(HttpMethod.Post, $"/partners/cases/{number}/contact", "media", """{"reason":"核实地址"}""");
        using (var gateway = await host.NewGatewayAsync("--Hotline:Gateway:callback=http://127.0.0.1:9", "--Hotline:PartnerGateway:PartSeconds=1"))
        {
            await host.FileAsync(number, "media", gateway);
        }

        var shown = host.Logs.Lines.Where(line => line.Contains(" Information ", StringComparison.Ordinal) || line.Contains(" Warning ", StringComparison.Ordinal) || line.Contains(" Error ", StringComparison.Ordinal)).ToList();
        Assert.Contains(shown, line => line.Contains("The part callback of a case file is away", StringComparison.Ordinal));
        Assert.DoesNotContain(shown, line => line.StartsWith("Ocelot", StringComparison.Ordinal));
        Assert.All(new[] { number, PartnerGatewayHost.Phone, PartnerGatewayHost.Person, PartnerGatewayHost.KeyOf("media"), "核实地址" }, secret => Assert.DoesNotContain(shown, line => line.Contains(secret, StringComparison.Ordinal)));
    }
}

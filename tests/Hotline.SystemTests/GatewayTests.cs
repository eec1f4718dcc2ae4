using System.Net;
using System.Net.Sockets;
using System.Text;
using Hotline.AllInOne.Practice;
using Xunit;

namespace Hotline.SystemTests;

public sealed class SplitHotline : IAsyncLifetime
{
    public RunningHotline Running { get; private set; } = null!;

    public async Task InitializeAsync() => Running = await RunningHotline.StartAsync(
        Form.Split, options: [$"--Hotline:Limits:ConcurrentPerService={GatewayTests.Places}"]);

    public async Task DisposeAsync() => await Running.DisposeAsync();
}

/// <summary>The front door from outside: who gets in, what he may claim, what of him the others notice.</summary>
public sealed class GatewayTests(SplitHotline split) : IClassFixture<SplitHotline>
{
    /// <summary>How many requests of a channel may be at work at once.</summary>
    public const int Places = 8;

    /// <summary>A second's worth for a body that Kestrel does not give up as too slow (240 bytes).</summary>
    private static readonly byte[] Spaces = [.. Enumerable.Repeat((byte)' ', 256)];

    private readonly RunningHotline _hotline = split.Running;

    [Theory]
    [InlineData("dispatch", "/work-orders")]
    [InlineData("intake-app", "/intake/app/reviews")]
    [InlineData("intake-app", "/intake/app/appeals/261121030000005")]
    public async Task A_service_answers_nobody_but_the_gateway(string service, string path)
    {
        using var http = _hotline.NewHttp(service);
        using var bare = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, bare.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Authorization", $"Bearer {(await _hotline.TokensAsync())["auditor-01"]}");
        request.Headers.Add("Hotline-Edge", "e30.AAAA");
        using var forged = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    [Theory]
    [InlineData("X-User", "admin-01")]
    [InlineData("X-Forwarded-User", "admin-01")]
    [InlineData("X-Roles", "administrator")]
    [InlineData("Hotline-Edge", "eyJhY2NvdW50IjoiYWRtaW4tMDEifQ.AAAA")]
    public async Task What_a_client_claims_to_be_in_headers_is_nothing(string header, string value)
    {
        using var http = _hotline.NewHttp();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/work-orders");
        request.Headers.Add(header, value);
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Roles_reach_the_services_through_the_gateway()
    {
        using var http = _hotline.NewHttp();
        var staff = new StaffClient(http, await _hotline.TokensAsync());
        foreach (var (account, expected) in new[] { ("auditor-01", HttpStatusCode.OK), ("station-141102", HttpStatusCode.OK), ("admin-01", HttpStatusCode.Forbidden) })
        {
            using var answer = await staff.SendAsync(account, HttpMethod.Get, "/work-orders");
            Assert.Equal(expected, answer.StatusCode);
        }

        using var letters = await staff.SendAsync("admin-01", HttpMethod.Get, "/dispatch/dead-letters");
        Assert.Equal(HttpStatusCode.OK, letters.StatusCode);
    }

    [Fact]
    public async Task Answers_carry_the_protective_headers_once()
    {
        using var http = _hotline.NewHttp();
        using var answer = await http.GetAsync(new Uri("/work-orders", UriKind.Relative));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-store"], answer.Headers.GetValues("Cache-Control"));
        Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task An_unknown_path_is_a_clear_404_and_a_large_body_a_413()
    {
        using var http = _hotline.NewHttp();
        using var unknown = await http.GetAsync(new Uri("/nothing/here", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("remedy", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var citizen = await _hotline.NewCitizenAsync();
        using var large = await citizen.SubmitAsync(AppClient.Json($$"""{"text":"{{new string('长', 40_000)}}"}"""), "large-1");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    /// <summary>Requests two parsers might read differently: none of them may bring a second request through.</summary>
    [Theory]
    [InlineData("POST /intake/app/appeals HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /work-orders HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST /intake/app/appeals HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 41\r\n\r\nGET /work-orders HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST /intake/app/appeals HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /work-orders HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST /intake/app/appeals HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\nGET /work-orders HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST /intake/app/appeals HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2;\nxx\r\n41\r\n0\r\n\r\nGET /work-orders HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /work-orders HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET http://other/work-orders HTTP/1.1\r\nHost: h\r\nHotline-Edge: x\n y\r\n\r\n")]
    public async Task Smuggled_requests_are_refused_and_the_line_is_cut(string bytes)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_hotline.Address.Host, _hotline.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(bytes));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(limit.Token); // ends only when the gateway cuts the line
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Single(answer.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Slow bodies, not too slow to be taken, hold all places of one channel; the staff's requests do not notice.</summary>
    [Fact]
    public async Task A_flood_on_one_channel_starves_no_other()
    {
        var held = new List<TcpClient>();
        using var citizen = await _hotline.NewCitizenAsync();
        var target = new Uri(_hotline.Address, "/intake/app/appeals");
        try
        {
            for (var i = 0; i < Places + 4; i++)
            {
                var socket = new TcpClient();
                await socket.ConnectAsync(_hotline.Address.Host, _hotline.Address.Port);
                await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"POST {target.AbsolutePath} HTTP/1.1\r\nHost: {target.Authority}\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\nIdempotency-Key: slow-{i}\r\n"
                    + $"Authorization: DPoP {citizen.Device.Token}\r\nDPoP: {citizen.Device.Prove("POST", target)}\r\n\r\n{{"));
                held.Add(socket);
            }

            using var http = _hotline.NewHttp();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            HttpStatusCode status;
            do
            {
                foreach (var socket in held.ToList())
                {
                    try
                    {
                        await socket.GetStream().WriteAsync(Spaces, limit.Token);
                    }
                    catch (IOException)
                    {
                        held.Remove(socket); // it found no place: the others have them all
                        socket.Dispose();
                    }
                }

                using var flooded = await http.GetAsync(new Uri("/intake/app/appeals/261121030000005", UriKind.Relative), limit.Token);
                status = flooded.StatusCode;
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
            while (status != HttpStatusCode.ServiceUnavailable);

            var staff = new StaffClient(http, await _hotline.TokensAsync());
            using var orders = await staff.SendAsync("auditor-01", HttpMethod.Get, "/work-orders");
            Assert.Equal(HttpStatusCode.OK, orders.StatusCode);
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }
}

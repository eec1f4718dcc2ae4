using System.Net;
using System.Net.Http.Headers;
using Hotline.AllInOne.Practice;
using Hotline.ContractTests.Gateway;
using Hotline.Hosting;
using Hotline.Intake.App;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>The same channel in a process of its own behind the gateway: the same answers through it, and none past it.</summary>
public sealed class AppBehindGatewayTests : IAsyncLifetime
{
    private const string Body = """{"text":"网关后面的诉求。"}""";
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-gateway-").FullName;
    private WebApplication _service = null!;
    private WebApplication _gateway = null!;
    private string _token = "";

    public async Task InitializeAsync()
    {
        _service = new HotlineHost([.. Arguments("service"), "--Hotline:Edge=Gateway"]).Add<AppChannel>().Build();
        await _service.StartAsync();
        string[] front = [.. Arguments("gateway"), $"--Hotline:Gateway:intake-app={_service.Urls.Single()}", "--Hotline:Gateway:PatienceSeconds=1"];
        _gateway = await GatewayHost.StartAsync(front);
        _token = (await new HotlineHost(front).MintTokensAsync(_ => ["agent-01"], TimeSpan.FromHours(1))).Values.Single();
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Through_the_gateway_a_device_is_received_and_follows_its_appeal()
    {
        using var device = new AppClient(Client(_gateway), new PracticeDevice(TimeProvider.System));
        await device.RegisterAsync();
        using var answer = await device.SubmitAsync(AppHost.Text(Body), "k1");
        var receipt = await AppHost.ReadAsync(answer, HttpStatusCode.Created);
        using var track = await device.TrackAsync(receipt.Number, receipt.Code);
        await AppHost.ReadAsync(track, HttpStatusCode.OK);
        using var broken = await device.SubmitAsync(AppHost.Text("{"), "k2");
        await AppHost.ReadAsync(broken, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Past_the_gateway_nothing_is_answered()
    {
        using var device = new AppClient(Client(_service), new PracticeDevice(TimeProvider.System));
        await Assert.ThrowsAsync<HttpRequestException>(() => device.RegisterAsync());
        using var http = Client(_service);
        foreach (var path in new[] { "/", "/intake/app/appeals/260302030000060", "/intake/app/reviews", "/healthy", "/intake/app/dead-letters" })
        {
            using var request = Request(HttpMethod.Get, path);
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        using var health = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Staff_get_in_by_their_token_and_by_no_header()
    {
        using var http = Client(_gateway);
        using var signedIn = new HttpRequestMessage(HttpMethod.Get, "/intake/app/reviews");
        signedIn.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var shown = await http.SendAsync(signedIn);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);

        using var claimed = Request(HttpMethod.Get, "/intake/app/reviews");
        using var refused = await http.SendAsync(claimed);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task A_service_that_is_away_is_said_and_the_gateway_lives()
    {
        await _service.StopAsync();
        using var http = Client(_gateway);
        using var answer = await http.GetAsync(new Uri("/intake/app/appeals/260302030000060", UriKind.Relative));
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable });
        using var health = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private string[] Arguments(string name) =>
        [$"--Hotline:Data={Path.Combine(_folder, name)}", "--urls=http://127.0.0.1:0", "--Hotline:EdgeKey=a secret of this test", "--Hotline:Limits:PerClientPerSecond=0"];

    private static HttpClient Client(WebApplication application) => new() { BaseAddress = new Uri(application.Urls.Single()) };

    /// <summary>A request that claims everything.</summary>
    private static HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var header in EdgeMiddleware.IdentityHeaders)
        {
            request.Headers.TryAddWithoutValidation(header, "agent-01");
        }

        return request;
    }
}

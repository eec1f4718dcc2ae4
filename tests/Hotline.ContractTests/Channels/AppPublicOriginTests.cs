using System.Net;
using Hotline.AllInOne.Practice;
using Hotline.Hosting;
using Hotline.Intake.App;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>With a public origin configured, a proof counts for that address only, whatever the Host header of the request says.</summary>
public sealed class AppPublicOriginTests : IAsyncLifetime
{
    private const string Public = "https://12345.example.gov.cn";
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-origin-").FullName;
    private WebApplication? _application;

    public async Task InitializeAsync()
    {
        _application = new HotlineHost([$"--Hotline:Data={_folder}", "--urls=http://127.0.0.1:0", $"--Hotline:Limits:PublicOrigin={Public}"]).Add<AppChannel>().Build();
        await _application.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _application!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Proofs_are_for_the_public_address()
    {
        var local = new Uri(_application!.Urls.Single());
        Assert.Equal(HttpStatusCode.Created, await RegisterAsync(new Uri(Public)));
        Assert.Equal(HttpStatusCode.Unauthorized, await RegisterAsync(local));

        async Task<HttpStatusCode> RegisterAsync(Uri provenFor)
        {
            using var device = new PracticeDevice(TimeProvider.System);
            using var http = new HttpClient { BaseAddress = local };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/app/devices") { Content = AppHost.Text($$"""{"jwk":{{device.Jwk}}}""") };
            request.Headers.Add("DPoP", device.Prove("POST", new Uri(provenFor, "/intake/app/devices")));
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }
}

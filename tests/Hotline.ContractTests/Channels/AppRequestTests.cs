using System.Net;
using System.Net.Http.Headers;
using Hotline.AllInOne.Practice;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>What a request must bring besides its body: the device's token and proof, and a key of its own.</summary>
[Collection(AppHosts.Name)]
public sealed class AppRequestTests(AppHost host)
{
    private const string Body = """{"text":"路灯不亮。"}""";

    [Fact]
    public async Task With_token_proof_and_key_it_is_received() => await SendAsync(HttpStatusCode.Created);

    [Fact]
    public async Task Without_a_token_or_a_proof_it_is_not()
    {
        var noToken = await SendAsync(HttpStatusCode.Unauthorized, request => request.Headers.Authorization = null);
        Assert.NotEmpty(noToken.Body["remedy"]!.GetValue<string>());
        await SendAsync(HttpStatusCode.Unauthorized, request => request.Headers.Remove("DPoP"));
        await SendAsync(HttpStatusCode.Unauthorized, request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", request.Headers.Authorization!.Parameter));
        await SendAsync(HttpStatusCode.Unauthorized, request => request.Headers.Add("DPoP", request.Headers.GetValues("DPoP").Single()));
    }

    [Fact]
    public async Task A_refusal_names_the_scheme_in_the_header()
    {
        using var http = host.NewClient();
        using var answer = await http.PostAsync(new Uri("/intake/app/appeals", UriKind.Relative), AppHost.Text(Body));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var challenge = Assert.Single(answer.Headers.WwwAuthenticate);
        Assert.Equal("DPoP", challenge.Scheme);
        Assert.Contains("algs=\"ES256\"", challenge.Parameter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proof_serves_for_one_request_of_its_own_kind()
    {
        using var device = new PracticeDevice(TimeProvider.System);
        using var client = new AppClient(host.NewClient(), device);
        await client.RegisterAsync();
        using var http = host.NewClient();
        var proof = device.Prove("POST", new Uri(http.BaseAddress!, "/intake/app/appeals"));
        await SendAsync(HttpStatusCode.Created, device, proof);
        await SendAsync(HttpStatusCode.Unauthorized, device, proof);
        await SendAsync(HttpStatusCode.Unauthorized, device, device.Prove("GET", new Uri(http.BaseAddress!, "/intake/app/appeals")));
        await SendAsync(HttpStatusCode.Unauthorized, device, device.Prove("POST", new Uri(http.BaseAddress!, "/intake/app/devices")));
        await SendAsync(HttpStatusCode.Unauthorized, device, device.Prove("POST", new Uri("https://12345.example.org/intake/app/appeals")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("键")]
    [InlineData("LONG")]
    public async Task A_key_that_is_none_is_said(string key)
    {
        var given = key == "LONG" ? new string('k', 101) : key;
        var problem = await SendAsync(HttpStatusCode.BadRequest, request =>
        {
            request.Headers.Remove("Idempotency-Key");
            request.Headers.TryAddWithoutValidation("Idempotency-Key", given);
        });
        Assert.Equal(["Idempotency-Key"], problem.Errors);
    }

    [Fact]
    public async Task A_missing_or_doubled_key_is_said()
    {
        Assert.Equal(["Idempotency-Key"], (await SendAsync(HttpStatusCode.BadRequest, request => request.Headers.Remove("Idempotency-Key"))).Errors);
        Assert.Equal(["Idempotency-Key"], (await SendAsync(HttpStatusCode.BadRequest, request => request.Headers.Add("Idempotency-Key", "another"))).Errors);
    }

    [Fact]
    public async Task A_key_of_full_length_serves() =>
        await SendAsync(HttpStatusCode.Created, request =>
        {
            request.Headers.Remove("Idempotency-Key");
            request.Headers.Add("Idempotency-Key", new string('~', 100));
        });

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"jwk":{}}""")]
    [InlineData("""{"jwk":{"kty":"RSA"}}""")]
    [InlineData("""{"jwk":{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}}""")]
    [InlineData("""{"jwk":{"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}}""")]
    [InlineData("not JSON")]
    public async Task A_device_registers_only_the_key_it_proves(string body)
    {
        using var device = new PracticeDevice(TimeProvider.System);
        using var http = host.NewClient();
        var address = new Uri(http.BaseAddress!, "/intake/app/devices");
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = AppHost.Text(body) };
        request.Headers.Add("DPoP", device.Prove("POST", address));
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Answers_carry_the_headers_of_an_API_and_no_server_name()
    {
        using var device = await host.DeviceAsync();
        using var answer = await device.TrackAsync("260302030000060", "0000000000");
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Empty(answer.Headers.Server);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    private async Task<Given> SendAsync(HttpStatusCode expected, Action<HttpRequestMessage>? change = null)
    {
        using var device = new PracticeDevice(TimeProvider.System);
        using var client = new AppClient(host.NewClient(), device);
        await client.RegisterAsync();
        using var http = host.NewClient();
        return await SendAsync(expected, device, device.Prove("POST", new Uri(http.BaseAddress!, "/intake/app/appeals")), change);
    }

    private async Task<Given> SendAsync(HttpStatusCode expected, PracticeDevice device, string proof, Action<HttpRequestMessage>? change = null)
    {
        using var http = host.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/app/appeals") { Content = AppHost.Text(Body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", device.Token);
        request.Headers.Add("DPoP", proof);
        request.Headers.Add("Idempotency-Key", host.NewKey());
        change?.Invoke(request);
        using var answer = await http.SendAsync(request);
        return await AppHost.ReadAsync(answer, expected);
    }
}

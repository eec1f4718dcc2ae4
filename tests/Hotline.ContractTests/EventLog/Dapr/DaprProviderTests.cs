using System.Net;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Ports;
using Hotline.Providers.Dapr;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Hotline.ContractTests.EventLog.Dapr;

/// <summary>The provider as a host sees it: its options are judged before anything starts, secrets become configuration, and a service behind its edge is open to its sidecar alone.</summary>
public sealed class DaprProviderTests : IAsyncLifetime
{
    private DaprSidecar _sidecar = null!;

    public async Task InitializeAsync() => _sidecar = await new DaprSidecar(new DaprBroker(), "dispatch").StartAsync();

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Fact]
    public async Task All_faults_of_the_options_are_told_at_once_with_their_remedies()
    {
        using var host = NewHost(
            ("PubSub", "no spaces"), ("MaxInFlight", "0"), ("PublishSeconds", "301"), ("DeliverySeconds", "0"), ("AppToken", "two words"), ("ApiToken", "字"), ("GrpcEndpoint", "127.0.0.1"), ("InvokeAppId", "a/b"));
        var faults = (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Failures.Order(StringComparer.Ordinal).ToList();
        string[] expected =
        [
            "Hotline:Dapr:ApiToken must be visible ASCII",
            "Hotline:Dapr:AppToken (or APP_API_TOKEN) must be visible ASCII",
            "Hotline:Dapr:DeliverySeconds is 0: it must be 1 to 3600.",
            "Hotline:Dapr:GrpcEndpoint must be an absolute address, for example http://127.0.0.1:50001",
            "Hotline:Dapr:InvokeAppId must be an app id",
            "Hotline:Dapr:MaxInFlight is 0: it must be 1 to 1000.",
            "Hotline:Dapr:PubSub must be the name of a pub/sub component",
            "Hotline:Dapr:PublishSeconds is 301: it must be 1 to 300.",
        ];
        Assert.Equal(expected.Length, faults.Count);
        Assert.All(expected.Zip(faults), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Secrets_named_for_us_become_configuration_below_everything_else()
    {
        _sidecar.Secrets["Hotline--WeChat--AppSecret"] = new() { ["Hotline--WeChat--AppSecret"] = "one" };
        _sidecar.Secrets["bundle"] = new() { ["Hotline--EdgeKey"] = "two", ["Hotline:Email:Password"] = "three", ["Elsewhere"] = "not ours" };
        _sidecar.Secrets["Hotline--Calls--Key"] = new() { ["value"] = "four" };
        _sidecar.Secrets["database"] = new() { ["password"] = "not ours" };
        using var host = NewHost(("SecretStore", "vault"));
        var configuration = host.Services.GetRequiredService<IConfiguration>();
        Assert.Equal("one", configuration["Hotline:WeChat:AppSecret"]);
        Assert.Equal("two", configuration["Hotline:EdgeKey"]);
        Assert.Equal("three", configuration["Hotline:Email:Password"]);
        Assert.Equal("four", configuration["Hotline:Calls:Key"]);
        Assert.Null(configuration["Elsewhere"]);
        Assert.Null(configuration["password"]);
    }

    [Fact]
    public void What_is_said_nearer_than_the_store_wins()
    {
        _sidecar.Secrets["Hotline--Dapr--PubSub"] = new() { ["Hotline--Dapr--PubSub"] = "the-store-says" };
        using var host = NewHost(("SecretStore", "vault"), ("PubSub", "said-nearer"));
        Assert.Equal("said-nearer", host.Services.GetRequiredService<IConfiguration>()["Hotline:Dapr:PubSub"]);
    }

    [Fact]
    public void Two_secrets_for_one_key_end_the_start()
    {
        _sidecar.Secrets["a"] = new() { ["Hotline--EdgeKey"] = "one" };
        _sidecar.Secrets["b"] = new() { ["Hotline:EdgeKey"] = "two" };
        var refusal = Assert.Throws<InvalidOperationException>(() => NewHost(("SecretStore", "vault")));
        Assert.Equal("Two secrets of the store vault are named Hotline:EdgeKey and differ: remove one.", refusal.Message);
    }

    [Fact]
    public void Without_a_sidecar_the_start_ends_with_one_clear_sentence()
    {
        var refusal = Assert.Throws<EngineAwayException>(() => NewHost(("SecretStore", "vault"), ("SecretSeconds", "1"), ("GrpcEndpoint", "http://127.0.0.1:9")));
        Assert.StartsWith("Dapr's sidecar did not give out the secrets of the store vault (Hotline:Dapr:SecretStore) within 1 s: ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("Is the sidecar running, and may this app read that store?", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_behind_its_edge_is_open_to_its_sidecar_and_to_nobody_else()
    {
        var data = Directory.CreateTempSubdirectory("hotline-dapr-");
        try
        {
            string[] arguments =
            [
                $"--Hotline:Data={data.FullName}", "--Hotline:EventLog=Dapr", "--Hotline:Edge=Gateway", "--urls=http://127.0.0.1:0",
                $"--Hotline:Dapr:GrpcEndpoint=http://127.0.0.1:{_sidecar.GrpcPort}", $"--APP_API_TOKEN={DaprSidecar.AppToken}",
            ];
            await using var service = new HotlineHost(arguments).Add<DispatchService>().Build();
            await service.StartAsync();
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(service.Urls.First()) };
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/dapr/subscribe", UriKind.Relative))).StatusCode);
            client.DefaultRequestHeaders.Add(DaprCallbacks.TokenHeader, DaprSidecar.AppToken);
            using var told = JsonDocument.Parse(await client.GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative)));
            Assert.Contains(Topics.Appeals, told.RootElement.EnumerateArray().Select(one => one.GetProperty("topic").GetString()));
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/dispatch/orders", UriKind.Relative))).StatusCode);

            // What nobody understands goes through the service's own handling into its dead letters, and only then is it taken.
            using var delivered = await client.PostAsync(new Uri($"/dapr/events/{Topics.Appeals}", UriKind.Relative), DaprSidecar.Wrap("not JSON"u8.ToArray(), Topics.Appeals));
            Assert.Equal("""{"status":"SUCCESS"}""", await delivered.Content.ReadAsStringAsync());
            await service.StopAsync();
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_API_is_reached_through_the_sidecar_where_an_app_id_is_named()
    {
        using var host = NewHost(("InvokeAppId", "gateway"), ("HttpEndpoint", $"http://127.0.0.1:{_sidecar.HttpPort}"), ("ApiToken", "ours"));
        var way = host.Services.GetRequiredService<IServiceInvocation>();
        using var client = new HttpClient(way.Through(new SocketsHttpHandler { UseProxy = false })) { BaseAddress = way.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(way.Address, "/dispatch/orders?state=open&q=%E5%99%AA%20%E9%9F%B3"));
        request.Headers.Authorization = new("Bearer", "staff");
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("/v1.0/invoke/gateway/method/dispatch/orders?state=open&q=%E5%99%AA%20%E9%9F%B3", "ours", "Bearer staff"), Assert.Single(_sidecar.Invoked));
        using var plain = NewHost();
        Assert.Null(plain.Services.GetService<IServiceInvocation>());
    }

    private IHost NewHost(params (string Option, string Value)[] options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Hotline:Dapr:GrpcEndpoint"] = $"http://127.0.0.1:{_sidecar.GrpcPort}" });
        builder.Configuration.AddInMemoryCollection(options.ToDictionary(option => $"{DaprOptions.Section}:{option.Option}", string? (option) => option.Value));
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IOutbox>(new MemoryOutbox());
        new DaprProvider().Add(builder.Services, builder.Configuration, ProviderPorts.EventLog, ["dispatch"]);
        return builder.Build();
    }
}

using System.Reflection;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Gateway;
using Hotline.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hotline.ArchitectureTests;

/// <summary>The all-in-one, the services behind a gateway, and the gateway as they run, with one account for each role and no more than its role.</summary>
public sealed class Hosts : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-routes-").FullName;
    private WebApplication _allInOne = null!;
    private WebApplication _gateway = null!;
    private WebApplication _behind = null!;

    public IReadOnlyList<RouteEndpoint> Routes { get; private set; } = [];

    public IReadOnlyList<RouteEndpoint> GatewayRoutes { get; private set; } = [];

    /// <summary>Role → a bearer token of an account that has this role only.</summary>
    public IReadOnlyDictionary<string, string> Tokens { get; private set; } = new Dictionary<string, string>();

    public HttpClient Http { get; private set; } = null!;

    /// <summary>All services, letting in whom a gateway vouches for.</summary>
    public HttpClient BehindGateway { get; private set; } = null!;

    /// <summary>What their gateway vouches with.</summary>
    public EdgeToken Edge => _behind.Services.GetRequiredService<EdgeToken>();

    private string OrganizationPath => Path.Combine(_folder, "organization.json");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(OrganizationPath, OneAccountARole().ToJsonString());
        string[] arguments =
        [
            $"--Hotline:Data={Path.Combine(_folder, "data")}", $"--Hotline:Organization={OrganizationPath}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0",
        ];
        _allInOne = AllOf(arguments);
        await _allInOne.StartAsync();
        _behind = AllOf([.. arguments, $"--Hotline:Data={Path.Combine(_folder, "behind")}", "--Hotline:Edge=Gateway"]);
        await _behind.StartAsync();
        BehindGateway = new HttpClient { BaseAddress = new Uri(_behind.Urls.Single()) };
        Routes = RoutesOf(_allInOne);
        Http = new HttpClient { BaseAddress = new Uri(_allInOne.Urls.Single()) };
        Tokens = await new HotlineHost(arguments).MintTokensAsync(_ => Roles.All, TimeSpan.FromHours(1));

        var proxy = typeof(GatewayRoutes).Assembly.GetType("Hotline.Gateway.GatewayProxy")!;
        _gateway = new HotlineHost([$"--Hotline:Data={Path.Combine(_folder, "gateway")}", "--urls=http://127.0.0.1:0"])
            .AddGateway(proxy.GetMethod("Add")!.CreateDelegate<Action<IHostApplicationBuilder>>(), proxy.GetMethod("Map")!.CreateDelegate<Action<IEndpointRouteBuilder>>())
            .Build();
        await _gateway.StartAsync();
        GatewayRoutes = RoutesOf(_gateway);
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        BehindGateway.Dispose();
        await _gateway.DisposeAsync();
        await _behind.DisposeAsync();
        await _allInOne.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Method and pattern: <c>POST /work-orders/{number}/accept</c>.</summary>
    public static IEnumerable<(string Method, string Pattern)> NamesOf(RouteEndpoint route) =>
        (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(method => (method, "/" + route.RoutePattern.RawText!.Trim('/')));

    private static WebApplication AllOf(string[] arguments)
    {
        var host = new HotlineHost(arguments);
        foreach (var module in Assemblies.Modules.Values)
        {
            typeof(HotlineHost).GetMethod(nameof(HotlineHost.Add))!.MakeGenericMethod(module).Invoke(host, null);
        }

        return host.Build();
    }

    private static IReadOnlyList<RouteEndpoint> RoutesOf(WebApplication application) =>
        [.. ((IEndpointRouteBuilder)application).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    /// <summary>The sample organization, with its users replaced: the account is the role's name.</summary>
    private static JsonNode OneAccountARole()
    {
        using var stream = typeof(HotlineHost).Assembly.GetManifestResourceStream("lvliang.json")!;
        var organization = JsonNode.Parse(stream)!;
        var users = organization["users"]!.AsArray();
        organization["users"] = new JsonArray([.. Roles.All.Select(role =>
        {
            var user = users.First(user => user!["roles"]!.AsArray().Any(has => has!.GetValue<string>() == role))!.DeepClone();
            (user["account"], user["roles"]) = (role, new JsonArray(role));
            return user;
        })]);
        foreach (var unit in organization["units"]!.AsArray())
        {
            unit!.AsObject().Remove("issuing"); // would want a head in each of them
        }

        return organization;
    }
}

[CollectionDefinition(Name)]
public sealed class HostsCollection : ICollectionFixture<Hosts>
{
    public const string Name = "hosts";
}

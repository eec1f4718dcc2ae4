using Hotline.Gateway;
using Hotline.Hosting;

namespace Hotline.ArchitectureTests;

/// <summary>A new service is a folder and a line in three files; these name the file that forgot it.</summary>
public sealed class CatalogueTests
{
    private const string AllInOne = "services/Hotline.AllInOne/Program.cs";
    private const string Table = "services/core/Hotline.Hosting/ServiceTable.cs";
    private const string Solution = "Hotline.Microservices.sln";

    public static TheoryData<string> Services => [.. Tree.Services];

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_service_is_in_the_all_in_one(string service)
    {
        var module = Assemblies.Modules[service];
        Assert.True(Tree.Read(AllInOne).Contains($".Add<{module.Name}>()", StringComparison.Ordinal), $"{AllInOne} forgot {service}: add .Add<{module.Name}>().");
        Assert.True(Tree.Read($"{FolderOf(service)}/Program.cs").Contains($".Add<{module.Name}>()", StringComparison.Ordinal), $"{FolderOf(service)}/Program.cs does not run {module.Name}.");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_service_is_in_the_table_as_it_describes_itself(string service)
    {
        var said = Assemblies.DescriptionOf(Assemblies.Modules[service]);
        var routed = ServiceTable.All.SingleOrDefault(route => route.Name == said.Name);
        Assert.True(routed is not null, $"{Table} forgot {said.Name}: add new(\"{said.Name}\", [{string.Join(", ", said.Prefixes.Select(prefix => $"\"{prefix}\""))}], {said.LocalPort}).");
        Assert.Equal(said.Prefixes, routed.Prefixes);
        Assert.Equal(said.LocalPort, routed.LocalPort);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Tree.Read(Solution).Replace('\\', '/');
        var forgotten = Tree.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && !solution.Contains($"\"{file}\"", StringComparison.Ordinal)).ToList();
        Assert.True(forgotten.Count == 0, $"{Solution} forgot {string.Join(", ", forgotten)}: dotnet sln add {string.Join(" ", forgotten)}");
    }

    [Fact]
    public void The_gateway_routes_to_nothing_else() => Assert.Equal(
        Assemblies.Modules.Values.Select(module => Assemblies.DescriptionOf(module).Name).Order(),
        ServiceTable.All.Select(service => service.Name).Order());

    [Fact]
    public void Names_ports_and_prefixes_are_each_services_own()
    {
        var all = Assemblies.Modules.Values.Select(Assemblies.DescriptionOf).ToList();
        Assert.Equal(all.Count, all.Select(service => service.Name).Distinct().Count());
        Assert.Equal(all.Count, all.Select(service => service.LocalPort).Distinct().Count());
        Assert.All(all, service => Assert.InRange(service.LocalPort, 12351, 12399));
        var prefixes = all.SelectMany(service => service.Prefixes).ToList();
        Assert.All(prefixes, prefix => Assert.Matches("^(/[a-z][a-z0-9-]*)+$", prefix));
        Assert.All(prefixes, prefix => Assert.Single(prefixes, other => $"{prefix}/".StartsWith($"{other}/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_prefix_and_stream_has_a_route_of_its_service()
    {
        var routes = GatewayRoutes.Routes(new());
        Assert.Equal(routes.Count, routes.Select(route => route.RouteId).Distinct().Count());
        foreach (var service in ServiceTable.All)
        {
            Assert.All(service.Prefixes, prefix => Assert.Contains(routes, route => route.ClusterId == service.Name && route.Match.Path == prefix + "/{**rest}"));
        }

        Assert.All(routes, route => Assert.Null(route.Transforms)); // the gateway rewrites nothing
        Assert.Equal(ServiceTable.All.Select(service => service.Name), GatewayRoutes.Clusters(new(), _ => null).Select(cluster => cluster.ClusterId));
    }

    private static string FolderOf(string service) => Path.GetDirectoryName(Tree.ProductProjects.Single(project => Path.GetFileNameWithoutExtension(project) == service))!.Replace('\\', '/');
}

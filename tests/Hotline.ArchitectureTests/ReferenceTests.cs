using System.Xml.Linq;

namespace Hotline.ArchitectureTests;

/// <summary>Who may see whom (build/References.targets), held against what the compiler wrote.</summary>
public sealed class ReferenceTests
{
    private const string Contracts = "Hotline.Contracts";
    private const string Ports = "Hotline.Ports";
    private const string Intake = "Hotline.Intake";
    private const string Handling = "Hotline.Handling";
    private const string Hosting = "Hotline.Hosting";

    public static TheoryData<string> Projects => [.. Tree.ProductProjects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_what_its_folder_may_see(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        if (!Assemblies.References.TryGetValue(name, out var references))
        {
            Assert.Matches("^(services/providers/|gateway/Hotline.Gateway.Partners/)", project); // left out by build/feed
            return;
        }

        var wrong = references.Where(reference => reference.StartsWith("Hotline.", StringComparison.Ordinal)).Except(Allowed(project, name));
        Assert.True(!wrong.Any(), $"{project} uses {string.Join(", ", wrong)}, which its folder may not see (build/References.targets).");
    }

    [Fact]
    public void Contracts_use_the_base_library_only() =>
        Assert.All(Assemblies.References[Contracts], reference => Assert.StartsWith("System.", reference, StringComparison.Ordinal));

    [Fact]
    public void Ports_use_no_technology_but_configuration_and_injection() => Assert.All(
        Assemblies.References[Ports].Where(reference => reference != Contracts && !reference.StartsWith("System.", StringComparison.Ordinal)),
        reference => Assert.EndsWith(".Abstractions", reference, StringComparison.Ordinal));

    [Fact]
    public void No_code_but_the_tests_uses_a_provider() => Assert.All(
        Assemblies.References,
        entry => Assert.DoesNotContain(entry.Value, reference => reference.StartsWith("Hotline.Providers.", StringComparison.Ordinal)));

    [Fact]
    public void References_between_projects_stand_in_the_targets_only() => Assert.All(
        Tree.ProductProjects,
        project => Assert.True(Elements(project, "ProjectReference").Count == 0, $"{project}: a project sees what its folder says; remove the ProjectReference, or change build/References.targets."));

    [Fact]
    public void A_package_is_used_by_one_project()
    {
        var users = Tree.ProductProjects.SelectMany(project => Elements(project, "PackageReference").Select(package => (package, project))).ToLookup(pair => pair.package, pair => pair.project);
        Assert.All(users, uses => Assert.True(uses.Count() == 1, $"{uses.Key} is referenced by {string.Join(" and ", uses)}: a technology belongs to one project."));
        Assert.StartsWith("services/providers/Hotline.Providers.Kafka/", users["Confluent.Kafka"].Single(), StringComparison.Ordinal);
        Assert.StartsWith("gateway/Hotline.Gateway/", users["Yarp.ReverseProxy"].Single(), StringComparison.Ordinal);
        Assert.StartsWith("gateway/Hotline.Gateway.Partners/", users["Ocelot"].Single(), StringComparison.Ordinal);
        Assert.StartsWith("services/providers/Hotline.Providers.Sqlite/", users["SQLitePCLRaw.core"].Single(), StringComparison.Ordinal);
        Assert.StartsWith("services/core/Hotline.Hosting/", users["OpenTelemetry"].Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Code_from_packages_is_used_where_the_package_is()
    {
        var outside = Assemblies.References
            .SelectMany(entry => entry.Value.Where(IsPackage).Select(package => (package, entry.Key)))
            .ToLookup(pair => pair.package.Split('.')[0], pair => pair.Key);
        Assert.All(outside, uses => Assert.True(uses.Distinct().Count() == 1, $"{uses.Key} is used by {string.Join(" and ", uses.Distinct())}."));
    }

    private static bool IsPackage(string reference) =>
        !new[] { "System.", "Microsoft.AspNetCore", "Microsoft.Extensions.", "Microsoft.Net.", "Microsoft.Win32.", "Hotline.", "netstandard" }.Any(prefix => reference.StartsWith(prefix, StringComparison.Ordinal));

    private static List<string> Elements(string project, string name) =>
        [.. XDocument.Parse(Tree.Read(project)).Descendants(name).Select(element => (string?)element.Attribute("Include")).OfType<string>()];

    private static IEnumerable<string> Allowed(string project, string name) => name switch
    {
        Contracts => [],
        Ports => [Contracts],
        Intake or Handling => [Contracts, Ports],
        Hosting => [Contracts, Ports, Intake, Handling],
        "Hotline.SupervisionLine" => [Contracts, Ports, Hosting],
        "Hotline.AllInOne" => [Contracts, Ports, Intake, Handling, Hosting, .. Tree.Services],
        _ => project switch
        {
            _ when project.StartsWith("services/providers/", StringComparison.Ordinal) => [Contracts, Ports],
            _ when project.StartsWith("services/intake/", StringComparison.Ordinal) => [Contracts, Ports, Intake, Hosting],
            _ when project.StartsWith("services/handling/", StringComparison.Ordinal) => [Contracts, Ports, Handling, Hosting],
            _ when project.StartsWith("services/desk/", StringComparison.Ordinal) => [Contracts, Ports, Hosting],
            _ when project.StartsWith("gateway/", StringComparison.Ordinal) => [Contracts, Hosting],
            _ => [],
        },
    };
}

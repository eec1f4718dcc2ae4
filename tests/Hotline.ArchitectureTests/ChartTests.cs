using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.ArchitectureTests;

/// <summary>Chart, images and guide name services, options, topics and metrics; the code has each of them under that name. What the chart renders, build/chart tests.</summary>
public sealed partial class ChartTests
{
    private const string Values = "charts/hotline/values.yaml";
    private const string Skaffold = "skaffold.yaml";

    /// <summary>What the framework itself measures, by the meter that Telemetry names, as Prometheus writes it.</summary>
    private static readonly string[] OfTheFramework =
        ["http_server_active_requests", "http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count"];

    /// <summary>What others of the cluster measure; the alerts keep them in a group of their own.</summary>
    private static readonly string[] OfTheCluster =
    [
        "kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes",
        "kube_statefulset_status_replicas_ready", "kube_statefulset_replicas", "kube_deployment_status_replicas_ready", "kube_deployment_spec_replicas",
        "kube_horizontalpodautoscaler_status_current_replicas", "kube_horizontalpodautoscaler_spec_max_replicas",
    ];

    public static TheoryData<string> Services => [.. Tree.Services];

    private static IEnumerable<string> ChartFiles => Tree.Files.Where(file => file.StartsWith("charts/", StringComparison.Ordinal) || file is Skaffold or "build/Dockerfile");

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_service_is_in_the_chart_and_has_an_image(string service)
    {
        var said = Assemblies.DescriptionOf(Assemblies.Modules[service]);
        var entry = ServiceEntry().Matches(Tree.Read(Values)).SingleOrDefault(match => match.Groups["name"].Value == said.Name);
        Assert.True(entry is not null, $"{Values} forgot {said.Name}: add it to services with port {said.LocalPort}.");
        Assert.Equal($"{said.LocalPort}", entry.Groups["port"].Value);
        var project = Path.GetDirectoryName(Tree.ProductProjects.Single(file => Path.GetFileNameWithoutExtension(file) == service))!.Replace('\\', '/');
        HasImage(said.Name, project);
        HasLine($"services.{said.Name}.image: \"{{{{.IMAGE_FULLY_QUALIFIED_hotline_{said.Name.Replace('-', '_')}}}}}\"");
    }

    [Fact]
    public void The_chart_has_no_other_service() => Assert.Equal(
        Assemblies.Modules.Values.Select(module => Assemblies.DescriptionOf(module).Name).Order(),
        ServiceEntry().Matches(Tree.Read(Values)).Select(match => match.Groups["name"].Value).Order());

    /// <summary>What scales a service by its lag are the topics it reads; who receives has a journal, and nobody else.</summary>
    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_is_scaled_by_the_topics_it_handles_and_has_a_journal_if_it_receives(string service)
    {
        var name = Assemblies.DescriptionOf(Assemblies.Modules[service]).Name;
        var folder = Path.GetDirectoryName(Tree.ProductProjects.Single(file => Path.GetFileNameWithoutExtension(file) == service))!.Replace('\\', '/');
        var entry = ServiceEntry().Matches(Tree.Read(Values)).Single(match => match.Groups["name"].Value == name).Groups["rest"].Value;
        var handled = Tree.Product.Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal))
            .SelectMany(file => Handler().Matches(Tree.Read(file)).Select(match => match.Groups["topic"].Value))
            .Select(topic => (string)typeof(Topics).GetField(topic)!.GetRawConstantValue()!).Distinct().Order();
        var topics = TopicList().Match(entry).Groups["topics"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries).Order();
        Assert.Equal(handled, topics);
        Assert.Equal(name.StartsWith("intake-", StringComparison.Ordinal), entry.Contains(" journal: ", StringComparison.Ordinal));
        if (Tree.Product.Any(file => file.StartsWith(folder + "/", StringComparison.Ordinal) && Tree.Read(file).Contains(".AddReplies<", StringComparison.Ordinal)))
        {
            Assert.Contains(" alone: ", entry, StringComparison.Ordinal); // ReplyWorker knows only of its own process's calls
        }
    }

    [Fact]
    public void Gateways_and_all_in_one_have_an_image()
    {
        HasImage("gateway", "gateway/Hotline.Gateway");
        HasImage("partner-gateway", "gateway/Hotline.Gateway.Partners");
        HasLine("partnerGateway.image, value: \"{{.IMAGE_FULLY_QUALIFIED_hotline_partner_gateway}}\"");
        HasImage("all-in-one", "services/Hotline.AllInOne");
        HasLine("gateway.image: \"{{.IMAGE_FULLY_QUALIFIED_hotline_gateway}}\"");
        HasLine("allInOne.image: \"{{.IMAGE_FULLY_QUALIFIED_hotline_all_in_one}}\"");
    }

    [Fact]
    public void Only_the_supervision_line_is_sealed() => Assert.Equal(
        ["supervision-line"],
        ServiceEntry().Matches(Tree.Read(Values)).Where(match => match.Groups["zone"].Value == "sealed").Select(match => match.Groups["name"].Value));

    [Fact]
    public void The_providers_of_the_chart_are_those_of_the_tree()
    {
        var ours = Tree.ProductProjects.Where(project => project.StartsWith("services/providers/", StringComparison.Ordinal)).Select(project => Path.GetFileNameWithoutExtension(project).Split('.')[^1]).Order();
        Assert.Contains($"providers: [{string.Join(", ", ours)}]", Tree.Read(Values), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_they_name_is_read_by_the_code()
    {
        var named = ChartFiles.SelectMany(file => OptionName().Matches(Tree.Read(file)).Select(match => (file, Option: match.Value.Replace("__", ":", StringComparison.Ordinal).TrimEnd(':', '.', '-'))))
            .Concat(Tree.Files.Where(file => file.StartsWith("charts/hotline/values", StringComparison.Ordinal) && file.EndsWith(".yaml", StringComparison.Ordinal)).SelectMany(file => Settings(file).Select(option => (file, Option: option))))
            .ToList();
        Assert.True(named.Count > 20, "hardly any option was found: the patterns of this test no longer fit the files");
        var unknown = named.Distinct().Where(one => !Options.Any(option => Fits(option, one.Option))).Select(one => $"{one.file}: {one.Option}").ToList();
        Assert.True(unknown.Count == 0, $"no code reads these options:\n{string.Join("\n", unknown)}");
    }

    [Fact]
    public void Every_metric_they_name_is_measured()
    {
        var ours = Tree.Product.SelectMany(file => Instrument().Matches(Tree.Read(file)))
            .Select(match => match.Groups["name"].Value.Replace('.', '_') + (match.Groups["kind"].Value.EndsWith("Gauge", StringComparison.Ordinal) || match.Groups["kind"].Value.Contains("UpDown", StringComparison.Ordinal) ? "" : "_total"));
        var known = ours.Concat(OfTheFramework).Concat(OfTheCluster).ToHashSet();
        var named = Tree.Files.Where(file => file.StartsWith("charts/", StringComparison.Ordinal)).SelectMany(file => Metric().Matches(Tree.Read(file)).Select(match => (file, Name: match.Value))).Distinct().ToList();
        Assert.True(named.Count > 8, "hardly any metric was found: the pattern of this test no longer fits the files");
        Assert.Equal([], named.Where(metric => !known.Contains(metric.Name)).Select(metric => $"{metric.file}: {metric.Name}"));
        Assert.All(["Microsoft.AspNetCore.Hosting", "Hotline.*"], meter => Assert.Contains(meter, Tree.Read("services/core/Hotline.Hosting/Telemetry.cs"), StringComparison.Ordinal));
        var (own, _) = Tree.Read("charts/hotline/files/alerts.yaml").Split("name: hotline-cluster") is [var first, var second] ? (first, second) : throw new InvalidOperationException("the alerts have two groups");
        Assert.DoesNotContain(OfTheCluster, name => own[own.IndexOf("rules:", StringComparison.Ordinal)..].Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_guide_names_every_topic()
    {
        var guide = Tree.Read("charts/README.md");
        Assert.All([Topics.Appeals, Topics.WorkOrders, Topics.Callbacks, Topics.Knowledge, Topics.Replies], topic => Assert.Contains($"`{topic}`", guide, StringComparison.Ordinal));
    }

    private static void HasImage(string name, string project)
    {
        Assert.True(
            Regex.IsMatch(Tree.Read(Skaffold), $@"\{{ image: hotline-{Regex.Escape(name)},.*PROJECT: {Regex.Escape(project)}[ ,}}]"),
            $"{Skaffold} forgot {name}: add an artifact hotline-{name} with PROJECT: {project}.");
    }

    private static void HasLine(string line) => Assert.True(Tree.Read(Skaffold).Contains(line, StringComparison.Ordinal), $"{Skaffold} forgot the line {line}");

    /// <summary>What the code can read, with <c>*</c> for a name or place of one's own choice.</summary>
    private static IReadOnlyList<string> Options { get; } = [.. OptionClasses(), .. OptionsOfLeftOut(), .. PlainOptions()];

    private static IEnumerable<string> OptionClasses() => Assemblies.References.Keys
        .SelectMany(name => Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, name + ".dll")).GetTypes())
        .Select(type => (type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)))
        .Where(one => one.Section is { IsLiteral: true } && one.type.Name != "Organization")
        .SelectMany(one => Below(one.type, (string)one.Section!.GetRawConstantValue()!, 0));

    /// <summary>Of projects this build left out, for a package was missing, as far as their source tells.</summary>
    private static IEnumerable<string> OptionsOfLeftOut() =>
        from project in Tree.ProductProjects
        where !Assemblies.References.ContainsKey(Path.GetFileNameWithoutExtension(project))
        let folder = Path.GetDirectoryName(project)!.Replace('\\', '/')
        from file in Tree.Product.Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal))
        let text = Tree.Read(file)
        let section = SectionName().Match(text)
        where section.Success
        from option in OptionProperty().Matches(text).Select(match => $"{section.Groups["name"].Value}:{match.Groups["name"].Value}").Prepend(section.Groups["name"].Value)
        from below in new[] { "", ":*", ":*:*" }
        select option + below;

    private static IEnumerable<string> Below(Type type, string path, int depth)
    {
        yield return path;
        if (depth > 4 || type == typeof(string) || type.IsPrimitive || type.IsEnum || type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true && !typeof(IEnumerable).IsAssignableFrom(type))
        {
            yield break;
        }

        var below = typeof(IEnumerable).IsAssignableFrom(type)
            ? [(type.GetGenericArguments() is [.., var item] ? item : typeof(string), path + ":*")]
            : type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => (property.PropertyType, $"{path}:{property.Name}"));
        foreach (var option in below.SelectMany(one => Below(one.Item1, one.Item2, depth + 1)))
        {
            yield return option;
        }
    }

    /// <summary>Options without a class: read by name where the host is put together.</summary>
    private static IEnumerable<string> PlainOptions() => Tree.Product
        .SelectMany(file => PlainOption().Matches(Tree.Read(file)).Select(match => match.Groups["name"].Value))
        .Concat(Enum.GetNames<ProviderPorts>().Select(port => $"Hotline:{port}"))
        .Append("Hotline:Gateway:*");

    private static bool Fits(string option, string name) => Regex.IsMatch(name, $"^{Regex.Escape(option).Replace("\\*", "[^:]+", StringComparison.Ordinal)}$", RegexOptions.IgnoreCase);

    /// <summary>The options below <c>config:</c> of a values file, which are written one to a line.</summary>
    private static IEnumerable<string> Settings(string file)
    {
        var above = new Stack<(int Indent, string Name)>();
        foreach (var line in Tree.Lines(file).SkipWhile(line => line != "config:").Skip(1).TakeWhile(line => line.StartsWith(' ')))
        {
            var match = Setting().Match(line);
            Assert.True(match.Success, $"{file}: write the options of config one to a line, not {line.Trim()}");
            while (above.Count > 0 && above.Peek().Indent >= match.Groups["indent"].Length)
            {
                above.Pop();
            }

            above.Push((match.Groups["indent"].Length, match.Groups["name"].Value));
            yield return "Hotline:" + string.Join(':', above.Reverse().Select(one => one.Name));
        }
    }

    [GeneratedRegex(@"^  (?<name>[a-z][a-z0-9-]*):\n    \{ port: (?<port>\d+), zone: (?<zone>\w+),(?<rest>.*)$", RegexOptions.Multiline)]
    private static partial Regex ServiceEntry();

    [GeneratedRegex(@"\.On<[^>]+>\(Topics\.(?<topic>\w+),")]
    private static partial Regex Handler();

    [GeneratedRegex(@"topics: \[(?<topics>[^\]]*)\]")]
    private static partial Regex TopicList();

    [GeneratedRegex(@"\bHotline(?::|__)[A-Za-z][A-Za-z0-9:_.-]*")]
    private static partial Regex OptionName();

    [GeneratedRegex(@"const string Section = ""(?<name>Hotline:[A-Za-z:]+)""")]
    private static partial Regex SectionName();

    [GeneratedRegex(@"public [\w<>?]+ (?<name>[A-Z]\w*) \{ get;")]
    private static partial Regex OptionProperty();

    [GeneratedRegex(@"""(?<name>Hotline:[A-Za-z]+)""")]
    private static partial Regex PlainOption();

    [GeneratedRegex(@"^(?<indent> +)(?<name>[A-Za-z][A-Za-z0-9.]*):")]
    private static partial Regex Setting();

    [GeneratedRegex(@"Create(?<kind>Counter|UpDownCounter|ObservableCounter|ObservableUpDownCounter|Gauge|ObservableGauge)(?:<\w+>)?\(\s*""(?<name>[a-z._]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\b(?:hotline_[a-z_]+|http_server_\w+|kubelet_\w+|kube_\w+|kafka_consumer\w+)\b")]
    private static partial Regex Metric();
}

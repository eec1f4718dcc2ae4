using System.Reflection;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Hotline.ContractTests.Schemas;

/// <summary>The AsyncAPI document stands in the repository as others read it; the code may not drift from it unseen.</summary>
public sealed class AsyncApiTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "services/core/Hotline.Contracts");
    private static readonly string File = Path.Combine(Folder, "asyncapi.json");
    private static readonly IReadOnlyList<HandlingService> Services = HandlingServices();
    private static readonly JsonObject Made = AsyncApi.Of(Services);

    [Fact]
    public void The_document_in_the_repository_is_that_of_the_code()
    {
        var text = Made.ToJsonString(SchemaTests.Readable) + "\n";
        if (Environment.GetEnvironmentVariable("HOTLINE_WRITE_SCHEMAS") == "1")
        {
            System.IO.File.WriteAllText(File, text);
        }

        Assert.True(
            System.IO.File.Exists(File) && System.IO.File.ReadAllText(File) == text,
            $"{Path.GetRelativePath(Repository.Root, File)} is not what the code says. If the change is meant: {SchemaTests.Command}");
    }

    [Fact]
    public void Every_topic_is_a_channel_and_every_type_is_on_one()
    {
        var channels = Made["channels"]!.AsObject();
        Assert.Equal(
            Topics.All.SelectMany(topic => new[] { topic, Topics.Dead(topic) }).Order(StringComparer.Ordinal),
            channels.Select(channel => channel.Value!["address"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        var live = channels.Where(channel => !channel.Value!["address"]!.GetValue<string>().EndsWith(".dead", StringComparison.Ordinal));
        Assert.Equal(
            AsyncApi.Types.Keys.Where(name => name != nameof(EventTypes.DeadLettered)).Order(StringComparer.Ordinal),
            live.SelectMany(channel => channel.Value!["messages"]!.AsObject().Select(message => message.Key)).Order(StringComparer.Ordinal));
        Assert.Equal(
            AsyncApi.Types.Values.Order(StringComparer.Ordinal),
            Made["components"]!["messages"]!.AsObject().Select(message => message.Value!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Whatever_a_service_handles_is_on_the_channel_it_reads_and_everything_is_published_by_somebody()
    {
        Assert.Equal(
            ["callback", "dispatch", "knowledge"],
            Services.Select(service => service.Name).Where(name => !name.StartsWith("intake-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        foreach (var (topic, type) in Services.SelectMany(service => service.Events))
        {
            var channel = Made["channels"]!.AsObject().Single(channel => channel.Value!["address"]!.GetValue<string>() == topic).Value!;
            var message = channel["messages"]!.AsObject().Select(message => Made["components"]!["messages"]![message.Key]!).Single(message => message["name"]!.GetValue<string>() == type);
            Assert.NotEmpty(message["x-read-by"]!.AsArray());
        }

        Assert.All(Made["components"]!["messages"]!.AsObject(), message => Assert.NotEmpty(message.Value!["x-published-by"]!.AsArray()));
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = References(Made).ToList();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(
            reference.StartsWith("#/", StringComparison.Ordinal)
                ? reference[2..].Split('/').Aggregate((JsonNode?)Made, (node, part) => node?[part]) is not null
                : System.IO.File.Exists(Path.Combine(Folder, reference)),
            reference));
    }

    [Fact]
    public void Nobody_of_the_supervision_line_is_on_the_stream() =>
        Assert.DoesNotContain(Services, service => service.Name.Contains("supervision", StringComparison.Ordinal));

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } reference when reference["$ref"] is { } to => [to.GetValue<string>()],
        JsonObject properties => properties.SelectMany(property => References(property.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    /// <summary>What the services register when a process hosts them all.</summary>
    private static List<HandlingService> HandlingServices()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var modules = Directory.GetFiles(AppContext.BaseDirectory, "Hotline.*.dll").Where(file => !Path.GetFileName(file).Contains("Tests", StringComparison.Ordinal))
            .Select(Assembly.LoadFrom)
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsAssignableTo(typeof(IServiceModule)) && !type.IsAbstract);
        foreach (var module in modules.OrderBy(module => module.FullName, StringComparer.Ordinal))
        {
            module.GetMethod(nameof(IServiceModule.AddServices), BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [builder]);
        }

        return [.. builder.Services.Where(service => service.ServiceType == typeof(HandlingService)).Select(service => (HandlingService)service.ImplementationInstance!)];
    }
}

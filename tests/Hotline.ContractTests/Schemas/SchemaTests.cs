using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Hotline.Contracts;
using Xunit;

namespace Hotline.ContractTests.Schemas;

/// <summary>The contracts' JSON Schemas stand in the repository as others read them; the code may not drift from them unseen.</summary>
public sealed class SchemaTests
{
    internal const string Command = "HOTLINE_WRITE_SCHEMAS=1 dotnet test tests/Hotline.ContractTests --filter Schemas";
    private static readonly string Folder = Path.Combine(Repository.Root, "services/core/Hotline.Contracts/Schemas");
    internal static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSchemaExporterOptions Exact = new() { TreatNullObliviousAsNonNullable = true };

    /// <summary>Every record that travels: those registered for the topics.</summary>
    public static TheoryData<string> Contracts => [.. Types().Select(type => type.Name).Order()];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void The_schema_in_the_repository_is_that_of_the_code(string contract)
    {
        var file = Path.Combine(Folder, $"{contract}.schema.json");
        var schema = Export(Types().Single(type => type.Name == contract));
        if (Environment.GetEnvironmentVariable("HOTLINE_WRITE_SCHEMAS") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(file, schema);
        }

        Assert.True(File.Exists(file) && File.ReadAllText(file) == schema, $"{Path.GetRelativePath(Repository.Root, file)} is not what the code says. If the change is meant (fields are only added within v1): {Command}");
    }

    [Fact]
    public void Every_event_type_has_a_schema_and_no_schema_is_left_over()
    {
        var constants = typeof(EventTypes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.Name);
        var names = Types().Select(type => type.Name).ToHashSet();
        Assert.DoesNotContain(constants, name => name != nameof(EventTypes.AppealReceived) && !names.Contains(name)); // AppealReceived carries an Appeal
        var files = Directory.GetFiles(Folder, "*.schema.json").Select(file => Path.GetFileName(file).Replace(".schema.json", "", StringComparison.Ordinal));
        Assert.True(names.SetEquals(files), $"{Folder} holds other schemas than there are contracts. {Command}; then delete what is left over.");
    }

    private static IEnumerable<Type> Types() => typeof(HotlineJson).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>))
        .Select(property => property.PropertyType.GetGenericArguments()[0])
        .Where(type => type.Assembly == typeof(Appeal).Assembly && Roots.Contains(type));

    private static readonly HashSet<Type> Roots = [.. typeof(HotlineJson).GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType.Name == "JsonSerializableAttribute")
        .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!)];

    private static string Export(Type type)
    {
        var schema = HotlineJson.Default.GetTypeInfo(type)!.GetJsonSchemaAsNode(Exact).AsObject();
        var whole = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = $"urn:hotline:v1:{type.Name}",
            ["title"] = type.Name,
        };
        foreach (var (name, value) in schema.ToList())
        {
            schema.Remove(name);
            whole[name] = value;
        }

        return whole.ToJsonString(Readable) + "\n";
    }
}

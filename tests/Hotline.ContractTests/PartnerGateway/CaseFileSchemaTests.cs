using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Hotline.Callback;
using Hotline.ContractTests.Schemas;
using Hotline.Dispatch;
using Hotline.Knowledge;
using Xunit;

namespace Hotline.ContractTests.PartnerGateway;

/// <summary>The case file's JSON Schema, made of the parts' records, stands in the repository as partners read it; file and code may not drift from it unseen.</summary>
public sealed class CaseFileSchemaTests
{
    private const string File = "gateway/Hotline.Gateway.Partners/case-file.schema.json";
    private static readonly JsonSchemaExporterOptions Exact = new() { TreatNullObliviousAsNonNullable = true };

    [Fact]
    public void The_case_files_schema_in_the_repository_is_that_of_the_code()
    {
        var path = Path.Combine(Repository.Root, File);
        var schema = Schema().ToJsonString(SchemaTests.Readable) + "\n";
        if (Environment.GetEnvironmentVariable("HOTLINE_WRITE_SCHEMAS") == "1")
        {
            System.IO.File.WriteAllText(path, schema);
        }

        Assert.True(System.IO.File.Exists(path) && System.IO.File.ReadAllText(path) == schema, $"{File} is not what the code says. If the change is meant: {SchemaTests.Command}");
    }

    /// <summary>Whether a file has the members the schema names, and no others.</summary>
    internal static void Holds(JsonNode file) => Holds(file, Schema(), "");

    private static void Holds(JsonNode? value, JsonNode schema, string at)
    {
        if (schema["properties"] is JsonObject properties && value is JsonObject json)
        {
            Assert.All(json, member => Assert.True(properties.ContainsKey(member.Key), $"{at}.{member.Key} is not in the schema."));
            Assert.All(schema["required"]?.AsArray() ?? [], required => Assert.True(json.ContainsKey(required!.GetValue<string>()), $"{at}.{required} is missing."));
            foreach (var (name, member) in json)
            {
                Holds(member, properties[name]!, $"{at}.{name}");
            }
        }
        else if (schema["items"] is { } items && value is JsonArray list)
        {
            foreach (var item in list)
            {
                Holds(item, items, at + "[]");
            }
        }
        else if (schema is JsonObject { Count: > 0 } && value is JsonObject)
        {
            Assert.Fail($"{at} is an object, which the schema does not say.");
        }
    }

    private static JsonObject Schema() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["$id"] = "urn:hotline:v1:CaseFile",
        ["title"] = "CaseFile",
        ["description"] = "What a partner may see of a case. A part is null where its service has none for this case, or is away; those away are named in missing.",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["number"] = new JsonObject { ["type"] = "string" },
            ["at"] = new JsonObject { ["type"] = "string", ["format"] = "date-time", ["description"] = "When it was put together, UTC." },
            ["dispatch"] = Part(DispatchJson.Default.DispatchCase.GetJsonSchemaAsNode(Exact)),
            ["knowledge"] = Part(KnowledgeJson.Default.KnowledgeCase.GetJsonSchemaAsNode(Exact)),
            ["callback"] = Part(CallbackJson.Default.CallbackCase.GetJsonSchemaAsNode(Exact)),
            ["missing"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["enum"] = new JsonArray("dispatch", "knowledge", "callback") } },
        },
        ["required"] = new JsonArray("number", "at", "dispatch", "knowledge", "callback", "missing"),
    };

    private static JsonNode Part(JsonNode schema)
    {
        schema["type"] = new JsonArray("object", "null");
        return MayLack(schema);
    }

    /// <summary>Answers leave out what is null.</summary>
    private static JsonNode MayLack(JsonNode schema)
    {
        if (schema["properties"] is JsonObject properties)
        {
            foreach (var (_, property) in properties)
            {
                MayLack(property!);
            }

            if (schema["required"] is JsonArray required)
            {
                schema["required"] = new JsonArray([.. required
                    .Select(static name => name!.GetValue<string>())
                    .Where(name => properties[name]!["type"] is not JsonArray types || !types.Any(static type => type!.GetValue<string>() == "null"))
                    .Select(static name => (JsonNode)name)]);
            }
        }

        if (schema["items"] is { } items)
        {
            MayLack(items);
        }

        return schema;
    }
}

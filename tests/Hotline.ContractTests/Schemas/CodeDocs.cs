using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hotline.Contracts;

namespace Hotline.ContractTests.Schemas;

/// <summary>What the contracts' source says of itself, as others are to read it: without C#, and with the words a field may hold in place of the class that lists them.</summary>
internal static partial class CodeDocs
{
    private static readonly string Source = string.Concat(
        Directory.GetFiles(Path.Combine(Repository.Root, "services/core/Hotline.Contracts"), "*.cs").Order(StringComparer.Ordinal).Select(File.ReadAllText));

    /// <summary>The summary of a record.</summary>
    public static string SummaryOf(Type record) => Text(Of(RecordPattern(record)).Element("summary")!);

    /// <summary>The summary of a constant.</summary>
    public static string SummaryOf(string constant) => Text(Of($@"public const string {constant} =").Element("summary")!);

    /// <summary>The fields of a record that say something of themselves, by their path in the JSON: <c>place.datum</c>.</summary>
    public static IEnumerable<(string Path, string Text)> FieldsOf(Type record, string prefix = "")
    {
        var parameters = Of(RecordPattern(record)).Elements("param").ToDictionary(param => param.Attribute("name")!.Value);
        foreach (var property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.Name != "EqualityContract"))
        {
            var path = prefix + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var doc = parameters.GetValueOrDefault(property.Name) ?? (record == typeof(Appeal) ? Find($@" public (?:required )?\S+ {property.Name} \{{")?.Element("summary") : null);
            if (doc is not null)
            {
                yield return (path, Text(doc));
            }

            var inner = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
            if (inner.Assembly == typeof(Appeal).Assembly && inner != typeof(Appeal))
            {
                foreach (var field in FieldsOf(inner, path + (inner == property.PropertyType ? "." : "[].")))
                {
                    yield return field;
                }
            }
        }
    }

    private static string RecordPattern(Type record) => $@"public sealed record {record.Name}\b";

    private static XElement Of(string declaration) => Find(declaration) ?? throw new InvalidOperationException($"Nothing is said of {declaration}.");

    private static XElement? Find(string declaration)
    {
        var found = Regex.Match(Source, $@"((?:^ *///[^\n]*\n)+) *{declaration}", RegexOptions.Multiline);
        return found.Success ? XElement.Parse($"<doc>{Slashes().Replace(found.Groups[1].Value, "")}</doc>") : null;
    }

    private static string Text(XElement element) => Spaces().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "paramref" } field => $"`{JsonNamingPolicy.CamelCase.ConvertName(field.Attribute("name")!.Value)}`",
        XElement { Name.LocalName: "see" } see => Words(see.Attribute("cref")!.Value),
        _ => throw new InvalidOperationException($"{node} in a comment: say what others are to read of it."),
    };

    private static string Words(string type)
    {
        IEnumerable<string> words = type == nameof(Hotline.Contracts.Channels)
            ? Hotline.Contracts.Channels.ByName.Values.OrderBy(channel => channel.Code).Select(channel => channel.Name)
            : typeof(Appeal).Assembly.GetType($"Hotline.Contracts.{type}")?.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Where(field => field.IsLiteral && field.FieldType == typeof(string)).Select(field => (string)field.GetRawConstantValue()!) ?? [];
        return words.Any() ? $"({string.Join(", ", words)})"
            : typeof(Appeal).GetProperty(type) is null ? type
            : $"`{JsonNamingPolicy.CamelCase.ConvertName(type)}`";
    }

    [GeneratedRegex(@"^ *///", RegexOptions.Multiline)]
    private static partial Regex Slashes();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

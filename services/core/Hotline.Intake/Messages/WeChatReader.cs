using System.Text.Json;
using System.Xml;

namespace Hotline.Intake.Messages;

/// <summary>Reads a push, XML or JSON, into its fields. Hostile input costs no more than its length: no DTD, no entities, no depth.</summary>
public static class WeChatReader
{
    private const int MostFields = 500;
    private const int Deepest = 8;

    private static readonly XmlReaderSettings Xml = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CheckCharacters = false, // citizens paste control characters, and the platform passes them on
    };

    /// <returns>Null when it is not a push: not XML nor JSON, too deep, too many fields.</returns>
    public static WeChatMessage? Read(ReadOnlyMemory<byte> body)
    {
        var start = body.Span.TrimStart(" \t\r\n\uFEFF"u8);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var read = start.Length > 0 && start[0] == (byte)'{' ? ReadJson(body[(body.Length - start.Length)..], fields) : ReadXml(body[(body.Length - start.Length)..], fields);
            return read ? new WeChatMessage(fields) : null;
        }
        catch (Exception unreadable) when (unreadable is XmlException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static bool ReadXml(ReadOnlyMemory<byte> body, Dictionary<string, string> fields)
    {
        using var stream = new MemoryStream(body.ToArray(), writable: false);
        using var reader = XmlReader.Create(stream, Xml);
        var path = new List<string>();
        var text = "";
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when reader.Depth >= Deepest || fields.Count >= MostFields:
                    return false;
                case XmlNodeType.Element:
                    text = "";
                    if (reader.IsEmptyElement)
                    {
                        fields.TryAdd(string.Join('.', path.Skip(1).Append(reader.Name)), "");
                    }
                    else
                    {
                        path.Add(reader.Name);
                    }

                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    text = text.Length == 0 ? reader.Value : text + reader.Value; // CDATA is split where ]]> stood
                    break;
                case XmlNodeType.EndElement:
                    fields.TryAdd(string.Join('.', path.Skip(1)), text);
                    path.RemoveAt(path.Count - 1);
                    text = "";
                    break;
            }
        }

        return true;
    }

    private static bool ReadJson(ReadOnlyMemory<byte> body, Dictionary<string, string> fields)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = Deepest });
        return Add(document.RootElement, "", fields);
    }

    private static bool Add(JsonElement element, string path, Dictionary<string, string> fields)
    {
        foreach (var member in element.EnumerateObject())
        {
            if (fields.Count >= MostFields)
            {
                return false;
            }

            var name = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                if (!Add(member.Value, name, fields))
                {
                    return false;
                }
            }
            else
            {
                fields.TryAdd(name, member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText());
            }
        }

        return true;
    }
}

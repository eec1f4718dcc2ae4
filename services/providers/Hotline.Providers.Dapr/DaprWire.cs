using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Contracts;

namespace Hotline.Providers.Dapr;

/// <summary>
/// CloudEvents 1.0 as JSON, published raw and subscribed to raw: else the sidecar would write its own envelope, read ours into numbers of its own and
/// try for ever what is no JSON at all. A message that is no CloudEvent is never lost: it is read as an event without a type, under an
/// id made of its bytes, so that its handler puts it aside as a dead letter.
/// </summary>
internal static class DaprWire
{
    private const int Depth = 500;

    public static byte[] Write(CloudEvent envelope)
    {
        var output = new ArrayBufferWriter<byte>(envelope.Data.Length + 512);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion", CloudEvent.SpecVersion);
            writer.WriteString("id", envelope.Id);
            writer.WriteString("source", envelope.Source);
            writer.WriteString("type", envelope.Type);
            writer.WriteString("time", envelope.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteString("partitionkey", KeyOf(envelope));
            writer.WriteString("datacontenttype", CloudEvent.DataContentType);
            if (IsWhole(envelope.Data.Span))
            {
                writer.WritePropertyName("data");
                writer.WriteRawValue(envelope.Data.Span, skipInputValidation: true);
            }
            else if (!envelope.Data.IsEmpty)
            {
                writer.WriteBase64String("data_base64", envelope.Data.Span);
            }

            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    public static string KeyOf(CloudEvent envelope) => envelope.PartitionKey.ToString("N");

    /// <param name="delivery">What the sidecar posted: an envelope of its own around the message, as base64.</param>
    /// <param name="now">Stands for the time of what has none.</param>
    public static CloudEvent Read(string topic, ReadOnlyMemory<byte> delivery, DateTimeOffset now)
    {
        var message = Unwrap(delivery);
        using var document = Parse(message);
        var root = document?.RootElement ?? default;
        var keyed = Guid.TryParse(Text(root, "partitionkey"), out var key);
        if (keyed && TryTime(Text(root, "time"), out var time)
            && Text(root, "specversion") == CloudEvent.SpecVersion
            && Text(root, "id") is { Length: > 0 } id
            && Text(root, "source") is { Length: > 0 } source
            && Text(root, "type") is { Length: > 0 } type
            && TryData(root, out var data))
        {
            return new CloudEvent(id, source, type, time, key, data);
        }

        return new CloudEvent($"dapr/{topic}/{Convert.ToHexStringLower(SHA256.HashData(message.Span))}", Text(root, "source") ?? "", "", now, key, message.ToArray());
    }

    private static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> delivery)
    {
        using var document = Parse(delivery);
        return document is { RootElement: var root } && Text(root, "pubsubname") is not null
            && root.TryGetProperty("data_base64", out var wrapped) && wrapped.ValueKind == JsonValueKind.String && wrapped.TryGetBytesFromBase64(out var message)
            ? message
            : delivery;
    }

    private static bool TryData(JsonElement root, [NotNullWhen(true)] out byte[]? data)
    {
        if (root.TryGetProperty("data", out var json))
        {
            data = JsonMarshal.GetRawUtf8Value(json).ToArray();
            return true;
        }

        data = [];
        return !root.TryGetProperty("data_base64", out var bytes) || (bytes.ValueKind == JsonValueKind.String && bytes.TryGetBytesFromBase64(out data));
    }

    /// <summary>Whether it is one JSON value and nothing before or after it, so that it is read again byte for byte.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || data[0] <= ' ' || data[^1] <= ' ')
        {
            return false;
        }

        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = Depth - 1 });
        try
        {
            while (reader.Read())
            {
                // Only to the end.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = Depth });
        }
        catch (JsonException)
        {
            return null; // the caller hands out the bytes as they are
        }
    }

    private static string? Text(JsonElement root, string name)
    {
        try
        {
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // not UTF-8, or half of a surrogate pair: no attribute of ours
        }
    }

    private static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}

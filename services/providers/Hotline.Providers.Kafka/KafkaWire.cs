using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Hotline.Contracts;

namespace Hotline.Providers.Kafka;

/// <summary>
/// CloudEvents 1.0 in Kafka's binary mode: attributes are headers <c>ce_…</c>, the value is the data unchanged, the key is the appeal's id.
/// A message that is not one is never lost: it is read as an event without a type, under an id made of its place, so that its
/// handler puts it aside as a dead letter.
/// </summary>
internal static class KafkaWire
{
    public static Message<byte[], byte[]> Write(CloudEvent envelope) => new()
    {
        Key = Encoding.UTF8.GetBytes(envelope.PartitionKey.ToString("N")),
        Value = envelope.Data.ToArray(),
        Timestamp = new Timestamp(envelope.Time),
        Headers =
        [
            Header("ce_specversion", CloudEvent.SpecVersion),
            Header("ce_id", envelope.Id),
            Header("ce_source", envelope.Source),
            Header("ce_type", envelope.Type),
            Header("ce_time", envelope.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            Header("ce_partitionkey", envelope.PartitionKey.ToString("N")),
            Header("content-type", CloudEvent.DataContentType),
        ],
    };

    public static CloudEvent Read(ConsumeResult<byte[], byte[]> read)
    {
        var headers = read.Message.Headers;
        ReadOnlyMemory<byte> data = read.Message.Value ?? [];
        var keyed = Guid.TryParse(Text(headers, "ce_partitionkey"), out var key) || Guid.TryParse(Text(read.Message.Key), out key);
        var timed = TryTime(Text(headers, "ce_time"), out var time);
        if (keyed && timed
            && Text(headers, "ce_specversion") == CloudEvent.SpecVersion
            && Text(headers, "ce_id") is { Length: > 0 } id
            && Text(headers, "ce_source") is { Length: > 0 } source
            && Text(headers, "ce_type") is { Length: > 0 } type)
        {
            return new CloudEvent(id, source, type, time, key, data);
        }

        return new CloudEvent(
            Id: string.Create(CultureInfo.InvariantCulture, $"kafka/{read.Topic}/{read.Partition.Value}/{read.Offset.Value}"),
            Source: Text(headers, "ce_source") ?? "",
            Type: "",
            Time: timed ? time : new DateTimeOffset(read.Message.Timestamp.UtcDateTime),
            PartitionKey: key,
            Data: data);
    }

    private static Header Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static string? Text(Headers? headers, string name) =>
        headers is not null && headers.TryGetLastBytes(name, out var bytes) ? Text(bytes) : null;

    [return: NotNullIfNotNull(nameof(bytes))]
    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);

    private static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}

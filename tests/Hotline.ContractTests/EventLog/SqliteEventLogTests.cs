using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hotline.Contracts;
using Hotline.ContractTests.Documents;
using Hotline.Ports;

namespace Hotline.ContractTests.EventLog;

/// <summary>The embedded log keeps the contract of the event log; events go in as they do in truth, with a document's fact.</summary>
public sealed class SqliteEventLogTests() : EventLogContract(() => Task.FromResult<ILogHarness>(new SqliteLogHarness()))
{
    private sealed class SqliteLogHarness : ILogHarness
    {
        private readonly SqliteHarness _store = SqliteHarness.Start();
        private readonly Uuid7 _ids = new(TimeProvider.System);
        private readonly ConcurrentDictionary<string, IDocumentStore<RawFact>> _documents = new();

        public IEventLog Log => _store.EventLog;

        public async ValueTask<CloudEvent> PublishAsync(string topic, Guid key, string type, ReadOnlyMemory<byte> data)
        {
            var id = _ids.Next();
            var at = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            await _documents.GetOrAdd(type, Open).AddOnceAsync(new NewDocument(id, $"{id:N}", [new NewFact(new RawFact(data), at, topic, key)]), CancellationToken.None);
            return new CloudEvent(CloudEvent.IdOf(id, 1), $"/hotline/{SqliteHarness.Service}", type, at, key, data);
        }

        public ValueTask DisposeAsync() => _store.DisposeAsync();

        private IDocumentStore<RawFact> Open(string type) => _store.Stores.Open(new DocumentType<RawFact>(
            SqliteHarness.Service, $"raw-{type}", new FactTypes().Add(type, RawFact.Json), static (_, fact) => (RawFact)fact.Data, []));
    }

    /// <summary>A fact whose JSON goes into the store byte for byte.</summary>
    private sealed record RawFact(ReadOnlyMemory<byte> Bytes)
    {
        public static JsonTypeInfo<RawFact> Json { get; } = JsonMetadataServices.CreateValueInfo<RawFact>(
            new JsonSerializerOptions { TypeInfoResolver = JsonTypeInfoResolver.Combine() }, new Verbatim());

        private sealed class Verbatim : JsonConverter<RawFact>
        {
            public override RawFact Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            {
                using var document = JsonDocument.ParseValue(ref reader);
                return new RawFact(System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetRawText()));
            }

            public override void Write(Utf8JsonWriter writer, RawFact value, JsonSerializerOptions options) => writer.WriteRawValue(value.Bytes.Span, skipInputValidation: true);
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Hotline.Ports;

namespace Hotline.Intake.Journal;

/// <summary>A document that came while the store was away, whole, as it will be added there.</summary>
/// <param name="Type">The full name of its type. Its key, which may name a device or a person, is sealed beside.</param>
/// <param name="Blobs">Addresses of the blobs kept with it, in this journal's own blob store.</param>
/// <param name="Values">Under what it can be found meanwhile: a hash for each value of its type's indexes.</param>
public sealed record JournalEntry(string Type, Guid Id, IReadOnlyList<JournaledFact> Facts, IReadOnlyList<string> Blobs, IReadOnlyList<string> Values)
{
    /// <summary>It is in the store by now.</summary>
    [JsonIgnore]
    public bool Carried { get; init; }

    public static DocumentType<JournalEntry> TypeFor(string service) => new(
        service,
        "journal",
        new FactTypes().Add("kept", JournalJson.Default.JournalEntry).Add("carried", JournalJson.Default.EntryCarried),
        static (entry, fact) => fact.Data is JournalEntry kept ? kept : entry! with { Carried = true },
        [
            new("waiting", static entry => entry.Carried ? [] : ["all"]),
            new("id", static entry => entry.Carried ? [] : [IdOf(entry.Type, entry.Id)]),
            new("value", static entry => entry.Carried ? [] : entry.Values),
        ]);

    public static string IdOf(string type, Guid id) => $"{type}/{id:N}";
}

/// <summary>A fact of such a document: <see cref="NewFact"/> in words.</summary>
public sealed record JournaledFact(string Type, DateTimeOffset At, JsonElement Data, ReadOnlyMemory<byte> Sealed, string? Topic = null, Guid? PartitionKey = null);

/// <summary>The store has it.</summary>
/// <param name="Into">The document it went into: its own, or the one that had its key already.</param>
public sealed record EntryCarried(DateTimeOffset At, Guid Into);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(EntryCarried))]
[JsonSerializable(typeof(StockedBlock))]
[JsonSerializable(typeof(BlockOpened))]
internal sealed partial class JournalJson : JsonSerializerContext;

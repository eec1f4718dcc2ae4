using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Handling;

/// <summary>A dead letter as it stands.</summary>
public sealed record DeadLetter(DeadLettered Letter, bool Open, int Replays);

/// <summary>A person had a dead letter handled again, and it worked.</summary>
public sealed record DeadLetterReplayed(string By, DateTimeOffset At);

/// <summary>Where a service puts events it could not handle: kept with reason and data, published to the topic's dead letters, replayed by a person.</summary>
public sealed class DeadLetters(HandlerMap map, IServiceProvider services, IDocumentStores stores, IIdSource ids, TimeProvider time)
{
    private const string OpenIndex = "open";

    private readonly IDocumentStore<DeadLetter> _store = stores.Open(new DocumentType<DeadLetter>(
        map.Service,
        "dead-letters",
        new FactTypes()
            .Add(EventTypes.DeadLettered, HotlineJson.Default.DeadLettered)
            .Add("replayed", HandlingJson.Default.DeadLetterReplayed),
        static (state, fact) => fact.Data switch
        {
            DeadLettered letter => new DeadLetter(letter, Open: true, Replays: 0),
            DeadLetterReplayed => state! with { Open = false, Replays = state.Replays + 1 },
            _ => state!,
        },
        [new DocumentIndex<DeadLetter>(OpenIndex, static letter => letter.Open ? ["open"] : [])]));

    public string Service => map.Service;

    /// <summary>Keeps an event once, whatever happens between keeping and settling it.</summary>
    internal async ValueTask KeepAsync(string topic, CloudEvent envelope, Exception failure, int tries, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var letter = new DeadLettered(
            map.Service, topic, envelope.Id, envelope.Type, envelope.Source, envelope.Time, envelope.PartitionKey, envelope.Data.ToArray(), ReasonOf(failure), tries, now);
        await _store.AddOnceAsync(
            new NewDocument(ids.Next(), $"{topic}/{envelope.Id}", [new NewFact(letter, now, Topics.Dead(topic), envelope.PartitionKey)]), cancellation);
    }

    /// <summary>Dead letters nobody has replayed yet, oldest first.</summary>
    public ValueTask<IReadOnlyList<Document<DeadLetter>>> OpenAsync(long after, int limit, CancellationToken cancellation) =>
        _store.QueryAsync(OpenIndex, "open", after, limit, cancellation);

    /// <summary>Handles a dead letter again, now.</summary>
    /// <returns>The letter after; null when there is none with this id.</returns>
    public async ValueTask<Document<DeadLetter>?> ReplayAsync(Guid id, string by, CancellationToken cancellation)
    {
        var letter = await _store.GetAsync(id, cancellation);
        if (letter is not { State.Open: true })
        {
            return letter;
        }

        var dead = letter.State.Letter;
        var envelope = new CloudEvent(dead.EventId, dead.EventSource, dead.EventType, dead.EventTime, dead.PartitionKey, dead.Data);
        if (map.Find(dead.Topic, envelope) is { } handle)
        {
            await handle(services, envelope, cancellation);
        }

        return await _store.AppendAsync(letter, [new NewFact(new DeadLetterReplayed(by, time.GetUtcNow()), time.GetUtcNow())], cancellation)
            ?? await _store.GetAsync(id, cancellation);
    }

    /// <summary>Exception messages of parsers quote what they could not read, which a citizen may have written: only the kind is kept, and for JSON the place.</summary>
    private static string ReasonOf(Exception failure) => failure switch
    {
        System.Text.Json.JsonException json => $"unreadable JSON at {json.Path ?? "$"}, line {json.LineNumber}",
        _ => failure.GetType().Name,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeadLetterReplayed))]
internal sealed partial class HandlingJson : JsonSerializerContext;

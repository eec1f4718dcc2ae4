using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>How much came in by one source on one day, and what became of it.</summary>
/// <param name="Day">The office's day.</param>
/// <param name="Source">The channel's entry it came by; null where a channel has one.</param>
/// <param name="Received">What came to the door.</param>
/// <param name="Ended">What became of it, counted when the sender was answered.</param>
/// <param name="Acknowledged">What was durable when its receipt was given, of the five kinds that are stored; without an entry, too: a conversation that fell silent.</param>
public sealed record SourceCounts(
    DateOnly Day, string? Source, long Received, IReadOnlyDictionary<EntryOutcome, long> Ended, IReadOnlyDictionary<EntryOutcome, long> Acknowledged);

/// <summary>What a process counted in a stretch of time: written down every few seconds, so that a crash costs no more than these.</summary>
public sealed record ChannelCounts(IReadOnlyList<SourceCounts> Sources)
{
    public static DocumentType<ChannelCounts> TypeFor(string service) => new(
        service,
        "counts",
        new FactTypes().Add("counted", BalanceJson.Default.ChannelCounts),
        static (_, fact) => (ChannelCounts)fact.Data,
        [new("day", static counts => counts.Sources.Select(static source => DayKey(source.Day)).Distinct())]);

    internal static string DayKey(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    internal static string DayKey(DateTimeOffset instant) => DayKey(OfficeTime.Day(instant));
}

/// <summary>The balance 日清 of a channel's day: does all that came add up, and is all that was acknowledged stored?</summary>
/// <param name="AddsUp">Nothing that was acknowledged is missing from the store. What is in work, or was cut off, stands as unfinished.</param>
/// <param name="Stored">Of each stored kind: how many receipts were given, and how many the store holds.</param>
public sealed record DayBalance(string Channel, DateOnly Day, bool AddsUp, IReadOnlyList<SourceBalance> Sources, IReadOnlyList<StoredBalance> Stored);

/// <summary>The balance of one of the channel's entries: what was received is the sum of all the rest.</summary>
/// <param name="Unfinished">Came in, and nothing is on record of what became of it: in work now, or cut off by a crash.</param>
public sealed record SourceBalance(
    string? Source, long Received, long Appeals, long Supplements, long Urges, long Withdrawals, long Reviews, long Collected, long Answered, long Repeated, long Refused, long Failed, long Unfinished);

/// <summary>The receipts given for a kind, beside what the store holds of it.</summary>
/// <param name="Acknowledged">More than <paramref name="Stored"/> means that something was lost; less, that a crash cost the count of the last seconds.</param>
public sealed record StoredBalance(EntryOutcome Kind, long Acknowledged, long Stored);

/// <summary>The balance's JSON, in the store and over HTTP.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChannelCounts))]
[JsonSerializable(typeof(DayBalance))]
public sealed partial class BalanceJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using Hotline.Contracts;

namespace Hotline.Intake.Calls;

/// <summary>A platform that rings people and asks them by keys.</summary>
public interface ICallPlatform
{
    /// <summary>The option without which nobody is rung; null when all are there.</summary>
    string? Missing { get; }

    /// <summary>How long after it took a call, and after each asking, it is asked what became of it, if it has not told by itself.</summary>
    TimeSpan AskEvery { get; }

    /// <summary>Has somebody rung, once for each call's id however often it is told.</summary>
    ValueTask<CallPlacement> PlaceAsync(OutgoingCall call, CancellationToken cancellation);

    /// <summary>Asks what the platform knows of a call.</summary>
    ValueTask<CallKnowledge> AskAsync(string call, CancellationToken cancellation);
}

/// <summary>A call as the platform is told of it.</summary>
/// <param name="Call">Its id, 32 hex digits: by it the platform tells repeats.</param>
/// <param name="Phone">11 digits of a mobile number, or a landline's with its area code.</param>
/// <param name="NotAfter">Then it must not ring any more.</param>
/// <param name="Report">The path at which we hear what became of it; null where nothing is posted.</param>
public sealed record OutgoingCall(string Call, string Phone, DateTimeOffset NotAfter, CallScript Script, string? Report = null);

/// <summary>What a platform tells of a call, by itself or when it is asked.</summary>
/// <param name="Call">Its id.</param>
/// <param name="State">queued, ringing, talking, or ended; others are not ended.</param>
/// <param name="At">When it came into this state, with an offset.</param>
/// <param name="Outcome">With ended: answered, hung-up, agent, refused, wrong-number, no-answer, busy, off, failed or expired.</param>
/// <param name="Keys">With ended: the keys he pressed, in their order.</param>
public sealed record CallReport(string? Call, string? State, DateTimeOffset? At, string? Outcome = null, IReadOnlyList<PressedKey>? Keys = null)
{
    public const string Ended = "ended";
}

/// <summary>A key pressed at a question of the script.</summary>
public sealed record PressedKey(string? Question, string? Key);

/// <summary>What became of placing a call. Reasons are in zh-CN and say nothing of the citizen.</summary>
public abstract record CallPlacement
{
    /// <summary>The platform has it.</summary>
    public sealed record Taken : CallPlacement;

    /// <summary>It will not ring this number, now or later.</summary>
    public sealed record Refused(string Reason) : CallPlacement;

    /// <summary>It was not taken, and may be later.</summary>
    /// <param name="Pause">How long the platform asks us to wait; null for our own pauses.</param>
    public sealed record Away(string Reason, TimeSpan? Pause = null) : CallPlacement;

    /// <summary>Nobody knows whether it was taken.</summary>
    public sealed record Unsure(string Reason) : CallPlacement;
}

/// <summary>What a platform answers when it is asked about a call.</summary>
public abstract record CallKnowledge
{
    /// <summary>It has it.</summary>
    public sealed record Known(CallReport Report) : CallKnowledge;

    /// <summary>It has no such call.</summary>
    public sealed record NotThere : CallKnowledge;

    /// <summary>It cannot be asked, now or later.</summary>
    public sealed record CannotSay : CallKnowledge;

    /// <summary>It did not answer, or not in words we understand.</summary>
    public sealed record Away(string Reason, TimeSpan? Pause = null) : CallKnowledge;
}

/// <summary>JSON of what goes to a platform and comes from it: what comes with more in it than we know is not for us.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(OutgoingCall))]
[JsonSerializable(typeof(CallReport))]
public sealed partial class CallPlatformJson : JsonSerializerContext
{
    /// <summary>A call as the platform and the practice folder get it.</summary>
    public static byte[] Bytes(OutgoingCall call) => JsonSerializer.SerializeToUtf8Bytes(call, Default.OutgoingCall);

    /// <summary>A report as the platform and the practice command write it.</summary>
    public static byte[] Bytes(CallReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Default.CallReport);
}

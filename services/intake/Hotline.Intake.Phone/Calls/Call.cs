using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake.Phone.Calls;

/// <summary>One event of a call; number and recording are sealed beside it.</summary>
/// <param name="Caller">A blind index of the caller's number, by which his calls are found again without knowing it; null when it was withheld.</param>
/// <param name="Recording">The same of where the recording lies: a call that was passed on has several, told at one time.</param>
public sealed record CallMoment(string State, DateTimeOffset At, string? Agent, string? SkillGroup, int? Rating, string? Caller, string? Recording = null);

/// <summary>An appeal was written down during the call, or after it.</summary>
public sealed record AppealWritten(string Number, string Title, DateTimeOffset At, string By);

/// <summary>An agent passed the call on.</summary>
public sealed record CallPassedOn(string To, DateTimeOffset At, string By, string? Note);

/// <summary>Somebody was told where the recordings of a call lie, and why: on record before he is.</summary>
public sealed record RecordingsOpened(string By, string Reason, DateTimeOffset At);

/// <summary>The agent passed the matter to the supervision line 监督专线: nobody of the hotline sees the call any more.</summary>
public sealed record MovedToSupervision(string By);

/// <summary>
/// A call as its events tell it. They come late, doubled and in any order, so everything is computed from the set of them by their own times.
/// </summary>
public sealed record Call(string CallId, ImmutableList<CallMoment> Moments)
{
    public ImmutableList<AppealWritten> Appeals { get; init; } = [];

    public ImmutableList<CallPassedOn> PassedOn { get; init; } = [];

    /// <summary>It counts in the figures and is shown to nobody.</summary>
    public bool IsMoved { get; init; }

    public DateTimeOffset Began => Moments.Min(moment => moment.At);

    /// <summary>Who has the call, or had it last.</summary>
    public string? Agent => Moments.Where(moment => moment.Agent is not null).MaxBy(moment => moment.At)?.Agent;

    public string? SkillGroup => Moments.Where(moment => moment.SkillGroup is not null).MaxBy(moment => moment.At)?.SkillGroup;

    public string? Caller => Moments.FirstOrDefault(moment => moment.Caller is not null)?.Caller;

    public DateTimeOffset? Answered => First("answered");

    public DateTimeOffset? Queued => First("queued");

    public bool IsAnswered => Answered is not null;

    public bool IsAbandoned => !IsAnswered && First("abandoned") is not null;

    public bool IsRecorded => First("recorded") is not null;

    public bool IsOver => First("ended") is not null || IsAbandoned;

    public int? Rating => Moments.Where(moment => moment.Rating is not null).MaxBy(moment => moment.At)?.Rating;

    /// <summary>ringing, live or over.</summary>
    public string State => IsOver ? "over" : IsAnswered ? "live" : "ringing";

    public static DocumentType<Call> TypeFor(string service) => new(
        service,
        "calls",
        new FactTypes().Add("moment", CallJson.Default.CallStarted).Add("further-moment", CallJson.Default.CallMoment)
            .Add("appeal-written", CallJson.Default.AppealWritten).Add("passed-on", CallJson.Default.CallPassedOn).Add("recordings-opened", CallJson.Default.RecordingsOpened)
            .Add("moved-to-supervision", CallJson.Default.MovedToSupervision),
        static (state, fact) => fact.Data switch
        {
            CallStarted started => new Call(started.CallId, [started.First]),
            CallMoment moment => state! with { Moments = state.Moments.Add(moment) },
            AppealWritten written => state! with { Appeals = state.Appeals.Add(written) },
            CallPassedOn passed => state! with { PassedOn = state.PassedOn.Add(passed) },
            MovedToSupervision => state! with { IsMoved = true },
            _ => state!,
        },
        [
            new("caller", static call => call is { IsMoved: false, Caller: { } caller } ? [caller] : []),
            new("appeal", static call => call.Appeals.Select(static appeal => appeal.Number)),
            new("open", static call => call.IsOver || call.IsMoved ? [] : ["open"]),
            new("day", static call => [DayOf(call.Began)]),
        ]);

    /// <summary>The office's day a moment lies in, <c>yyMMdd</c>.</summary>
    public static string DayOf(DateTimeOffset at) => OfficeTime.Day(at).ToString("yyMMdd", System.Globalization.CultureInfo.InvariantCulture);

    public bool Has(CallMoment moment) => Moments.Any(known => known.State == moment.State && known.At == moment.At && known.Recording == moment.Recording);

    private DateTimeOffset? First(string state) => Moments.Where(moment => moment.State == state).Select(moment => (DateTimeOffset?)moment.At).Min();
}

/// <summary>The first we hear of a call.</summary>
public sealed record CallStarted(string CallId, CallMoment First);

/// <summary>What is sealed beside an event of a call.</summary>
internal sealed record SealedCall(string? Caller, Recording? Recording);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallStarted))]
[JsonSerializable(typeof(CallMoment))]
[JsonSerializable(typeof(AppealWritten))]
[JsonSerializable(typeof(CallPassedOn))]
[JsonSerializable(typeof(RecordingsOpened))]
[JsonSerializable(typeof(MovedToSupervision))]
[JsonSerializable(typeof(SealedCall))]
internal sealed partial class CallJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Hotline.Ports;

namespace Hotline.Dispatch.Alerts;

/// <summary>Somebody may be in danger: a person must look at once, whatever the queue.</summary>
/// <param name="Id">Of the appeal, or of what was added to it.</param>
/// <param name="AppealId">The work order's id.</param>
/// <param name="Emergencies">The numbers the citizen is told to call.</param>
public sealed record AlertRaised(Guid Id, Guid AppealId, string Number, string Channel, DateTimeOffset At, IReadOnlyList<string> Emergencies);

/// <summary>A person has taken it up 认领: from now on it is his.</summary>
public sealed record AlertTaken(string By, DateTimeOffset At);

/// <summary>Nobody took it up in time: it goes to the whole house.</summary>
public sealed record AlertEscalated(DateTimeOffset At);

/// <summary>The office's own alarm took it: a duty phone, a text message.</summary>
public sealed record AlertCalled(DateTimeOffset At);

/// <summary>An alert as it stands.</summary>
public sealed record Alert(AlertRaised Raised)
{
    public static readonly DocumentType<Alert> Type = new(
        DispatchService.Name,
        "alert",
        new FactTypes()
            .Add("raised", AlertJson.Default.AlertRaised)
            .Add("taken", AlertJson.Default.AlertTaken)
            .Add("escalated", AlertJson.Default.AlertEscalated)
            .Add("called", AlertJson.Default.AlertCalled),
        static (state, fact) => fact.Data switch
        {
            AlertRaised raised => new Alert(raised),
            AlertTaken taken => state! with { Taken = taken },
            AlertEscalated escalated => state! with { EscalatedAt = escalated.At },
            AlertCalled called => state! with { CalledAt = called.At },
            _ => state!,
        },
        [new(OpenIndex, static alert => alert.Taken is null ? [OpenIndex] : [])]);

    public const string OpenIndex = "open";

    public AlertTaken? Taken { get; init; }

    public DateTimeOffset? EscalatedAt { get; init; }

    public DateTimeOffset? CalledAt { get; init; }
}

/// <summary>An alert on the screens of those at their seats.</summary>
/// <param name="Escalated">Nobody took it up in time.</param>
/// <param name="TakenBy">The account of who has it; null while nobody has.</param>
public sealed record AlertView(Guid Id, string Number, string Channel, DateTimeOffset At, IReadOnlyList<string> Emergencies, bool Escalated, string? TakenBy = null)
{
    internal static AlertView Of(Alert alert) =>
        new(alert.Raised.Id, alert.Raised.Number, alert.Raised.Channel, alert.Raised.At, alert.Raised.Emergencies, alert.EscalatedAt is not null, alert.Taken?.By);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertRaised))]
[JsonSerializable(typeof(AlertTaken))]
[JsonSerializable(typeof(AlertEscalated))]
[JsonSerializable(typeof(AlertCalled))]
[JsonSerializable(typeof(AlertView))]
[JsonSerializable(typeof(IReadOnlyList<AlertView>))]
internal sealed partial class AlertJson : JsonSerializerContext;

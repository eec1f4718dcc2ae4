using System.Collections.Immutable;

namespace Hotline.Intake.Replies;

/// <summary>A reply on its way to the citizen, as its facts tell. An impossible fact changes nothing, so of two at once the first counts.</summary>
/// <param name="Since">When it came into its state.</param>
public sealed record ReplyDelivery(int Version, string Kind, DeliveryState State, DateTimeOffset Since)
{
    /// <summary>The index of deliveries: by state, by whether something is to be done, and by the platform's own ids.</summary>
    public const string Index = "deliveries";

    /// <summary>The index's value for those with which something is to be done.</summary>
    public const string Open = "open";

    /// <summary>The index's value for those of them that cannot wait.</summary>
    public const string Urgent = "urgent";

    /// <summary>When it was queued, or queued again by a person.</summary>
    public DateTimeOffset QueuedAt { get; init; }

    /// <summary>Why it stands as it does, in zh-CN; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Calls made of the platform.</summary>
    public int Tries { get; init; }

    /// <summary>Calls whose outcome is unknown, since it was queued.</summary>
    public int Silences { get; init; }

    /// <summary>How often a person had it sent again: another round is another message to the platform.</summary>
    public int Round { get; init; }

    /// <summary>Not to be tried before; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The last call of the platform; null before the first.</summary>
    public ReplySending? Call { get; init; }

    /// <summary>A call since it was queued may have got through.</summary>
    public bool Unsure { get; init; }

    /// <summary>See <see cref="ReplySent"/>.</summary>
    public string? PlatformId { get; init; }

    /// <summary>Whether the channel's worker has something to do with it.</summary>
    public bool IsOpen => State is DeliveryState.Queued or DeliveryState.Sending || IsAwaited;

    /// <summary>Whether it is with the platform, which will show it.</summary>
    public bool IsAwaited => State is DeliveryState.Sent && Call is { Observed: true };

    /// <summary>The deliveries of an appeal after one more fact; as they are when the fact is of something else.</summary>
    public static ImmutableList<ReplyDelivery> Apply(ImmutableList<ReplyDelivery> deliveries, object fact)
    {
        int? version = fact switch
        {
            ReplyQueued queued => queued.Version,
            ReplySending sending => sending.Version,
            ReplyPostponed postponed => postponed.Version,
            ReplySent sent => sent.Version,
            ReplyEnded ended => ended.Version,
            ReplyTakenUp taken => taken.Version,
            _ => null,
        };
        if (version is null)
        {
            return deliveries;
        }

        var at = deliveries.FindIndex(delivery => delivery.Version == version);
        return fact is ReplyQueued news
            ? at < 0 ? deliveries.Add(new ReplyDelivery(news.Version, news.Kind, DeliveryState.Queued, news.At) { QueuedAt = news.At }) : deliveries
            : at < 0 ? deliveries : deliveries.SetItem(at, deliveries[at].After(fact));
    }

    internal IEnumerable<string> IndexValues
    {
        get
        {
            if (State is DeliveryState.Queued or DeliveryState.Sending or DeliveryState.Sent or DeliveryState.Failed)
            {
                yield return NameOf(State is DeliveryState.Sending ? DeliveryState.Queued : State);
            }

            if (IsOpen)
            {
                yield return Open;
                if (ReplyKinds.CannotWait(Kind))
                {
                    yield return Urgent;
                }
            }

            if (State is DeliveryState.Sent && PlatformId is { } id)
            {
                yield return PlatformValue(id);
            }
        }
    }

    /// <summary>A state as interfaces and the index write it.</summary>
    public static string NameOf(DeliveryState state) => state.ToString().ToLowerInvariant();

    internal static string PlatformValue(string id) => $"id/{id}";

    /// <summary>Whether a fact would change anything.</summary>
    public bool Allows(object fact) => !ReferenceEquals(After(fact), this);

    private ReplyDelivery After(object fact) => (State, fact) switch
    {
        (DeliveryState.Queued, ReplySending call) => this with { State = DeliveryState.Sending, Since = call.At, Call = call, Tries = Tries + 1, NotBefore = null },
        (DeliveryState.Sending, ReplySending other) => this with { Since = other.At, Call = other, Tries = Tries + 1 },
        (DeliveryState.Queued or DeliveryState.Sending, ReplyPostponed postponed) => this with
        {
            State = DeliveryState.Queued,
            Since = postponed.At,
            Reason = postponed.Reason,
            NotBefore = postponed.NotBefore,
            Unsure = Unsure || postponed.Unsure,
            Silences = Silences + (postponed.Unsure ? 1 : 0),
        },
        (DeliveryState.Sending, ReplySent sent) => this with { State = DeliveryState.Sent, Since = sent.At, Reason = sent.Reason, PlatformId = sent.PlatformId },
        (DeliveryState.Queued or DeliveryState.Sending or DeliveryState.Sent, ReplyEnded ended) => this with { State = ended.State, Since = ended.At, Reason = ended.Reason },
        (DeliveryState.Failed, ReplyEnded { State: DeliveryState.Delivered or DeliveryState.Elsewhere } late) => this with { State = late.State, Since = late.At, Reason = late.Reason },
        (DeliveryState.Failed, ReplyTakenUp { Again: true } again) => this with
        {
            State = DeliveryState.Queued,
            Since = again.At,
            QueuedAt = again.At,
            Reason = null,
            NotBefore = null,
            Unsure = false,
            Silences = 0,
            Round = Round + 1,
        },
        (DeliveryState.Failed or DeliveryState.Queued or DeliveryState.Sent, ReplyTakenUp { Again: false } told) => this with { State = DeliveryState.Settled, Since = told.At, Reason = told.Note },
        _ => this,
    };
}

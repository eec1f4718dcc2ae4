using System.Collections.Immutable;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Knowledge.Orders;

/// <summary>What the knowledge base needs of a work order's event, and no more: no text of the citizen's but the title.</summary>
/// <param name="Step">opened, accepted, answered, changed, dispatched, returned, handled or closed.</param>
/// <param name="Title">Of opened; left out when the citizen asked for confidence.</param>
/// <param name="Nature">Of opened (as proposed) and accepted.</param>
/// <param name="Text">Of answered and handled: what the citizen was told.</param>
/// <param name="Article">Of answered and changed: the code of the article cited.</param>
/// <param name="Outcome">Of closed.</param>
/// <param name="Channel">Of opened.</param>
/// <param name="Source">Of opened: the entry of the channel it came by.</param>
/// <param name="Assignment">Of dispatched and returned.</param>
/// <param name="Parent">Of dispatched: the assignment it was passed down from.</param>
/// <param name="Unit">Of dispatched.</param>
public sealed record OrderNoted(
    string Number,
    string Step,
    DateTimeOffset At,
    string? Title = null,
    string? Nature = null,
    string? Text = null,
    string? Basis = null,
    string? Article = null,
    int? Version = null,
    string? Outcome = null,
    string? Channel = null,
    string? Source = null,
    int? Assignment = null,
    int? Parent = null,
    string? Unit = null);

/// <summary>A unit's part in an order: who may see the order by it.</summary>
public sealed record GivenPart(int Assignment, int? Parent, string Unit, bool Returned = false);

/// <summary>A work order as the knowledge base sees it: what was asked, what was answered, on which article.</summary>
public sealed record AnsweredOrder(string Number)
{
    public const string Opened = "opened";
    public const string Accepted = "accepted";
    public const string Answered = "answered";

    /// <summary>The citizen was told what holds in place of his answer.</summary>
    public const string Changed = "changed";
    public const string Dispatched = "dispatched";

    /// <summary>A unit gave its part back.</summary>
    public const string Returned = "returned";
    public const string Handled = "handled";
    public const string Closed = "closed";

    /// <summary>Finds the orders whose answer cites an article, or that were told one version of it: <see cref="CitedValue"/>.</summary>
    public const string CitedIndex = "cited";

    public static readonly DocumentType<AnsweredOrder> Type = new(
        KnowledgeService.Name,
        "order",
        new FactTypes()
            .Add("noted", KnowledgeJson.Default.OrderNoted)
            .Add(EventTypes.AnswerRecalled, HotlineJson.Default.AnswerRecalled),
        static (state, fact) => fact.Data switch
        {
            AnswerRecalled recalled => state! with { Recall = recalled },
            _ => Apply(state, (OrderNoted)fact.Data),
        },
        [new(CitedIndex, CitedValues)]);

    public string? Title { get; init; }

    public string? Nature { get; init; }

    /// <summary>The latest: of an order that was handled again, what was said last.</summary>
    public OrderNoted? Answer { get; init; }

    /// <summary>What he was told since, as the answer's article changed.</summary>
    public ImmutableList<OrderNoted> Changes { get; init; } = [];

    /// <summary>That he is to be told, or was, a later version.</summary>
    public AnswerRecalled? Recall { get; init; }

    public OrderNoted? Closing { get; init; }

    public string? Channel { get; init; }

    /// <summary>The entry of the channel it came by; null where a channel has one.</summary>
    public string? Source { get; init; }

    public ImmutableList<GivenPart> Parts { get; init; } = [];

    /// <summary>The units that have it now: neither their part nor the one it came from was given back.</summary>
    public IEnumerable<string> Units => Parts.Where(part => !part.Returned && !Parts.Exists(above => above.Assignment == part.Parent && above.Returned)).Select(static part => part.Unit);

    /// <summary>The version he was told last; null when his answer cites no article.</summary>
    public int? ToldVersion => Changes.IsEmpty ? Answer?.Version : Changes[^1].Version;

    public bool IsWithdrawn => Closing?.Outcome == "withdrawn";

    public static string CitedValue(string article, int? version) => version is null ? article : $"{article}/{version}";

    /// <summary>Whether its answer is worth a draft: a consultation that was answered and closed well, and not from an article.</summary>
    public bool IsWorthADraft => Nature == Natures.Consultation && Title is not null && Answer is { Text: not null, Article: null }
        && Closing?.Outcome is "solved" or "explained" or "answered";

    /// <summary>The state after one more fact; one that repeats an earlier changes nothing. Pure.</summary>
    public static AnsweredOrder Apply(AnsweredOrder? state, OrderNoted fact)
    {
        var order = state ?? new AnsweredOrder(fact.Number);
        return fact.Step switch
        {
            Opened when order.Title is null => order with { Title = fact.Title, Nature = order.Nature ?? fact.Nature, Channel = fact.Channel, Source = fact.Source },
            Dispatched when !order.Parts.Exists(part => part.Assignment == fact.Assignment) =>
                order with { Parts = order.Parts.Add(new(fact.Assignment!.Value, fact.Parent, fact.Unit!)) },
            Returned when order.Parts.Find(part => part.Assignment == fact.Assignment) is { Returned: false } part =>
                order with { Parts = order.Parts.Replace(part, part with { Returned = true }) },
            Accepted => order with { Nature = fact.Nature },
            Answered or Handled when order.Answer is null || fact.At > order.Answer.At => order with { Answer = fact, Changes = [], Recall = null },
            Changed when order.Answer?.Article == fact.Article && fact.Version > order.ToldVersion => order with { Changes = order.Changes.Add(fact) },
            Closed when order.Closing is null || fact.At > order.Closing.At => order with { Closing = fact },
            _ => order,
        };
    }

    private static IEnumerable<string> CitedValues(AnsweredOrder order) =>
        order.Answer is { Article: { } article, Version: { } version }
            ? order.Changes.Select(change => change.Version).Prepend(version).Prepend(null).Select(told => CitedValue(article, told))
            : [];
}

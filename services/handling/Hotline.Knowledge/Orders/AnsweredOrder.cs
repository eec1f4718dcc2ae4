using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Knowledge.Orders;

/// <summary>What the knowledge base needs of a work order's event, and no more: no text of the citizen's but the title.</summary>
/// <param name="Step">opened, accepted, answered, handled or closed.</param>
/// <param name="Title">Of opened; left out when the citizen asked for confidence.</param>
/// <param name="Nature">Of opened (as proposed) and accepted.</param>
/// <param name="Text">Of answered and handled: what the citizen was told.</param>
/// <param name="Article">Of answered: the code of the article cited.</param>
/// <param name="Outcome">Of closed.</param>
public sealed record OrderNoted(
    string Number, string Step, DateTimeOffset At, string? Title = null, string? Nature = null, string? Text = null, string? Basis = null, string? Article = null, int? Version = null, string? Outcome = null);

/// <summary>A work order as the knowledge base sees it: what was asked, what was answered, on which article.</summary>
public sealed record AnsweredOrder(string Number)
{
    public const string Opened = "opened";
    public const string Accepted = "accepted";
    public const string Answered = "answered";
    public const string Handled = "handled";
    public const string Closed = "closed";

    /// <summary>Finds the orders whose answer cites an article, or one version of it: <see cref="CitedValue"/>.</summary>
    public const string CitedIndex = "cited";

    public static readonly DocumentType<AnsweredOrder> Type = new(
        KnowledgeService.Name,
        "order",
        new FactTypes().Add("noted", KnowledgeJson.Default.OrderNoted),
        static (state, fact) => Apply(state, (OrderNoted)fact.Data),
        [new(CitedIndex, static order => order.Answer is { Article: { } article, Version: { } version } ? [CitedValue(article, null), CitedValue(article, version)] : [])]);

    public string? Title { get; init; }

    public string? Nature { get; init; }

    public OrderNoted? Answer { get; init; }

    public OrderNoted? Closing { get; init; }

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
            Opened when order.Title is null => order with { Title = fact.Title, Nature = order.Nature ?? fact.Nature },
            Accepted => order with { Nature = fact.Nature },
            Answered or Handled when order.Answer is null => order with { Answer = fact },
            Closed when order.Closing is null => order with { Closing = fact },
            _ => order,
        };
    }
}

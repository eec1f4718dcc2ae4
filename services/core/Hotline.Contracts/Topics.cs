namespace Hotline.Contracts;

/// <summary>The names of all topics of the event log; nowhere else does a topic's name stand as text.</summary>
public static class Topics
{
    /// <summary>What citizens raised: <see cref="Appeal"/> and what they add to it. Key: the appeal's id.</summary>
    public const string Appeals = "hotline.appeals.v1";

    /// <summary>What the office decided and the units did. Key: the appeal's id.</summary>
    public const string WorkOrders = "hotline.work-orders.v1";

    /// <summary>What citizens said when they were asked. Key: the appeal's id.</summary>
    public const string Callbacks = "hotline.callbacks.v1";

    /// <summary>What the knowledge base publishes and finds. Key: the article's id; of what concerns one appeal, the appeal's.</summary>
    public const string Knowledge = "hotline.knowledge.v1";

    /// <summary>What is to be told to the citizen, by the service of the channel the appeal came in by. Key: the appeal's id.</summary>
    public const string Replies = "hotline.replies.v1";

    /// <summary>Every topic but those of dead letters, of which each has one.</summary>
    public static IReadOnlyList<string> All { get; } = [Appeals, WorkOrders, Callbacks, Knowledge, Replies];

    /// <summary>The topic of events that a handler of <paramref name="topic"/> could not handle.</summary>
    public static string Dead(string topic) => topic + ".dead";
}

namespace Hotline.Hosting;

/// <summary>
/// One row of the table of time limits 办理时限. <c>*</c> in a column fits everything. Of the rows that fit, the one wins that names the urgency;
/// then the category (a leaf before its group); then the channel; then the nature; then the level; of equals the earlier row.
/// </summary>
/// <param name="Nature">One of <see cref="Contracts.Natures"/>.</param>
/// <param name="Category">A leaf or a group.</param>
/// <param name="Urgency">One of <see cref="Urgencies"/>.</param>
/// <param name="Level">One of <see cref="UnitLevels"/>: of the unit whose clock it is.</param>
/// <param name="Channel">A channel's name.</param>
/// <param name="Step">One of <see cref="LimitSteps"/>: which clock.</param>
/// <param name="Amount">How many of <paramref name="Unit"/>.</param>
/// <param name="Unit">One of <see cref="LimitUnits"/>.</param>
/// <param name="From">One of <see cref="StartPoints"/>: when the clock starts.</param>
/// <param name="Source">Where the limit comes from, in zh-CN: staff read it.</param>
public sealed record TimeLimit(
    string Step,
    int Amount,
    string Unit,
    string From,
    string Source,
    string Nature = TimeLimit.Any,
    string Category = TimeLimit.Any,
    string Urgency = TimeLimit.Any,
    string Level = TimeLimit.Any,
    string Channel = TimeLimit.Any)
{
    public const string Any = "*";

    /// <summary>Whether every column is a wildcard: the row that fits when no other does.</summary>
    public bool FitsAll => Nature == Any && Category == Any && Urgency == Any && Level == Any && Channel == Any;
}

/// <summary>How much an appeal presses.</summary>
public static class Urgencies
{
    public const string Normal = "normal";
    public const string Urgent = "urgent";

    /// <summary>Danger to life or property.</summary>
    public const string Danger = "danger";

    public static readonly IReadOnlyList<string> All = [Normal, Urgent, Danger];
}

/// <summary>The steps that have a clock of their own.</summary>
public static class LimitSteps
{
    /// <summary>The office takes the appeal up.</summary>
    public const string Accept = "accept";

    /// <summary>The citizen has his answer. This clock is never restarted.</summary>
    public const string Citizen = "citizen";

    /// <summary>A unit replies.</summary>
    public const string Unit = "unit";

    /// <summary>A unit signs for what it was given.</summary>
    public const string Sign = "sign";

    /// <summary>A unit first speaks with the citizen.</summary>
    public const string Contact = "contact";

    /// <summary>The one who dispatched looks at the reply.</summary>
    public const string Review = "review";

    /// <summary>The citizen is asked whether it was solved.</summary>
    public const string Callback = "callback";

    public static readonly IReadOnlyList<string> All = [Accept, Citizen, Unit, Sign, Contact, Review, Callback];
}

/// <summary>What a limit is counted in.</summary>
public static class LimitUnits
{
    /// <summary>Round the clock.</summary>
    public const string Hours = "hours";

    /// <summary>Natural days 自然日 of 24 hours, holidays included.</summary>
    public const string Days = "days";

    /// <summary>Working days 工作日 by the office's calendar.</summary>
    public const string WorkingDays = "working-days";

    public static readonly IReadOnlyList<string> All = [Hours, Days, WorkingDays];
}

/// <summary>The moments a clock can start at.</summary>
public static class StartPoints
{
    public const string Received = "received";

    /// <summary>The sender's clock: for the message board, when the message was published.</summary>
    public const string Published = "published";

    public const string Accepted = "accepted";

    public const string Dispatched = "dispatched";

    public const string Replied = "replied";

    public const string Handled = "handled";

    public static readonly IReadOnlyList<string> All = [Received, Published, Accepted, Dispatched, Replied, Handled];
}

namespace Hotline.Hosting;

/// <summary>
/// The organization file as it is written: who exists, what falls to whom, by when. <see cref="OrganizationFile"/> reads and checks it;
/// everything else uses <see cref="Organization"/>.
/// </summary>
public sealed record OrganizationData
{
    /// <summary>Named in every decision made under this file, so that an old decision can be explained by the rules of its day.</summary>
    public required string Version { get; init; }

    public required string Name { get; init; }

    /// <summary>The leaf category of an appeal that no word speaks for.</summary>
    public required string Fallback { get; init; }

    public required IReadOnlyList<Unit> Units { get; init; }

    public required IReadOnlyList<Category> Categories { get; init; }

    public required IReadOnlyList<NatureWords> Natures { get; init; }

    /// <summary>Words that tell of danger to life, by the number of <see cref="EmergencyNumbers"/> to call; one of them is enough.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> DangerWords { get; init; }

    public required IReadOnlyList<PlaceName> Places { get; init; }

    public required IReadOnlyList<RoutingRule> Routes { get; init; }

    public required IReadOnlyList<UserAccount> Users { get; init; }

    public required IReadOnlyList<TimeLimit> Limits { get; init; }
}

/// <summary>A unit of the tree: the hotline, a station 二级工作站 below it, or a handling unit 承办单位 below either.</summary>
/// <param name="Id">Lower-case letters, digits and dashes; never reused for another unit.</param>
/// <param name="Name">What staff and citizens read.</param>
/// <param name="Level">One of <see cref="UnitLevels"/>.</param>
/// <param name="Parent">The unit that dispatches to it and reviews its replies; null for the hotline alone.</param>
/// <param name="Division">Division code: 6 digits for a station, 9 for a township; null for one that serves the whole city or county.</param>
/// <param name="Function">Its trade 职能, by which a rule finds it in every county; null when no rule does.</param>
/// <param name="Issuing">Whether its replies wait for its head 签发; then somebody of it must have the role <see cref="Contracts.Roles.UnitHead"/>.</param>
public sealed record Unit(string Id, string Name, string Level, string? Parent = null, string? Division = null, string? Function = null, bool Issuing = false)
{
    /// <summary>The id of the root of the tree: the hotline itself.</summary>
    public const string Hotline = "hotline";
}

/// <summary>The three levels of the tree.</summary>
public static class UnitLevels
{
    public const string City = "city";
    public const string Station = "station";
    public const string Unit = "unit";

    public static readonly IReadOnlyList<string> All = [City, Station, Unit];
}

/// <summary>What an appeal is about. Two levels; appeals fall into the leaves.</summary>
/// <param name="Parent">The code of the group; null for a group.</param>
/// <param name="Nature">The nature of an appeal of this category when nothing else tells; leaves only.</param>
/// <param name="Words">Words that speak for it, each with its weight of 1 to 100.</param>
/// <param name="UrgentWords">Words that make an appeal of this category urgent.</param>
/// <param name="Decide">Whether the rules may accept and dispatch by themselves. Off until the office switches it on.</param>
/// <param name="Answer">Whether the rules may answer plain consultations from the knowledge base by themselves; these then wait for its answer and are not dispatched by rule. Off until the office switches it on.</param>
/// <param name="Proofs">The kinds of <see cref="Contracts.ProofKinds"/> of which the reply of a lead unit must have one each, unless it says that it is not solved; leaves only, null for none.</param>
public sealed record Category(
    string Code,
    string Title,
    string? Parent = null,
    string? Nature = null,
    IReadOnlyDictionary<string, int>? Words = null,
    IReadOnlyList<string>? UrgentWords = null,
    bool Decide = false,
    bool Answer = false,
    IReadOnlyList<string>? Proofs = null);

/// <summary>Words that speak for a nature 诉求性质, each with its weight.</summary>
/// <param name="Nature">One of <see cref="Contracts.Natures"/>.</param>
public sealed record NatureWords(string Nature, IReadOnlyDictionary<string, int> Words);

/// <summary>A name of a place as people write it, and the division it lies in.</summary>
/// <param name="Division">6 digits or more; its first six name a county that has a station.</param>
public sealed record PlaceName(string Name, string Division);

/// <summary>Which unit an appeal goes to. Of the rules that fit, the one with the narrower category wins, then the one with the narrower division.</summary>
/// <param name="Category">A leaf, a group, or <c>*</c>.</param>
/// <param name="Division">A division code; <c>*</c> for any county; <c>none</c> when the place is unknown or the matter is the whole city's.</param>
/// <param name="Unit">The unit itself; or null and</param>
/// <param name="Function">the trade of the unit below the county's station.</param>
public sealed record RoutingRule(string Category, string Division, string? Unit = null, string? Function = null)
{
    public const string Any = "*";
    public const string NoDivision = "none";
}

/// <summary>A person who may sign in, known by account and role title; the file holds no person's name, and no password.</summary>
/// <param name="Title">What colleagues read: the role, not the name.</param>
/// <param name="Unit">Whose work he sees and does.</param>
public sealed record UserAccount(string Account, string Title, IReadOnlyList<string> Roles, string Unit);

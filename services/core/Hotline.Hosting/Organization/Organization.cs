using System.Buffers;
using System.Collections.Frozen;

namespace Hotline.Hosting;

/// <summary>The office as its organization file describes it, ready for look-ups. Immutable; one per process.</summary>
public sealed class Organization
{
    private const int CountyDigits = 6;

    private readonly FrozenDictionary<string, Unit> _units;
    private readonly FrozenDictionary<string, Unit> _stations;
    private readonly FrozenDictionary<string, Category> _categories;
    private readonly FrozenDictionary<string, UserAccount> _users;
    private readonly FrozenDictionary<(string Station, string Function), Unit> _byFunction;
    private readonly SearchValues<string> _danger;
    private readonly (string Number, SearchValues<string> Words)[] _emergencies;

    /// <param name="data">Checked by <see cref="OrganizationValidator"/>.</param>
    public Organization(OrganizationData data, OfficeCalendar calendar)
    {
        Data = data;
        Calendar = calendar;
        _danger = SearchFor(data.DangerWords.SelectMany(group => group.Value));
        _emergencies = [.. data.DangerWords.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, SearchFor(group.Value)))];
        _units = data.Units.ToFrozenDictionary(u => u.Id);
        _stations = data.Units.Where(u => u.Level == UnitLevels.Station).ToFrozenDictionary(u => u.Division!);
        _categories = data.Categories.ToFrozenDictionary(c => c.Code);
        _users = data.Users.ToFrozenDictionary(u => u.Account);
        _byFunction = data.Units.Where(u => u is { Function: not null, Parent: not null })
            .DistinctBy(u => (u.Parent, u.Function)).ToFrozenDictionary(u => (u.Parent!, u.Function!));
    }

    public OrganizationData Data { get; }

    public OfficeCalendar Calendar { get; }

    public string Version => Data.Version;

    /// <summary>Whether a text names a danger to life, by the file's words: such an appeal waits for nothing, and its citizen is told whom to call.</summary>
    public bool SoundsDangerous(string text) => text.AsSpan().ContainsAny(_danger);

    /// <summary>The numbers of <see cref="EmergencyNumbers"/> for the dangers a text names; empty when it names none.</summary>
    public IReadOnlyList<string> EmergenciesIn(string text) =>
        SoundsDangerous(text) ? [.. _emergencies.Where(group => text.AsSpan().ContainsAny(group.Words)).Select(static group => group.Number)] : [];

    public Unit? Unit(string id) => _units.GetValueOrDefault(id);

    /// <summary>The name staff and citizens read; the id itself for a unit that no longer exists.</summary>
    public string NameOf(string unit) => _units.TryGetValue(unit, out var found) ? found.Name : unit;

    /// <summary>The station of the county a division lies in; null when none is known there.</summary>
    public Unit? StationOf(string division) =>
        division.Length >= CountyDigits ? _stations.GetValueOrDefault(division[..CountyDigits]) : null;

    /// <summary>The unit of a trade directly below <paramref name="parent"/>.</summary>
    public Unit? ByFunction(string parent, string function) => _byFunction.GetValueOrDefault((parent, function));

    /// <summary>Whether <paramref name="unit"/> is <paramref name="ancestor"/> or stands below it.</summary>
    public bool IsWithin(string unit, string ancestor)
    {
        for (var current = Unit(unit); current is not null; current = current.Parent is null ? null : Unit(current.Parent))
        {
            if (current.Id == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The unit on the way from the hotline down to <paramref name="unit"/> that the hotline itself dispatches to.</summary>
    public Unit? FirstBelowHotline(string unit)
    {
        var current = Unit(unit);
        while (current?.Parent is { } parent && parent != Hosting.Unit.Hotline)
        {
            current = Unit(parent);
        }

        return current?.Parent is null ? null : current;
    }

    public Category? Category(string code) => _categories.GetValueOrDefault(code);

    /// <summary>Whether an appeal can be of this category: groups only hold others.</summary>
    public bool IsLeaf(string category) => Category(category)?.Parent is not null;

    /// <summary>What staff and citizens read; the code itself for a category that no longer exists.</summary>
    public string TitleOf(string category) => Category(category)?.Title ?? category;

    public UserAccount? User(string account) => _users.GetValueOrDefault(account);

    /// <summary>Han words have no case, and a search that need not mind it takes a fraction of the time.</summary>
    private static SearchValues<string> SearchFor(IEnumerable<string> words)
    {
        string[] all = [.. words.Distinct()];
        var haveCase = all.Any(static word => word.Any(static c => char.ToUpperInvariant(c) != char.ToLowerInvariant(c)));
        return SearchValues.Create(all, haveCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }
}

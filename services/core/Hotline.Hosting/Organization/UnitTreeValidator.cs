namespace Hotline.Hosting;

/// <summary>Finds all that is wrong in the tree of units.</summary>
internal static class UnitTreeValidator
{
    public static void Validate(IReadOnlyList<Unit> all, Dictionary<string, Unit> units, OrganizationProblems problems)
    {
        problems.Unique(all, u => u.Id, i => $"units[{i}].id");
        problems.Unique(all, u => u.Level == UnitLevels.Station ? u.Division : null, i => $"units[{i}].division");
        problems.Unique(all, u => u.Function is null ? null : $"{u.Function} below {u.Parent}", i => $"units[{i}].function");
        if (!units.TryGetValue(Unit.Hotline, out var hotline) || hotline.Level != UnitLevels.City)
        {
            problems.Add("units", $"The unit \"{Unit.Hotline}\" of level \"{UnitLevels.City}\" is missing.", "Add the root of the tree.");
        }

        for (var i = 0; i < all.Count; i++)
        {
            var (unit, path) = (all[i], $"units[{i}]");
            problems.Id($"{path}.id", unit.Id);
            problems.Filled($"{path}.name", unit.Name);
            problems.OneOf($"{path}.level", unit.Level, UnitLevels.All);
            Division(unit, path, problems);
            Parent(unit, path, units, problems);
        }
    }

    public static bool IsDivision(string code) => code.Length is 6 or 9 or 12 && !code.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static void Division(Unit unit, string path, OrganizationProblems problems)
    {
        if (unit.Division is not null && !IsDivision(unit.Division))
        {
            problems.Add($"{path}.division", $"\"{unit.Division}\" is not a division code.", "Write 6, 9 or 12 digits (GB/T 2260), or leave it out.");
        }
        else if (unit.Level == UnitLevels.Station && unit.Division?.Length != 6)
        {
            problems.Add($"{path}.division", "A station needs the 6-digit code of its county.", "Write it; without it no appeal finds the station.");
        }
    }

    private static void Parent(Unit unit, string path, Dictionary<string, Unit> units, OrganizationProblems problems)
    {
        if (unit.Parent is null)
        {
            if (unit.Id != Unit.Hotline)
            {
                problems.Add($"{path}.parent", "Only the hotline has no parent.", $"Name the station it belongs to, or \"{Unit.Hotline}\".");
            }

            return;
        }

        if (!units.TryGetValue(unit.Parent, out var parent))
        {
            problems.Add($"{path}.parent", $"There is no unit \"{unit.Parent}\".", "Name a unit of this list.");
        }
        else if (InCycle(unit, units))
        {
            problems.Add($"{path}.parent", $"\"{unit.Id}\" stands above itself.", "Break the cycle: every line of parents must end at the hotline.");
        }
        else if (unit.Level == UnitLevels.City || (unit.Level == UnitLevels.Station && parent.Level != UnitLevels.City) || parent.Level == UnitLevels.Unit)
        {
            problems.Add(
                $"{path}.parent",
                $"A unit of level \"{unit.Level}\" cannot stand below one of level \"{parent.Level}\".",
                "The levels are city, station, unit, in this order; a unit may stand below either.");
        }
        else if (parent.Level == UnitLevels.Station && parent.Division is not null && unit.Division?.StartsWith(parent.Division, StringComparison.Ordinal) == false)
        {
            problems.Add($"{path}.division", $"{unit.Division} does not lie in {parent.Division}, the county of its station.", "Correct the code or the parent.");
        }
    }

    private static bool InCycle(Unit unit, Dictionary<string, Unit> units)
    {
        var current = unit;
        for (var steps = 0; steps <= units.Count; steps++)
        {
            if (current.Parent is null || !units.TryGetValue(current.Parent, out current!))
            {
                return false;
            }

            if (current.Id == unit.Id)
            {
                return true;
            }
        }

        return false;
    }
}

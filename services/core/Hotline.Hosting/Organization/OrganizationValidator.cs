using Hotline.Contracts;

namespace Hotline.Hosting;

/// <summary>Finds all that is wrong in an organization file.</summary>
public static class OrganizationValidator
{
    /// <summary>The roles that see every work order, and so belong to the hotline itself.</summary>
    private static readonly string[] HotlineRoles = [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.DisciplineOfficer, Roles.Auditor];

    /// <returns>Everything found; empty when the file can be used.</returns>
    public static IReadOnlyList<OrganizationProblem> Validate(OrganizationData data)
    {
        var problems = new OrganizationProblems();
        problems.Filled("version", data.Version);
        problems.Filled("name", data.Name);
        var units = data.Units.DistinctBy(u => u.Id).ToDictionary(u => u.Id);
        var stations = data.Units.Where(u => u is { Level: UnitLevels.Station, Division: not null }).Select(u => u.Division!).ToHashSet();

        UnitTreeValidator.Validate(data.Units, units, problems);
        var categories = data.Categories.DistinctBy(c => c.Code).ToDictionary(c => c.Code);
        Categories(data, categories, problems);
        Words(data, problems);
        Places(data.Places, stations, problems);
        Routes(data, units, categories, stations, problems);
        Users(data.Users, units, problems);
        Heads(data, problems);
        Limits(data.Limits, categories, problems);
        return problems.All;
    }

    private static void Categories(OrganizationData data, Dictionary<string, Category> categories, OrganizationProblems problems)
    {
        problems.Unique(data.Categories, c => c.Code, i => $"categories[{i}].code");
        for (var i = 0; i < data.Categories.Count; i++)
        {
            var (category, path) = (data.Categories[i], $"categories[{i}]");
            problems.Id($"{path}.code", category.Code);
            problems.Filled($"{path}.title", category.Title);
            problems.Words($"{path}.words", category.Words ?? new Dictionary<string, int>());
            for (var j = 0; j < (category.UrgentWords?.Count ?? 0); j++)
            {
                problems.Word($"{path}.urgentWords[{j}]", category.UrgentWords![j]);
            }

            foreach (var kind in category.Proofs ?? [])
            {
                problems.OneOf($"{path}.proofs", kind, ProofKinds.Titles.Keys);
            }

            if (category is { Parent: null, Proofs: not null })
            {
                problems.Add($"{path}.proofs", "A group has no replies of its own.", "Give them to the categories of the group.");
            }

            if (category.Parent is null)
            {
                if (!data.Categories.Any(c => c.Parent == category.Code))
                {
                    problems.Add(path, $"The group \"{category.Code}\" holds no category.", "Give it categories, or remove it.");
                }
            }
            else if (!categories.TryGetValue(category.Parent, out var parent))
            {
                problems.Add($"{path}.parent", $"There is no category \"{category.Parent}\".", "Name a group of this list.");
            }
            else if (parent.Parent is not null)
            {
                problems.Add($"{path}.parent", $"\"{category.Parent}\" is not a group.", "There are two levels; name a category without a parent.");
            }
            else
            {
                problems.OneOf($"{path}.nature", category.Nature ?? "", Natures.Titles.Keys);
            }
        }

        if (!categories.TryGetValue(data.Fallback, out var fallback) || fallback.Parent is null)
        {
            problems.Add("fallback", $"\"{data.Fallback}\" is not a leaf category.", "Name the category of appeals that no word speaks for.");
        }
    }

    private static void Words(OrganizationData data, OrganizationProblems problems)
    {
        problems.Unique(data.Natures, n => n.Nature, i => $"natures[{i}].nature");
        for (var i = 0; i < data.Natures.Count; i++)
        {
            problems.OneOf($"natures[{i}].nature", data.Natures[i].Nature, Natures.Titles.Keys);
            problems.Words($"natures[{i}].words", data.Natures[i].Words);
        }

        foreach (var (number, words) in data.DangerWords)
        {
            problems.OneOf($"dangerWords.{number}", number, EmergencyNumbers.Titles.Keys);
            problems.Unique(words, w => w, i => $"dangerWords.{number}[{i}]");
            for (var i = 0; i < words.Count; i++)
            {
                problems.Word($"dangerWords.{number}[{i}]", words[i]);
            }
        }
    }

    private static void Places(IReadOnlyList<PlaceName> places, HashSet<string> stations, OrganizationProblems problems)
    {
        problems.Unique(places, p => p.Name, i => $"places[{i}].name");
        for (var i = 0; i < places.Count; i++)
        {
            problems.Word($"places[{i}].name", places[i].Name);
            Division($"places[{i}].division", places[i].Division, stations, problems);
        }
    }

    private static void Division(string path, string division, HashSet<string> stations, OrganizationProblems problems)
    {
        if (!UnitTreeValidator.IsDivision(division))
        {
            problems.Add(path, $"\"{division}\" is not a division code.", "Write 6, 9 or 12 digits (GB/T 2260).");
        }
        else if (!stations.Contains(division[..6]))
        {
            problems.Add(path, $"No station has the division {division[..6]}.", $"Add a unit of level \"{UnitLevels.Station}\" for it, or correct the code.");
        }
    }

    private static void Routes(
        OrganizationData data, Dictionary<string, Unit> units, Dictionary<string, Category> categories, HashSet<string> stations, OrganizationProblems problems)
    {
        problems.Unique(data.Routes, r => $"{r.Category} in {r.Division}", i => $"routes[{i}]");
        for (var i = 0; i < data.Routes.Count; i++)
        {
            var (route, path) = (data.Routes[i], $"routes[{i}]");
            KnownCategory($"{path}.category", route.Category, categories, problems);
            if (route.Division is not (RoutingRule.Any or RoutingRule.NoDivision))
            {
                Division($"{path}.division", route.Division, stations, problems);
            }

            if (route.Unit is null == route.Function is null)
            {
                problems.Add(path, "It must name either a unit or a function.", "Name exactly one of the two.");
            }
            else if (route.Unit is not null && (!units.TryGetValue(route.Unit, out var unit) || unit.Level == UnitLevels.City))
            {
                problems.Add($"{path}.unit", $"There is no unit \"{route.Unit}\" to dispatch to.", "Name a unit below the hotline.");
            }
            else if (route.Function is not null && route.Division == RoutingRule.NoDivision)
            {
                problems.Add($"{path}.function", "Without a county there is no station to look below.", "Name the unit.");
            }
            else if (route.Function is not null && !data.Units.Any(u => u.Function == route.Function))
            {
                problems.Add($"{path}.function", $"No unit has the function \"{route.Function}\".", "Give it to a unit below a station, or correct the spelling.");
            }
        }
    }

    private static void KnownCategory(string path, string category, Dictionary<string, Category> categories, OrganizationProblems problems)
    {
        if (category != RoutingRule.Any && !categories.ContainsKey(category))
        {
            problems.Add(path, $"There is no category \"{category}\".", "Name a code of the list of categories, or * for all.");
        }
    }

    private static void Users(IReadOnlyList<UserAccount> users, Dictionary<string, Unit> units, OrganizationProblems problems)
    {
        problems.Unique(users, u => u.Account, i => $"users[{i}].account");
        for (var i = 0; i < users.Count; i++)
        {
            var (user, path) = (users[i], $"users[{i}]");
            problems.Id($"{path}.account", user.Account);
            problems.Filled($"{path}.title", user.Title);
            if (user.Roles.Count == 0)
            {
                problems.Add($"{path}.roles", "There is none.", "Give at least one role, or remove the user.");
            }

            foreach (var role in user.Roles)
            {
                problems.OneOf($"{path}.roles", role, Roles.All);
            }

            if (!units.TryGetValue(user.Unit, out var unit))
            {
                problems.Add($"{path}.unit", $"There is no unit \"{user.Unit}\".", "Name a unit of the list.");
            }
            else
            {
                RolesFit(path, user, unit, problems);
            }
        }
    }

    private static void Heads(OrganizationData data, OrganizationProblems problems)
    {
        for (var i = 0; i < data.Units.Count; i++)
        {
            var unit = data.Units[i];
            if (unit.Issuing && !data.Users.Any(user => user.Unit == unit.Id && user.Roles.Contains(Roles.UnitHead)))
            {
                problems.Add($"units[{i}].issuing", $"Nobody could issue the replies of {unit.Id}.", $"Give somebody of it the role {Roles.UnitHead}, or leave issuing out.");
            }
        }
    }

    private static void RolesFit(string path, UserAccount user, Unit unit, OrganizationProblems problems)
    {
        foreach (var role in user.Roles.Intersect(HotlineRoles).Where(_ => unit.Level != UnitLevels.City))
        {
            problems.Add($"{path}.roles", $"The role {role} sees every work order and cannot be held at {unit.Id}.", $"Give it at the unit \"{Unit.Hotline}\" only.");
        }

        if (user.Roles.Contains(Roles.StationDispatcher) && unit.Level != UnitLevels.Station)
        {
            problems.Add($"{path}.roles", $"{unit.Id} is not a station.", $"The role {Roles.StationDispatcher} belongs to a unit of level \"{UnitLevels.Station}\".");
        }

        foreach (var role in user.Roles.Where(role => role is Roles.UnitHandler or Roles.UnitHead && unit.Level == UnitLevels.City))
        {
            problems.Add($"{path}.roles", "The hotline handles nothing itself.", $"The role {role} belongs to a unit below the hotline.");
        }
    }

    private static void Limits(IReadOnlyList<TimeLimit> limits, Dictionary<string, Category> categories, OrganizationProblems problems)
    {
        problems.Unique(limits, l => string.Join('/', l.Step, l.Nature, l.Category, l.Urgency, l.Level, l.Channel), i => $"limits[{i}]");
        for (var i = 0; i < limits.Count; i++)
        {
            var (limit, path) = (limits[i], $"limits[{i}]");
            problems.OneOf($"{path}.step", limit.Step, LimitSteps.All);
            problems.OneOf($"{path}.unit", limit.Unit, LimitUnits.All);
            problems.OneOf($"{path}.from", limit.From, StartPoints.All);
            problems.OneOf($"{path}.nature", limit.Nature, [.. Natures.Titles.Keys, TimeLimit.Any]);
            problems.OneOf($"{path}.urgency", limit.Urgency, [.. Urgencies.All, TimeLimit.Any]);
            problems.OneOf($"{path}.level", limit.Level, [.. UnitLevels.All, TimeLimit.Any]);
            problems.Filled($"{path}.channel", limit.Channel);
            problems.Filled($"{path}.source", limit.Source);
            KnownCategory($"{path}.category", limit.Category, categories, problems);
            if (limit.Amount is < 1 or > 1000)
            {
                problems.Add($"{path}.amount", $"{limit.Amount} is out of range.", "Use 1 to 1000.");
            }
        }

        foreach (var step in LimitSteps.All.Where(s => !limits.Any(l => l.Step == s && l.FitsAll)))
        {
            problems.Add("limits", $"No row for the step {step} fits every appeal.", "Add one that leaves all columns at *.");
        }
    }
}

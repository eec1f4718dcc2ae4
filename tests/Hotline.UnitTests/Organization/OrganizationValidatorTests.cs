using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.UnitTests.Office;

public sealed class OrganizationValidatorTests
{
    private static readonly OrganizationData Good = OrganizationFile.Load().Data;

    public static TheoryData<string, OrganizationData> Wrong => new()
    {
        { "version", Good with { Version = "" } },
        { "fallback", Good with { Fallback = "urban" } },
        { "units[1].id", Good with { Units = [new("hotline", "甲", "city"), .. Good.Units] } },
        { "units", Good with { Units = [.. Good.Units.Where(u => u.Id != "hotline")] } },
        { "units[199].parent", AddUnit(new("new", "新单位", "unit", "absent")) },
        { "units[199].parent", AddUnit(new("new", "新单位", "unit")) },
        { "units[199].parent", AddUnit(new("new", "新单位", "unit", "new")) },
        { "units[199].parent", AddUnit(new("new", "新单位", "unit", "141102-housing")) },
        { "units[199].level", AddUnit(new("new", "新单位", "village", "hotline")) },
        { "units[199].id", AddUnit(new("New Unit", "新单位", "unit", "hotline")) },
        { "units[199].issuing", AddUnit(new("new", "新单位", "unit", "hotline", Issuing: true)) },
        { "units[199].division", AddUnit(new("new", "新站", "station", "hotline")) },
        { "units[199].division", AddUnit(new("new", "新站", "station", "hotline", "141102")) },
        { "units[199].division", AddUnit(new("new", "新镇", "unit", "station-141102", "141181100")) },
        { "units[199].function", AddUnit(new("new", "新局", "unit", "station-141102", Function: "housing")) },
        { "categories[2].code", Good with { Categories = [Good.Categories[1], .. Good.Categories] } },
        { "categories[73].parent", AddCategory(new("new", "新类", "absent", "help")) },
        { "categories[73].parent", AddCategory(new("new", "新类", "water-supply", "help")) },
        { "categories[73].nature", AddCategory(new("new", "新类", "utilities", "anger")) },
        { "categories[73].words[\"水\"]", AddCategory(new("new", "新类", "utilities", "help", new Dictionary<string, int> { ["水"] = 1 })) },
        { "categories[73].words[\"水管\"]", AddCategory(new("new", "新类", "utilities", "help", new Dictionary<string, int> { ["水管"] = 0 })) },
        { "categories[73]", AddCategory(new("new", "新大类")) },
        { "categories[73].proofs", AddCategory(new("new", "新类", "utilities", "help", Proofs: ["selfie"])) },
        { "categories[73].proofs", AddCategory(new("new", "新大类", Proofs: ["after"])) },
        { "natures[0].nature", Good with { Natures = [new("anger", new Dictionary<string, int>()), .. Good.Natures] } },
        { "dangerWords.119[0]", Good with { DangerWords = new Dictionary<string, IReadOnlyList<string>> { ["119"] = ["火"] } } },
        { "dangerWords.911", Good with { DangerWords = new Dictionary<string, IReadOnlyList<string>> { ["911"] = ["着火了"] } } },
        { "places[0].division", Good with { Places = [new("太原市", "140100"), .. Good.Places] } },
        { "places[1].name", Good with { Places = [Good.Places[0], .. Good.Places] } },
        { "routes[0].unit", Good with { Routes = [new("other", "none", "absent"), .. Good.Routes] } },
        { "routes[0].unit", Good with { Routes = [new("other", "none", "hotline"), .. Good.Routes] } },
        { "routes[0].function", Good with { Routes = [new("other", "*", Function: "absent"), .. Good.Routes] } },
        { "routes[0].function", Good with { Routes = [new("other", "none", Function: "housing"), .. Good.Routes] } },
        { "routes[0]", Good with { Routes = [new("other", "none"), .. Good.Routes] } },
        { "routes[0].category", Good with { Routes = [new("absent", "none", "city-housing"), .. Good.Routes] } },
        { "routes[0].division", Good with { Routes = [new("other", "149999", "city-housing"), .. Good.Routes] } },
        { $"users[{Good.Users.Count}].account", AddUser(Good.Users[0]) },
        { $"users[{Good.Users.Count}].roles", AddUser(new("new", "新员", ["mayor"], "hotline")) },
        { $"users[{Good.Users.Count}].roles", AddUser(new("new", "新员", [], "hotline")) },
        { $"users[{Good.Users.Count}].roles", AddUser(new("new", "新员", [Roles.Dispatcher], "station-141102")) },
        { $"users[{Good.Users.Count}].roles", AddUser(new("new", "新员", [Roles.StationDispatcher], "city-housing")) },
        { $"users[{Good.Users.Count}].roles", AddUser(new("new", "新员", [Roles.UnitHandler], "hotline")) },
        { $"users[{Good.Users.Count}].roles", AddUser(new("new", "新员", [Roles.UnitHead], "hotline")) },
        { $"users[{Good.Users.Count}].unit", AddUser(new("new", "新员", [Roles.UnitHandler], "absent")) },
        { "limits", Good with { Limits = [.. Good.Limits.Where(l => l.Step != LimitSteps.Review)] } },
        { "limits[46].step", AddLimit(new("think", 1, "days", "accepted", "x")) },
        { "limits[46].unit", AddLimit(new("accept", 1, "weeks", "accepted", "x", Urgency: "urgent")) },
        { "limits[46].from", AddLimit(new("accept", 1, "days", "later", "x", Urgency: "urgent")) },
        { "limits[46].amount", AddLimit(new("accept", 0, "days", "accepted", "x", Urgency: "urgent")) },
        { "limits[46].category", AddLimit(new("accept", 1, "days", "accepted", "x", Category: "absent")) },
        { "limits[46].level", AddLimit(new("accept", 1, "days", "accepted", "x", Level: "village")) },
        { "limits[3].step", Good with { Limits = [.. Good.Limits.Take(3), new("think", 1, "days", "accepted", "x"), .. Good.Limits.Skip(3)] } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Each_mistake_is_found_where_it_is_and_comes_with_a_remedy(string path, OrganizationData data)
    {
        var problems = OrganizationValidator.Validate(data);

        Assert.Contains(problems, p => p.Path == path);
        Assert.All(problems, p => Assert.False(string.IsNullOrWhiteSpace(p.Message) || string.IsNullOrWhiteSpace(p.Remedy)));
    }

    [Fact]
    public void The_good_file_has_no_problem() => Assert.Empty(OrganizationValidator.Validate(Good));

    [Fact]
    public void All_mistakes_are_reported_together()
    {
        var data = AddUnit(new("new", "新单位", "unit", "absent")) with
        {
            Fallback = "nothing",
            DangerWords = new Dictionary<string, IReadOnlyList<string>> { ["119"] = ["火"] },
            Users = [Good.Users[0], Good.Users[0]],
            Routes = [new("other", "none", "absent")],
            Limits = [],
        };

        var paths = OrganizationValidator.Validate(data).Select(p => p.Path).ToHashSet();

        Assert.Superset(new HashSet<string> { "units[199].parent", "fallback", "dangerWords.119[0]", "users[1].account", "routes[0].unit", "limits" }, paths);
        Assert.Equal(LimitSteps.All.Count, OrganizationValidator.Validate(data).Count(p => p.Path == "limits"));
    }

    [Fact]
    public void A_cycle_of_several_units_is_found_and_does_not_hang()
    {
        var data = Good with { Units = [.. Good.Units, new("a", "甲站", "station", "b", "149901"), new("b", "乙站", "station", "a", "149902"), new("c", "丙局", "unit", "a")] };

        Assert.Equal(2, OrganizationValidator.Validate(data).Count(p => p.Message.Contains("above itself", StringComparison.Ordinal)));
    }

    private static OrganizationData AddUnit(Unit unit) => Good with { Units = [.. Good.Units, unit] };

    private static OrganizationData AddCategory(Category category) => Good with { Categories = [.. Good.Categories, category] };

    private static OrganizationData AddUser(UserAccount user) => Good with { Users = [.. Good.Users, user] };

    private static OrganizationData AddLimit(TimeLimit limit) => Good with { Limits = [.. Good.Limits, limit] };
}

using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.UnitTests.Dispatching;

namespace Hotline.UnitTests.Office;

public sealed class SampleOrganizationTests
{
    private static readonly Organization Sample = OrganizationFile.Load();

    [Fact]
    public void The_sample_loads_when_no_path_is_configured() => Assert.Equal("lvliang-sample-1", Sample.Version);

    [Fact]
    public void Each_of_the_thirteen_counties_has_a_station_with_bureaus_and_townships()
    {
        var stations = Sample.Data.Units.Where(u => u.Level == UnitLevels.Station).ToList();

        Assert.Equal(13, stations.Count);
        Assert.All(stations, station =>
        {
            var below = Sample.Data.Units.Where(u => u.Parent == station.Id).ToList();
            Assert.InRange(below.Count(u => u.Function is not null), 8, 20);
            Assert.InRange(below.Count(u => u.Division?.Length == 9), 2, 3);
            Assert.Same(station, Sample.StationOf(station.Division + "100"));
        });
    }

    [Fact]
    public void Two_harmless_categories_are_switched_on_and_no_other() =>
        Assert.Equal(["street-lights", "sanitation"], Sample.Data.Categories.Where(c => c.Decide).Select(c => c.Code));

    [Fact]
    public void Every_role_has_somebody_for_practice() =>
        Assert.All(Roles.All, role => Assert.Contains(Sample.Data.Users, user => user.Roles.Contains(role)));

    [Fact]
    public void Every_category_leads_to_some_unit_in_every_county_and_in_none()
    {
        var rules = new DispatchRules(Sample);
        foreach (var category in Sample.Data.Categories.Where(c => c.Parent is not null && c.Code != Sample.Data.Fallback))
        {
            foreach (var division in Sample.Data.Units.Where(u => u.Level == UnitLevels.Station).Select(u => u.Division).Append(null))
            {
                var proposal = rules.Propose(Appeals.Of("x", "x") with { Category = category.Code, Place = new Place(Division: division) });
                Assert.True(proposal.Unit is not null, $"{category.Code} in {division ?? "no county"} leads nowhere.");
            }
        }
    }

    [Theory]
    [InlineData("家里着火了，有人昏迷", "119", "120")]
    [InlineData("有人跳楼", "110", "119")]
    [InlineData("路灯不亮")]
    public void A_text_names_the_numbers_for_its_dangers(string text, params string[] numbers) => Assert.Equal(numbers, Sample.EmergenciesIn(text));

    [Fact]
    public void A_danger_with_letters_is_heard_in_either_case_and_in_full_width()
    {
        var office = new Organization(Sample.Data with { DangerWords = new Dictionary<string, IReadOnlyList<string>> { ["119"] = ["LPG泄漏"], ["120"] = ["Ｏ２不足"] } }, Sample.Calendar);
        Assert.Equal(["119"], office.EmergenciesIn("楼下lpg泄漏了"));
        Assert.Equal(["120"], office.EmergenciesIn("病房ｏ２不足"));
        Assert.Equal(["119", "120"], office.EmergenciesIn("Lpg泄漏，Ｏ２不足"));
    }

    [Theory]
    [InlineData("141102-housing", "station-141102", true)]
    [InlineData("141102-housing", "hotline", true)]
    [InlineData("station-141102", "station-141102", true)]
    [InlineData("141102-housing", "station-141181", false)]
    [InlineData("nobody", "hotline", false)]
    public void Within_follows_the_tree(string unit, string ancestor, bool within) => Assert.Equal(within, Sample.IsWithin(unit, ancestor));

    [Theory]
    [InlineData("141102-housing", "station-141102")]
    [InlineData("station-141102", "station-141102")]
    [InlineData("city-housing", "city-housing")]
    [InlineData("hotline", null)]
    [InlineData("nobody", null)]
    public void The_hotline_dispatches_to_what_stands_directly_below_it(string unit, string? first) => Assert.Equal(first, Sample.FirstBelowHotline(unit)?.Id);
}

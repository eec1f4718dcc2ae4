using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;

namespace Hotline.UnitTests.Dispatching;

public sealed class DispatchRulesTests
{
    private static readonly DispatchRules Rules = new(Staff.Office);

    [Theory]
    [InlineData("离石区滨河街道路面坑洼，请修路", "road-repair", "141102", "141102-housing")]
    [InlineData("孝义市中阳楼街道垃圾没人清运，脏乱差", "sanitation", "141181", "141181-urban")]
    [InlineData("离石家里停水两天了", "water-supply", "141102", "city-water")]
    [InlineData("汾阳家里停水两天了", "water-supply", "141182", "141182-housing")]
    [InlineData("家里停水两天了", "water-supply", null, "city-water")]
    [InlineData("临县碛口镇停电", "power-supply", "141124", "city-power")]
    [InlineData("拖欠工资，包工头不发工资", "unpaid-wages", null, "city-labor")]
    [InlineData("柳林县工地拖欠工资", "unpaid-wages", "141125", "141125-labor")]
    [InlineData("文水县的税务窗口缴税太慢", "tax", "141121", "city-tax")]
    [InlineData("石楼县低保停发", "social-aid", "141126", "station-141126")]
    public void Place_and_category_lead_to_a_unit(string text, string category, string? division, string unit)
    {
        var proposal = Propose(text);

        Assert.Equal((category, division, unit), (proposal.Category, proposal.Division, proposal.Unit));
    }

    [Theory]
    [InlineData("文水县孝义镇", "141121")] // not the city of Xiaoyi
    [InlineData("孝义镇", "141121")]
    [InlineData("孝义", "141181")]
    [InlineData("中阳楼街道", "141181")] // not Zhongyang county
    [InlineData("中阳", "141129")]
    [InlineData("交口街道", "141102")] // of Lishi, not Jiaokou county
    [InlineData("龙凤大街与滨河路交口", null)] // a crossing, no place
    [InlineData("柳林县三交镇", "141125")]
    [InlineData("临县三交镇", "141124")]
    public void The_longest_name_of_a_place_wins(string place, string? division) => Assert.Equal(division, Propose($"{place}路灯不亮").Division);

    [Fact]
    public void The_place_filled_in_goes_before_the_text_and_a_code_before_both()
    {
        var appeal = Appeals.Of("路灯不亮", "从临县碛口镇回来发现路灯不亮");

        Assert.Equal("141124", Rules.Propose(appeal).Division);
        Assert.Equal("141182", Rules.Propose(appeal with { Place = new(Text: "汾阳市文峰街道") }).Division);
        Assert.Equal("141127", Rules.Propose(appeal with { Place = new(Text: "汾阳市文峰街道", Division: "141127101") }).Division);
        Assert.Equal("141182", Rules.Propose(appeal with { Place = new(Text: "汾阳市文峰街道", Division: "110101") }).Division);
    }

    [Fact]
    public void Every_decision_has_its_reason_in_words()
    {
        var proposal = Propose("投诉：离石区滨河街道小区物业公司乱收物业费");

        Assert.Equal(
            [
                "事项：“物业服务”，文中有“物业”2次、“物业费”、“物业公司”",
                "性质：“投诉”，文中有“投诉”",
                "地点：文中有“滨河街道”，属离石区",
                "承办：按派单规则由离石区住房和城乡建设局承办，经离石区12345工作站转派",
            ],
            proposal.Reasons);
        Assert.Equal("lvliang-sample-1", proposal.RuleVersion);
    }

    [Theory]
    [InlineData("小区燃气泄漏，快来人", "danger")]
    [InlineData("有人落水", "danger")]
    [InlineData("电梯困人了", "danger")]
    [InlineData("老小区停水", "urgent")]
    [InlineData("水费怎么交", "normal")]
    [InlineData("长期被困扰，噪音太大", "normal")]
    public void Words_of_danger_press(string text, string urgency) => Assert.Equal(urgency, Propose(text).Urgency);

    [Fact]
    public void What_the_citizen_chose_counts()
    {
        var appeal = Appeals.Of("一件事", "希望处理") with { Category = "affairs/culture-tourism", Nature = Natures.Suggestion };

        Assert.Equal(("culture-tourism", "suggestion"), (Rules.Propose(appeal).Category, Rules.Propose(appeal).Nature));
        Assert.Equal("other", Rules.Propose(appeal with { Category = "nonsense" }).Category);
        Assert.Equal("other", Rules.Propose(appeal with { Category = "urban" }).Category);
        Assert.NotEqual("anger", Rules.Propose(appeal with { Nature = "anger" }).Nature);
    }

    [Theory]
    [InlineData(2, "sanitation", 0.55)] // 2 × 5 against 3 × 4
    [InlineData(3, "street-lights", 0.56)] // 3 × 5 against 3 × 4
    [InlineData(10, "street-lights", 0.56)]
    public void A_word_said_ten_times_tells_no_more_than_one_said_three_times(int times, string category, double confidence)
    {
        var proposal = Propose(string.Concat(Enumerable.Repeat("路灯，", times)) + "公厕，公厕，公厕。");
        Assert.Equal((category, confidence), (proposal.Category, proposal.Confidence));
    }

    [Fact]
    public void Without_a_word_to_go_by_a_person_must_look()
    {
        var proposal = Propose("你好");

        Assert.Equal(("other", 0.0, null, false), (proposal.Category, proposal.Confidence, proposal.Unit, proposal.MayDecide));
        Assert.Contains(proposal.Reasons, r => r.Contains("人工判定", StringComparison.Ordinal));
    }

    [Fact]
    public void The_rules_decide_only_where_they_are_switched_on_and_sure_and_nobody_is_in_danger()
    {
        Assert.True(Propose("离石区滨河街道路灯不亮").MayDecide);
        Assert.False(Propose("离石区滨河街道停水").MayDecide); // not switched on
        Assert.False(Propose("离石区滨河街道路灯不亮，有人触电").MayDecide);
        Assert.False(Propose("离石区路灯不亮，物业公司不管，业委会也不管").MayDecide); // not sure
    }

    [Fact]
    public void What_is_written_to_a_leader_the_rules_do_not_decide_before_him()
    {
        var proposal = Rules.Propose(Appeals.Of("", "离石区滨河街道路灯不亮") with { Addressee = "市委书记" });

        Assert.False(proposal.MayDecide);
        Assert.Contains(proposal.Reasons, r => r.Contains("先请阅批", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_text_gives_the_same_proposal()
    {
        var appeal = Appeals.Of("停水", "离石区停水停电，供暖也不热，物业不管");
        var (first, second) = (Rules.Propose(appeal), new DispatchRules(OrganizationFile.Load()).Propose(appeal));

        Assert.Equal(first with { Reasons = [] }, second with { Reasons = first.Reasons } with { Reasons = [] });
        Assert.Equal(first.Reasons, second.Reasons);
    }

    [Fact]
    public void Latin_letters_are_found_in_either_case() => Assert.Equal("telecom", Propose("家里没有5g，宽带太慢").Category);

    [Fact]
    public void A_text_of_any_length_and_shape_is_taken() =>
        Assert.All(["", "\0\uFFFF\uD800", new string('停', 100_000), string.Concat(Enumerable.Repeat("停水", 50_000))], text => Propose(text));

    private static DispatchProposal Propose(string text) => Rules.Propose(Appeals.Of("", text));
}

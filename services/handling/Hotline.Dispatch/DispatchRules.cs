using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>
/// What the rules of the organization file make of an appeal: category and nature by the words in it, county by the longest place name,
/// unit by both. Pure, and the same for the same text and file; every decision comes with its reason.
/// </summary>
public sealed class DispatchRules
{
    /// <summary>What the citizen chose himself weighs like a word that settles it.</summary>
    private const int ChosenWeight = 5;

    /// <summary>Below this share of the words a person looks first, even where the category is switched on.</summary>
    private const double LeastConfidenceToDecide = 0.6;

    private readonly Organization _organization;
    private readonly WordTable _table;

    public DispatchRules(Organization organization)
    {
        _organization = organization;
        _table = new WordTable(organization.Data);
    }

    public DispatchProposal Propose(Appeal appeal)
    {
        var found = _table.Find(appeal);
        var reasons = new List<string>(6);
        var (category, confidence) = Category(appeal, found, reasons);
        var nature = Nature(appeal, found, category, reasons);
        var division = Division(appeal, found, reasons);
        var urgency = Urgency(found, category, reasons);
        var unit = Unit(category, division, reasons);
        var mayAnswer = MayAnswer(appeal, category, nature, urgency, confidence);
        var mayDecide = category.Decide && !mayAnswer && unit is not null && urgency != Urgencies.Danger && confidence >= LeastConfidenceToDecide && appeal.Addressee is null;
        if (appeal.Addressee is { } addressee)
        {
            reasons.Add($"阅批：写给“{addressee}”，先请阅批，不由规则自动派单");
        }

        if (mayAnswer)
        {
            reasons.Add($"“{category.Title}”已开通知识库自动答复，有明确对应的条目时由规则答复，没有的由人工办理");
        }

        if (mayDecide)
        {
            reasons.Add($"“{category.Title}”已开通自动派单，由规则直接受理并转派");
        }

        var county = division is null ? null : _organization.StationOf(division)?.Division;
        return new(nature, category.Code, urgency, confidence, mayDecide, _organization.Version, reasons, county, unit?.Id, mayAnswer);
    }

    /// <summary>Only what a text for everybody can answer: no leader addressed, nothing to keep in confidence, no file somebody would have to look at.</summary>
    private bool MayAnswer(Appeal appeal, Category category, string nature, string urgency, double confidence) =>
        category.Answer && nature == Natures.Consultation && urgency == Urgencies.Normal && confidence >= LeastConfidenceToDecide
        && appeal is { Addressee: null, Confidential: false, Attachments.Count: 0 } && _organization.EmergenciesIn($"{appeal.Title}\n{appeal.Text}").Count == 0;

    private (Category Category, double Confidence) Category(Appeal appeal, FoundWords found, List<string> reasons)
    {
        Category? best = null;
        int bestScore = 0, total = 0;
        var chosen = appeal.Category?[(appeal.Category.LastIndexOf('/') + 1)..];
        foreach (var category in _organization.Data.Categories)
        {
            var score = found.Score(category.Code) + (category.Code == chosen && category.Parent is not null ? ChosenWeight : 0);
            total += score;
            if (score > bestScore)
            {
                (best, bestScore) = (category, score);
            }
        }

        if (best is null)
        {
            var fallback = _organization.Category(_organization.Data.Fallback)!;
            reasons.Add($"事项：没有找到能判明事项的词，暂列“{fallback.Title}”，请人工判定");
            return (fallback, 0);
        }

        var words = found.Describe(best.Code);
        var because = best.Code != chosen ? $"文中有{words}" : words.Length == 0 ? "诉求人自选" : $"诉求人自选，文中有{words}";
        reasons.Add($"事项：“{best.Title}”，{because}");
        return (best, Math.Round((double)bestScore / total, 2));
    }

    private string Nature(Appeal appeal, FoundWords found, Category category, List<string> reasons)
    {
        if (appeal.Nature is not null && Natures.Titles.TryGetValue(appeal.Nature, out var chosen))
        {
            reasons.Add($"性质：“{chosen}”，诉求人自选");
            return appeal.Nature;
        }

        var best = _organization.Data.Natures.Select(n => (n.Nature, Score: found.Score(WordTable.NaturePrefix + n.Nature))).MaxBy(n => n.Score);
        if (best.Score > 0)
        {
            reasons.Add($"性质：“{Natures.Titles[best.Nature]}”，文中有{found.Describe(WordTable.NaturePrefix + best.Nature)}");
            return best.Nature;
        }

        reasons.Add($"性质：“{Natures.Titles[category.Nature!]}”，为“{category.Title}”的默认性质");
        return category.Nature!;
    }

    private string? Division(Appeal appeal, FoundWords found, List<string> reasons)
    {
        if (appeal.Place?.Division is { } told && _organization.StationOf(told) is { } toldStation)
        {
            reasons.Add($"地点：诉求自带区划代码{told}，属{Short(toldStation)}");
            return told;
        }

        if (found.LongestPlace() is not { } place)
        {
            reasons.Add("地点：没有找到县市区或乡镇名称，按全市事项处理");
            return null;
        }

        reasons.Add($"地点：{(place.InPlaceText ? "所填地址" : "文中")}有“{place.Name.Name}”，属{Short(_organization.StationOf(place.Name.Division)!)}");
        return place.Name.Division;

        static string Short(Unit station) => station.Name.Replace("12345工作站", "", StringComparison.Ordinal);
    }

    private static string Urgency(FoundWords found, Category category, List<string> reasons)
    {
        foreach (var (target, urgency, words) in new[]
        {
            (WordTable.Danger, Urgencies.Danger, "涉及人身安全，按险情处理"),
            (WordTable.UrgentPrefix + category.Code, Urgencies.Urgent, "按紧急事项处理"),
        })
        {
            if (found.Score(target) > 0)
            {
                reasons.Add($"紧急程度：文中有{found.Describe(target)}，{words}");
                return urgency;
            }
        }

        return Urgencies.Normal;
    }

    private Unit? Unit(Category category, string? division, List<string> reasons)
    {
        var station = division is null ? null : _organization.StationOf(division);
        var rule = Routing.Find(_organization.Data.Routes, category, station is null ? null : division);
        var unit = rule switch
        {
            { Unit: { } id } => _organization.Unit(id),
            { Function: { } function } => _organization.ByFunction(station!.Id, function) ?? station,
            _ => station,
        };
        reasons.Add((rule, unit) switch
        {
            (_, null) => $"承办：没有“{category.Title}”的派单规则，请人工指定承办单位",
            (null, _) => $"承办：没有“{category.Title}”的派单规则，交{unit.Name}研判",
            _ when unit == station => $"承办：县级没有对应单位，由{unit.Name}承办",
            _ when unit.Parent == Hosting.Unit.Hotline => $"承办：按派单规则由{unit.Name}承办",
            _ => $"承办：按派单规则由{unit.Name}承办，经{_organization.FirstBelowHotline(unit.Id)?.Name}转派",
        });
        return unit;
    }
}

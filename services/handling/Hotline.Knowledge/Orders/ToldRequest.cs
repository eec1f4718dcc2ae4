using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Knowledge.Articles;

namespace Hotline.Knowledge.Orders;

/// <summary>Who is to be told what holds now.</summary>
/// <param name="Version">What they are to be told: the version that is published.</param>
/// <param name="All">True for everybody told an older version, but those who took their appeal back 撤诉; a page of them with each request.</param>
/// <param name="Numbers">These, also where they took it back; instead of <paramref name="All"/>.</param>
/// <param name="After">Of the page before, for all; 0 for the first.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ToldRequest(int? Version = null, bool? All = null, IReadOnlyList<string?>? Numbers = null, long After = 0)
{
    private const int MostNumbers = 200;

    internal IReadOnlyList<FieldError> Check(ArticleVersion published)
    {
        var errors = new List<FieldError>();
        if (Version != published.Number)
        {
            errors.Add(new("version", $"现行的是第{published.Number}版，请核对后填写 {published.Number}。"));
        }

        if ((All == true) == Numbers is not null)
        {
            errors.Add(new("numbers", "请填写要告知的诉求编号；要告知全部的，不填编号，all 填 true。"));
        }
        else if (Numbers is not (null or { Count: >= 1 and <= MostNumbers }) || Numbers?.All(number => number is not null && AppealNumber.IsValid(number)) == false)
        {
            errors.Add(new("numbers", $"请填写1到{MostNumbers}个诉求编号。"));
        }

        if (After < 0)
        {
            errors.Add(new("after", "请填写上一页返回的 next；第一页不填。"));
        }

        return errors;
    }
}

/// <summary>What became of one of them.</summary>
/// <param name="Reason">Why he is not told; null when he is.</param>
public sealed record RecalledLine(string Number, string? Reason = null);

/// <summary>What became of each.</summary>
/// <param name="Recalled">How many will be told.</param>
/// <param name="Next">What to pass as <c>after</c> for the rest of all; null at the end.</param>
public sealed record RecallResult(int Recalled, IReadOnlyList<RecalledLine> Items, long? Next);

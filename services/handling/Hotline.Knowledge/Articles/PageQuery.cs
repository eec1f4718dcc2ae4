using Hotline.Hosting;

namespace Hotline.Knowledge.Articles;

/// <summary>The checks that lists and searches share.</summary>
internal static class PageQuery
{
    public const int UsualLimit = 20;
    public const int MostLimit = 200;
    public const int MostHits = 50;
    private const int MostOfQuestion = 500;
    private const int MostOfRegion = 12;

    public static List<FieldError> Check(long after, int limit, string? region = null, int most = MostLimit)
    {
        var errors = new List<FieldError>();
        if (after < 0)
        {
            errors.Add(new("after", "请填写上一页返回的 next；第一页不填。"));
        }

        if (limit < 1 || limit > most)
        {
            errors.Add(new("limit", $"请填写1到{most}。"));
        }

        if (region is not null && (region.Length is < 2 or > MostOfRegion || region.Any(c => !char.IsAsciiDigit(c))))
        {
            errors.Add(new("region", "请填写区划代码，例如 141102。"));
        }

        return errors;
    }

    public static List<FieldError> CheckSearch(string? question, string? region, int limit)
    {
        var errors = Check(0, limit, region, MostHits);
        if (string.IsNullOrWhiteSpace(question) || question.Length > MostOfQuestion)
        {
            errors.Add(new("q", $"请填写要查的内容，不超过{MostOfQuestion}字。"));
        }

        return errors;
    }
}

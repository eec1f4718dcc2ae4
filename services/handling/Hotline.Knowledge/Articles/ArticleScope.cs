using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Knowledge.Articles;

/// <summary>Who may see and do what with articles. The hotline sees all; a unit its own, a station those of its units.</summary>
public static class ArticleScope
{
    private static readonly string[] HotlineRoles = [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.Auditor];

    public static bool SeesAll(StaffUser user) => user.Roles.Overlaps(HotlineRoles);

    /// <summary>Whether he may see drafts and internal texts of this unit.</summary>
    public static bool MaySee(StaffUser user, string unit, Organization organization) => SeesAll(user) || IsHis(user, unit, organization);

    /// <summary>Whether he may see an article whole: it is, or was published as, one of a unit of his.</summary>
    public static bool MaySee(StaffUser user, Article article, Organization organization) =>
        MaySee(user, article.Latest.Content.Unit, organization) || (article.Published is { } published && MaySee(user, published.Content.Unit, organization));

    /// <summary>Acceptors keep the knowledge base and agents propose for any unit; units write for themselves.</summary>
    public static bool MayWrite(StaffUser user, string unit, Organization organization) =>
        user.Roles.Contains(Roles.Acceptor) || user.Roles.Contains(Roles.Agent) || IsHis(user, unit, organization);

    /// <summary>Whether he may approve, refuse or withdraw articles of this unit; that he wrote none of it is asked besides.</summary>
    public static bool MayReview(StaffUser user, string unit, Organization organization) =>
        user.Roles.Contains(Roles.Acceptor) || (user.Roles.Contains(Roles.StationDispatcher) && organization.IsWithin(unit, user.Unit));

    private static bool IsHis(StaffUser user, string unit, Organization organization) =>
        (user.Roles.Contains(Roles.UnitHandler) && unit == user.Unit) || (user.Roles.Contains(Roles.StationDispatcher) && organization.IsWithin(unit, user.Unit));
}

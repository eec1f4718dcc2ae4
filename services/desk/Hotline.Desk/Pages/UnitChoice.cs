using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>Units in a field one searches in: shown as name and code, taken by either.</summary>
internal static class UnitChoice
{
    public static IEnumerable<string> Below(Organization organization, string parent) =>
        organization.Data.Units.Where(unit => unit.Parent == parent).Select(unit => TextOf(organization, unit.Id));

    public static IEnumerable<string> All(Organization organization) =>
        organization.Data.Units.Where(static unit => unit.Parent is not null).Select(unit => TextOf(organization, unit.Id));

    public static string TextOf(Organization organization, string? unit) => unit is null ? "" : $"{organization.NameOf(unit)} {unit}";

    /// <summary>The code of what was chosen or typed; the text itself where it is no unit, for the service to refuse.</summary>
    public static string IdOf(Organization organization, string text) =>
        organization.Unit(text) is { } byCode ? byCode.Id
        : text.LastIndexOf(' ') is var space and > 0 && organization.Unit(text[(space + 1)..]) is { } chosen ? chosen.Id
        : organization.Data.Units.Where(unit => unit.Name == text).ToList() is [var named] ? named.Id
        : text;
}

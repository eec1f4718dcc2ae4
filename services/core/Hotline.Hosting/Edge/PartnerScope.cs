using Hotline.Contracts;

namespace Hotline.Hosting;

/// <summary>
/// Which cases a partner 合作单位 may see: those he handed in himself, and those that are with the unit he stands for. Each service asks it of what it knows
/// itself, so that no part of a case file rests on another's word. Pure.
/// </summary>
public static class PartnerScope
{
    /// <summary>Whether he handed it in: sources are named within the partners' channel, and another channel may have one of the same name.</summary>
    public static bool HandedIn(StaffUser partner, string? channel, string? source) =>
        partner.Source is { Length: > 0 } own && channel == Channels.Partner.Name && source == own;

    /// <param name="units">The units that have or had it, without those that gave it back.</param>
    public static bool MaySee(StaffUser partner, string? channel, string? source, IEnumerable<string> units) =>
        HandedIn(partner, channel, source) || (partner.Unit.Length > 0 && units.Contains(partner.Unit));
}

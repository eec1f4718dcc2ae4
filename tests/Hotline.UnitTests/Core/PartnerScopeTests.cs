using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.UnitTests.Core;

/// <summary>Whose case it is: by the source within the partners' channel, or by the unit that has it.</summary>
public sealed class PartnerScopeTests
{
    [Theory]
    [InlineData("省平台", "", "partner", "省平台", "", true)]
    [InlineData("省平台", "", "partner", "合作媒体", "", false)]
    [InlineData("省平台", "", "portal", "省平台", "", false)] // another channel's source of the same name
    [InlineData("", "", "partner", "", "", false)]
    [InlineData(null, "", "partner", null, "", false)]
    [InlineData(null, "", null, null, "", false)]
    [InlineData(null, "city-police", "phone", null, "city-police", true)]
    [InlineData(null, "city-police", "phone", null, "city-heat", false)]
    [InlineData(null, "", "phone", null, "", false)] // a unit of no name is none
    public void A_partner_sees_his_own(string? source, string unit, string? channel, string? appealSource, string units, bool sees) => Assert.Equal(
        sees, PartnerScope.MaySee(new StaffUser("partner:x", new HashSet<string> { Roles.Partner }, unit) { Source = source }, channel, appealSource, units.Split(',')));
}

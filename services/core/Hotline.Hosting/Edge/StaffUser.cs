using System.Security.Claims;

namespace Hotline.Hosting;

/// <summary>Who of the staff is asking; or, where a role of <see cref="Contracts.Roles.Partners"/> says so, which partner.</summary>
/// <param name="Account">Of the organization file; a partner's begins with <see cref="PartnerPrefix"/>, which no account of the staff can.</param>
/// <param name="Roles">Of <see cref="Contracts.Roles"/>.</param>
/// <param name="Unit">The unit he works for: the hotline itself, a station or a handling unit.</param>
public sealed record StaffUser(string Account, IReadOnlySet<string> Roles, string Unit)
{
    public const string UnitClaim = "unit";
    public const string SourceClaim = "source";
    public const string PartnerPrefix = "partner:";

    /// <summary>A partner's source: what he handed in bears it. Null for the staff, and for a partner who hands nothing in.</summary>
    public string? Source { get; init; }

    /// <exception cref="InvalidOperationException">Nobody is signed in: the route forgot its rule.</exception>
    public static StaffUser Of(ClaimsPrincipal user) => new(
        user.Identity is { IsAuthenticated: true, Name: { } account } ? account : throw new InvalidOperationException("Nobody is signed in."),
        user.FindAll(ClaimTypes.Role).Select(claim => claim.Value).ToHashSet(),
        user.FindFirstValue(UnitClaim) ?? "")
    { Source = user.FindFirstValue(SourceClaim) };

    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.Name, Account));
        identity.AddClaim(new Claim(UnitClaim, Unit));
        identity.AddClaims(Roles.Select(role => new Claim(ClaimTypes.Role, role)));
        if (Source is not null)
        {
            identity.AddClaim(new Claim(SourceClaim, Source));
        }

        return new ClaimsPrincipal(identity);
    }
}

using System.Security.Claims;

namespace Hotline.Hosting;

/// <summary>Who of the staff is asking.</summary>
/// <param name="Account">Of the organization file.</param>
/// <param name="Roles">Of <see cref="Contracts.Roles"/>.</param>
/// <param name="Unit">The unit he works for: the hotline itself, a station or a handling unit.</param>
public sealed record StaffUser(string Account, IReadOnlySet<string> Roles, string Unit)
{
    public const string UnitClaim = "unit";

    /// <exception cref="InvalidOperationException">Nobody is signed in: the route forgot its rule.</exception>
    public static StaffUser Of(ClaimsPrincipal user) => new(
        user.Identity is { IsAuthenticated: true, Name: { } account } ? account : throw new InvalidOperationException("Nobody is signed in."),
        user.FindAll(ClaimTypes.Role).Select(claim => claim.Value).ToHashSet(),
        user.FindFirstValue(UnitClaim) ?? "");

    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.Name, Account));
        identity.AddClaim(new Claim(UnitClaim, Unit));
        identity.AddClaims(Roles.Select(role => new Claim(ClaimTypes.Role, role)));
        return new ClaimsPrincipal(identity);
    }
}

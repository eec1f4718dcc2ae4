using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>
/// Who of the staff asks: by ASP.NET Core's bearer token at a direct edge, by the gateway's word behind one. A token names the account
/// only; roles and unit come from the organization file at each request, so that a change takes effect at once.
/// </summary>
internal static class StaffAuthentication
{
    private const string EdgeScheme = "Edge";

    public static void AddStaffAuthentication(this IServiceCollection services, EdgeKind edge, string keyFolder)
    {
        var tokenKeys = new DirectoryInfo(Path.Combine(keyFolder, "tokens"));
        if (OperatingSystem.IsWindows())
        {
            tokenKeys.Create();
        }
        else
        {
            Directory.CreateDirectory(tokenKeys.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        services.AddDataProtection().SetApplicationName("hotline").PersistKeysToFileSystem(tokenKeys);
        var authentication = services.AddAuthentication(edge == EdgeKind.Direct ? BearerTokenDefaults.AuthenticationScheme : EdgeScheme);
        if (edge == EdgeKind.Direct)
        {
            authentication.AddBearerToken(options => options.BearerTokenExpiration = TimeSpan.FromHours(8));
            services.AddSingleton<IClaimsTransformation, RolesOfToday>();
        }
        else
        {
            authentication.AddScheme<AuthenticationSchemeOptions, EdgeAuthentication>(EdgeScheme, null);
        }
    }

    /// <summary>A bearer token for an account.</summary>
    public static string Mint(IServiceProvider services, string account, TimeSpan life)
    {
        var options = services.GetRequiredService<IOptionsMonitor<BearerTokenOptions>>().Get(BearerTokenDefaults.AuthenticationScheme);
        var identity = new ClaimsIdentity(BearerTokenDefaults.AuthenticationScheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.Name, account));
        var ticket = new AuthenticationTicket(
            new ClaimsPrincipal(identity),
            new AuthenticationProperties { ExpiresUtc = services.GetRequiredService<TimeProvider>().GetUtcNow() + life },
            $"{BearerTokenDefaults.AuthenticationScheme}:AccessToken");
        return options.BearerTokenProtector.Protect(ticket);
    }

    private sealed class RolesOfToday(Organization organization) : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            var user = principal.Identity is { IsAuthenticated: true, Name: { } account } ? organization.User(account) : null;
            return Task.FromResult(user is null
                ? new ClaimsPrincipal(new ClaimsIdentity()) // an account that is no longer in the file is nobody
                : new StaffUser(user.Account, user.Roles.ToHashSet(), user.Unit).ToPrincipal(BearerTokenDefaults.AuthenticationScheme));
        }
    }

    private sealed class EdgeAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Context.Features.Get<EdgeFeature>()?.User is { } user
                ? AuthenticateResult.Success(new AuthenticationTicket(user.ToPrincipal(EdgeScheme), EdgeScheme))
                : AuthenticateResult.NoResult());
    }
}

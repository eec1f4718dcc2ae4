using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>
/// Who of the staff asks: by ASP.NET Core's bearer token at a direct edge, for pages by the session in their cookie, by the gateway's word behind one.
/// A token names the account only; roles and unit come from the organization file at each request, so that a change takes effect at once.
/// </summary>
public static class StaffAuthentication
{
    /// <summary>The one scheme, whichever edge this is. It is nobody's default: only routes for the staff ask who it is.</summary>
    public const string Scheme = "Staff";

    /// <summary>The rule of a route: somebody of the staff, or a partner the partner gateway vouches for, with one of <paramref name="roles"/>, of <see cref="Contracts.Roles"/>.</summary>
    public static TBuilder RequireStaff<TBuilder>(this TBuilder route, params string[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        route.RequireAuthorization(policy => policy.AddAuthenticationSchemes(Scheme).RequireRole(roles));

    /// <summary>Who of the staff asks; null for everybody else. For the gateway, which passes all requests on.</summary>
    public static ValueTask<StaffUser?> StaffUserAsync(this HttpContext http) =>
        http.Request.Headers is { Authorization.Count: 0, Cookie.Count: 0 } ? default : AuthenticatedAsync(http); // most requests are citizens'

    private static async ValueTask<StaffUser?> AuthenticatedAsync(HttpContext http) =>
        await http.AuthenticateAsync(Scheme) is { Succeeded: true, Principal: { Identity.IsAuthenticated: true } user } ? StaffUser.Of(user) : null;

    /// <summary>
    /// Holds routes to their rules. There is no default scheme, so nobody is authenticated but by a rule, and a route open to everybody goes past:
    /// by the framework's own two steps each appeal would pay near a kilobyte for nothing.
    /// </summary>
    internal static void Use(IApplicationBuilder application)
    {
        foreach (var step in (ReadOnlySpan<string>)["__AuthenticationMiddlewareSet", "__AuthorizationMiddlewareSet"])
        {
            application.Properties[step] = true; // else WebApplication puts its own in front; under other names it would, and all stays as safe
        }

        application.UseWhen(
            static http => http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null,
            static guarded => guarded.UseAuthorization());
    }

    internal static void AddStaffAuthentication(this IServiceCollection services, EdgeKind edge, string keyFolder)
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
        services.AddSingleton<StaffTokens>();
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true); // else a lone scheme runs for citizens' requests too
        var authentication = services.AddAuthentication();
        if (edge == EdgeKind.Direct)
        {
            authentication.AddBearerToken(Scheme, options => options.Events.OnMessageReceived = ReadSessionAsync);
            services.AddOptions<BearerTokenOptions>(Scheme).PostConfigure<StaffTokens>((options, tokens) => options.BearerTokenProtector = tokens.Bearers);
            services.AddSingleton<IClaimsTransformation, RolesOfToday>();
        }
        else
        {
            authentication.AddScheme<AuthenticationSchemeOptions, EdgeAuthentication>(Scheme, null);
        }
    }

    /// <summary>A page's request has no header to carry a token, and whoever sends one asks by it.</summary>
    private static Task ReadSessionAsync(MessageReceivedContext context)
    {
        var tokens = context.HttpContext.RequestServices.GetRequiredService<StaffTokens>();
        if (context.Request.Headers.Authorization.Count == 0 && tokens.ReadSession(context.HttpContext) is { } session)
        {
            var identity = new ClaimsIdentity(Scheme, ClaimTypes.Name, ClaimTypes.Role);
            identity.AddClaim(new Claim(ClaimTypes.Name, session.Account));
            context.Principal = new ClaimsPrincipal(identity);
            context.Success();
        }

        return Task.CompletedTask;
    }

    private sealed class RolesOfToday(Organization organization) : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            var user = principal.Identity is { IsAuthenticated: true, Name: { } account } ? organization.User(account) : null;
            return Task.FromResult(user is null
                ? new ClaimsPrincipal(new ClaimsIdentity()) // an account that is no longer in the file is nobody
                : new StaffUser(user.Account, user.Roles.ToHashSet(), user.Unit).ToPrincipal(Scheme));
        }
    }

    private sealed class EdgeAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Context.Features.Get<EdgeFeature>()?.User is { } user
                ? AuthenticateResult.Success(new AuthenticationTicket(user.ToPrincipal(StaffAuthentication.Scheme), StaffAuthentication.Scheme))
                : AuthenticateResult.NoResult());
    }
}

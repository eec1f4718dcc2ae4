using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Hosting;

/// <summary>An elliptic-curve public key (RFC 7517), P-256 only.</summary>
public sealed record Jwk(string? Kty, string? Crv, string? X, string? Y);

/// <summary>A device asks for a token for the key it proves.</summary>
public sealed record DeviceRegistration(Jwk? Jwk);

/// <summary>RFC 6749 token answer with <c>token_type</c> DPoP (RFC 9449).</summary>
public sealed record DeviceToken(
    [property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("token_type")] string TokenType, [property: JsonPropertyName("expires_in")] int ExpiresIn);

/// <summary>The rule of a route whose handler checks token and proof of a device.</summary>
public sealed class ProvenByDevice;

/// <summary>Registers devices with a channel, and groups the routes that devices prove themselves.</summary>
public static class DeviceDesk
{
    private const int LargestRegistration = 4096;

    /// <summary>Maps the registration of devices, and gives the group of the channel's routes for them.</summary>
    public static DeviceRoutes MapDevices(this IEndpointRouteBuilder channel, ServiceDescription service)
    {
        // These requests prove their device themselves: a DPoP proof is for one request and its path, so no earlier layer can check it.
        var routes = new DeviceRoutes(channel.MapGroup("").AllowAnonymous().WithMetadata(new ProvenByDevice()), service);
        var devices = channel.ServiceProvider.GetRequiredKeyedService<DeviceTokens>(service.Name);
        routes.Post("/devices", http => RegisterAsync(http, devices));
        return routes;
    }

    /// <summary>The answer to a request whose device did not prove itself.</summary>
    public static ProblemHttpResult Refuse(HttpContext http, DeviceCheck check)
    {
        http.Response.Headers.WWWAuthenticate = $"DPoP error=\"{check.Error}\", algs=\"ES256\"";
        return Problems.Of(StatusCodes.Status401Unauthorized, "设备没有通过验证。", check.Reason!);
    }

    private static async Task<IResult> RegisterAsync(HttpContext http, DeviceTokens devices)
    {
        var check = devices.CheckRegistration(http.Request);
        if (check.Device is null)
        {
            return Refuse(http, check);
        }

        using var body = await RequestBytes.ReadAsync(http.Request, LargestRegistration, http.RequestAborted);
        var registration = SubmissionJson.Parse(body.Content.Span, DeviceJson.Default.DeviceRegistration, out var error);
        var key = registration?.Jwk is { } jwk ? DeviceKey.From(jwk.Kty, jwk.Crv, jwk.X, jwk.Y) : null;
        return error is { } field ? Problems.Invalid(field)
            : key is null ? Problems.Invalid(new FieldError("jwk", "应为 P-256 公钥：kty=EC、crv=P-256、x、y。"))
            : key.Thumbprint != check.Device ? Problems.Invalid(new FieldError("jwk", "与 DPoP 证明中的公钥不是同一把。"))
            : TypedResults.Json(new DeviceToken(devices.Issue(key.Thumbprint), "DPoP", (int)devices.Life.TotalSeconds), DeviceJson.Default.DeviceToken, statusCode: StatusCodes.Status201Created);
    }
}

/// <summary>A channel's routes for devices. Nothing is bound from a request but what its handler reads itself, so a plain delegate does.</summary>
public sealed class DeviceRoutes(IEndpointRouteBuilder routes, ServiceDescription service)
{
    /// <summary>A route by which a citizen hands something in.</summary>
    public void Submit(string path, Func<HttpContext, Task<IResult>> receive) => Post(path, receive).CountsEntries(service);

    public IEndpointConventionBuilder Post(string path, Func<HttpContext, Task<IResult>> receive) => routes.MapPost(path, async http => await (await receive(http)).ExecuteAsync(http));

    public void Get(string path, Func<HttpContext, Task<IResult>> answer) => routes.MapGet(path, async http => await (await answer(http)).ExecuteAsync(http));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DeviceRegistration))]
[JsonSerializable(typeof(DeviceToken))]
internal sealed partial class DeviceJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Hotline.Hosting;

/// <summary>The JOSE header of a proof. A private key in it (<c>d</c>) makes the proof worthless, so it is looked for.</summary>
internal sealed record DpopHeader(string? Typ, string? Alg, DpopJwk? Jwk);

internal sealed record DpopJwk(string? Kty, string? Crv, string? X, string? Y, string? D);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(DpopHeader))]
internal sealed partial class DpopJson : JsonSerializerContext;

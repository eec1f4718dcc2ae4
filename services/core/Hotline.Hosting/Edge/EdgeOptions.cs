using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>Who stands at the edge of this process.</summary>
public enum EdgeKind
{
    /// <summary>This process is the front door: it authenticates, limits, caps and sets headers itself.</summary>
    Direct,

    /// <summary>A gateway is: only requests with its signed token are let in.</summary>
    Gateway,
}

/// <summary>The edge's limits; keys <c>Hotline:Limits:…</c>.</summary>
public sealed class EdgeLimits : IValidatableObject
{
    public const string Section = "Hotline:Limits";

    /// <summary>Requests of one service in work at once, 1–100,000. Beyond it that service answers 503 and the others do not notice.</summary>
    [Range(1, 100_000)]
    public int ConcurrentPerService { get; set; } = 512;

    /// <summary>Requests a second of one client address, averaged over ten seconds; 0 for no limit. Many phones share one address behind their carrier.</summary>
    [Range(0, 1_000_000)]
    public int PerClientPerSecond { get; set; } = 100;

    /// <summary>The largest request body, bytes.</summary>
    [Range(1024, 1_073_741_824)]
    public long BodyBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// Scheme and authority under which citizens reach this edge, <c>https://12345.example.gov.cn</c>: proofs made for another host are then refused.
    /// What each request says of itself when null, which is for practice.
    /// </summary>
    [RegularExpression("^https?://[a-z0-9.:-]+$")]
    public string? PublicOrigin { get; set; }

    /// <summary>
    /// Networks of the proxies before this edge, <c>10.0.3.0/24</c>: the client is whom they name in <c>X-Forwarded-For</c>, and the scheme theirs of
    /// <c>X-Forwarded-Proto</c>. Behind a proxy that is not named here all citizens are one client to the limits. None when empty.
    /// </summary>
    public IList<string> TrustedProxies { get; init; } = [];

    /// <summary>Connections at once, 1–1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int Connections { get; set; } = 20_000;

    /// <summary>How long a connection may stay open with no request on it, 5–600 seconds. Services behind a gateway keep its connections longer than it does, 60.</summary>
    [Range(5, 600)]
    public int IdleSeconds { get; set; } = 75;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        TrustedProxies.Where(static network => !IPNetwork.TryParse(network, out _)).Select(static network =>
            new ValidationResult($"{Section}:TrustedProxies: {network} is no network; write it as 10.0.3.0/24, a single address as 10.0.3.7/32.", [nameof(TrustedProxies)]));
}

[OptionsValidator]
public sealed partial class EdgeLimitsValidator : IValidateOptions<EdgeLimits>;

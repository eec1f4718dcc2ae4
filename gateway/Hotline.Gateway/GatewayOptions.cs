using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Gateway;

/// <summary>
/// The gateway's own settings; keys <c>Hotline:Gateway:…</c>. Beside them, under a service's name, where that service listens:
/// <c>Hotline:Gateway:intake-app=http://a:12351,http://b:12351</c>; its place on loopback when there is none.
/// </summary>
public sealed class GatewayOptions
{
    public const string Section = "Hotline:Gateway";

    /// <summary>
    /// How long a request waits for a channel that is not listening, 0–60 seconds: a restart is over in less, and a platform that pushes does not
    /// always try again. Nothing of such a request was sent, so none is done twice.
    /// </summary>
    [Range(0, 60)]
    public int PatienceSeconds { get; set; } = 15;

    /// <summary>After so long without a byte in either direction the service counts as stalled, 20–600 seconds: streams give a sign of life every 15.</summary>
    [Range(20, 600)]
    public int StalledSeconds { get; set; } = 60;

    /// <summary>The longest that a request may take, a file over a slow line included, 5–3600 seconds; streams have no limit. One that stalls ends long before.</summary>
    [Range(5, 3600)]
    public int LongestSeconds { get; set; } = 600;
}

[OptionsValidator]
public sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>;

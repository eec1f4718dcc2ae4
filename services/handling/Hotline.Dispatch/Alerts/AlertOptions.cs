using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Dispatch.Alerts;

/// <summary>How an alert reaches people.</summary>
public sealed class AlertOptions
{
    public const string Section = "Hotline:Dispatch:Alerts";

    /// <summary>Seconds until an alert nobody took up is shown as overdue to all, 10–3600.</summary>
    [Range(10, 3600)]
    public int EscalateSeconds { get; set; } = 120;

    /// <summary>Where the office's own alarm (a duty phone's gateway, a text message service) takes alerts by POST; null for none. The body holds number, channel,
    /// time and the emergency numbers: nothing of the citizen's.</summary>
    public Uri? CallUrl { get; set; }
}

[OptionsValidator]
public sealed partial class AlertOptionsValidator : IValidateOptions<AlertOptions>;

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Dispatch.Alerts;

/// <summary>How an alert reaches people.</summary>
public sealed class AlertOptions : IValidatableObject
{
    public const string Section = "Hotline:Dispatch:Alerts";

    /// <summary>Seconds until an alert nobody took up is shown as overdue to all, 10–3600.</summary>
    [Range(10, 3600)]
    public int EscalateSeconds { get; set; } = 120;

    /// <summary>Where the office's own alarm (a duty phone's gateway, a text message service) takes alerts by POST; null for none. The body holds number, channel,
    /// time and the emergency numbers: nothing of the citizen's.</summary>
    public Uri? CallUrl { get; set; }

    /// <summary>An address that cannot be called is found at start, not at the first danger.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CallUrl is { } url && !(url is { IsAbsoluteUri: true, Scheme: "http" or "https" }))
        {
            yield return new($"{Section}:CallUrl must be an absolute http or https address.");
        }
    }
}

[OptionsValidator]
public sealed partial class AlertOptionsValidator : IValidateOptions<AlertOptions>;

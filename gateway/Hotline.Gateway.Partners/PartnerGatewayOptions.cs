using System.ComponentModel.DataAnnotations;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Gateway.Partners;

/// <summary>
/// The partner gateway's settings; keys <c>Hotline:PartnerGateway:…</c>. Where the services listen stands under <c>Hotline:Gateway:SERVICE</c>, as for the
/// citizens' gateway, and so do the limits of every edge under <c>Hotline:Limits</c>.
/// </summary>
public sealed class PartnerGatewayOptions : IValidatableObject
{
    public const string Section = "Hotline:PartnerGateway";

    /// <summary>The partners. One without a key stays closed and says so.</summary>
    [ValidateEnumeratedItems]
    public IList<GatewayPartnerOptions> Partners { get; } = [];

    /// <summary>After so long a part of a case file counts as away and the file comes without it, 1–30 seconds.</summary>
    [Range(1, 30)]
    public int PartSeconds { get; set; } = 3;

    /// <summary>The longest that handing in may take, files over a slow line included, 5–3600 seconds.</summary>
    [Range(5, 3600)]
    public int LongestSeconds { get; set; } = 600;

    /// <summary>Name, key and source each stand for one partner: by the name he goes on record, by the key he is known, by the source his cases are found.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Twice("name", partner => partner.Name).Concat(Twice("key", partner => partner.Key, told: false)).Concat(Twice("source", partner => partner.Source))
            .Concat(Partners.Where(static partner => partner is { Source: null or "", Unit: null or "" } && partner.Rights.Any(static right => right != PartnerRights.Submit))
                .Select(static partner => new ValidationResult($"{Section}:Partners: {partner.Name} has neither Source nor Unit, so no case would be his. Say which.")));

    private IEnumerable<ValidationResult> Twice(string what, Func<GatewayPartnerOptions, string?> of, bool told = true) => Partners
        .GroupBy(of)
        .Where(static group => group.Key is { Length: > 0 } && group.Count() > 1)
        .Select(group => new ValidationResult($"{Section}:Partners has two with the {what} {(told ? group.Key : $"of {group.First().Name}")}."));
}

/// <summary>What a partner may do.</summary>
public static class PartnerRights
{
    /// <summary>Hand appeals in, and follow them, by the partners' channel.</summary>
    public const string Submit = "submit";

    /// <summary>Read case files.</summary>
    public const string CaseFile = "case-file";

    /// <summary>Have a citizen's contact shown, with a reason and on record.</summary>
    public const string Contacts = "contacts";
}

/// <summary>A partner.</summary>
public sealed class GatewayPartnerOptions
{
    /// <summary>By which he goes on record: lower-case letters, digits, dashes.</summary>
    [Required]
    [RegularExpression("^[a-z0-9-]{1,40}$")]
    public string Name { get; set; } = "";

    /// <summary>His key, 32–200 characters; a secret, best as a file of <c>Hotline:Secrets</c>. Empty: he is closed.</summary>
    [RegularExpression("^$|^[!-~]{32,200}$")]
    public string Key { get; set; } = "";

    /// <summary>The source his appeals bear in the partners' channel: he sees these cases. Null where he hands nothing in.</summary>
    public string? Source { get; set; }

    /// <summary>The unit of the organization file he stands for: he sees the cases that are with it. Null where he stands for none.</summary>
    public string? Unit { get; set; }

    /// <summary>Of <see cref="PartnerRights"/>.</summary>
    [MinLength(1)]
    [AllowedRights]
    public IList<string> Rights { get; } = [];

    /// <summary>The most requests in a minute, 1–100,000.</summary>
    [Range(1, 100_000)]
    public int PerMinute { get; set; } = 60;

    /// <summary>The most requests on a day of the office's, 1–10,000,000.</summary>
    [Range(1, 10_000_000)]
    public int PerDay { get; set; } = 10_000;

    /// <summary>Who he is to the services, for one request and with no more than its role.</summary>
    /// <param name="role">Null where the route wants none.</param>
    internal StaffUser ToUser(string? role) => new(StaffUser.PartnerPrefix + Name, role is null ? new HashSet<string>() : new HashSet<string> { role }, Unit ?? "") { Source = Source };
}

/// <summary>Each is one of <see cref="PartnerRights"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedRightsAttribute : ValidationAttribute
{
    public AllowedRightsAttribute()
        : base($"{{0}} must be of {PartnerRights.Submit}, {PartnerRights.CaseFile}, {PartnerRights.Contacts}.")
    {
    }

    public override bool IsValid(object? value) => value is IEnumerable<string> rights && rights.All(static right => right is PartnerRights.Submit or PartnerRights.CaseFile or PartnerRights.Contacts);
}

[OptionsValidator]
public sealed partial class PartnerGatewayOptionsValidator : IValidateOptions<PartnerGatewayOptions>;

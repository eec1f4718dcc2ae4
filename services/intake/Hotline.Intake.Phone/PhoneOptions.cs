using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Phone;

/// <summary>The phone channel's options.</summary>
public sealed class PhoneOptions
{
    public const string Section = "Hotline:Phone";

    /// <summary>The secret the telephone system signs its call events with. Empty: no events are taken, and seats work without them.</summary>
    public string EventSecret { get; set; } = "";

    /// <summary>How far the time of a signature may lie from ours, 10–3600 seconds.</summary>
    [Range(10, 3600)]
    public int SignatureSeconds { get; set; } = 300;

    /// <summary>Within how many seconds a call is to be picked up, 1–300. 国办发〔2020〕53号 leaves it to the office; 15 s is the usual.</summary>
    [Range(1, 300)]
    public int PickUpSeconds { get; set; } = 15;

    /// <summary>The special seats 专席 a call can be transferred to.</summary>
    [ValidateEnumeratedItems]
    public IList<SkillGroup> SkillGroups { get; } =
    [
        new() { Name = "enterprise", Title = "政企通", Extension = "8002", Key = "2" },
        new() { Name = "tax", Title = "税务", Extension = "8010" },
        new() { Name = "legal-aid", Title = "法律援助", Extension = "8011" },
        new() { Name = "housing-fund", Title = "公积金", Extension = "8012" },
        new() { Name = "business-environment", Title = "营商环境", Extension = "8013" },
        new() { Name = "deputies", Title = "人大代表通道", Extension = "8014" },
    ];
}

/// <summary>A skill group 专席: who knows one matter, and when.</summary>
public sealed class SkillGroup
{
    /// <summary>As the telephone system names it in events.</summary>
    public string Name { get; set; } = "";

    public string Title { get; set; } = "";

    /// <summary>What to dial to transfer a call there.</summary>
    public string Extension { get; set; } = "";

    /// <summary>The key a caller presses in the menu; null when it is not in the menu.</summary>
    public string? Key { get; set; }

    /// <summary>First and last hour of its working days, <c>08:00-18:00</c>; around the clock when null.</summary>
    [RegularExpression("^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$")]
    public string? Hours { get; set; } = "08:00-18:00";

    /// <summary>Whether somebody sits there at a time of day of a working day.</summary>
    public bool IsOpenAt(TimeOnly at) =>
        Hours is null || (at >= TimeOnly.Parse(Hours.AsSpan(0, 5), CultureInfo.InvariantCulture) && at < TimeOnly.Parse(Hours.AsSpan(6, 5), CultureInfo.InvariantCulture));
}

[OptionsValidator]
public sealed partial class PhoneOptionsValidator : IValidateOptions<PhoneOptions>;

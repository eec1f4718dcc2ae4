using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Dispatch;

/// <summary>Dispatch's options.</summary>
public sealed class DispatchOptions
{
    public const string Section = "Hotline:Dispatch";
    public const int UsualSample = 10;

    /// <summary>How many of a hundred direct answers 直接答复 the citizen is asked about, 0–100; the others are closed with the answer.</summary>
    [Range(0, 100)]
    public int SamplePercent { get; set; } = UsualSample;

    /// <summary>Days after closing within which a citizen's supplement has the order looked at again, 0–365; 0 for never.</summary>
    [Range(0, 365)]
    public int ReopenDays { get; set; } = 10;
}

[OptionsValidator]
public sealed partial class DispatchOptionsValidator : IValidateOptions<DispatchOptions>;

using System.ComponentModel.DataAnnotations;
using Hotline.Hosting;
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

    /// <summary>The most bytes of one upload of proofs 证明材料, 1 MiB to 256 MiB; a single file may have 10 MiB. <c>Hotline:Limits:BodyBytes</c> holds too.</summary>
    [Range(1024 * 1024, 256 * 1024 * 1024)]
    public int ProofBytes { get; set; } = 25 * 1024 * 1024;

    /// <summary>Uploads in work at once, 1–64; each is held in memory while it is read.</summary>
    [Range(1, 64)]
    public int ProofUploads { get; set; } = 4;

    internal UploadLimits Uploading => new(ProofBytes, ProofBytes, ProofUploads);
}

[OptionsValidator]
public sealed partial class DispatchOptionsValidator : IValidateOptions<DispatchOptions>;

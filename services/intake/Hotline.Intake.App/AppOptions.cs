using System.ComponentModel.DataAnnotations;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.App;

/// <summary>The app channel's options.</summary>
public sealed class AppOptions
{
    public const string Section = "Hotline:App";

    /// <summary>How long a device's token holds, 1–720 hours; the app gets a new one by registering again with the same key.</summary>
    [Range(1, 720)]
    public int TokenHours { get; set; } = 24;

    /// <summary>How far a proof's time may lie behind ours, 10–3600 seconds; ahead of ours it may lie 60.</summary>
    [Range(10, 3600)]
    public int ProofSeconds { get; set; } = 300;

    /// <summary>The most bytes of an appeal without files, 1 KiB–1 MiB.</summary>
    [Range(1024, 1_048_576)]
    public int JsonBytes { get; set; } = 64 * 1024;

    /// <summary>The most bytes of an appeal with files, 64 KiB–256 MiB.</summary>
    [Range(65_536, 268_435_456)]
    public int MultipartBytes { get; set; } = 30 * 1024 * 1024;

    /// <summary>Uploads in work at once, 1–1000: each is held in memory while it is read.</summary>
    [Range(1, 1000)]
    public int Uploads { get; set; } = 16;

    internal DeviceLimits Devices => new(TokenHours, ProofSeconds);

    internal UploadLimits Limits => new(JsonBytes, MultipartBytes, Uploads);
}

[OptionsValidator]
public sealed partial class AppOptionsValidator : IValidateOptions<AppOptions>;

using System.ComponentModel.DataAnnotations;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.PhotoReport;

/// <summary>The photo channel's options.</summary>
public sealed class PhotoReportOptions
{
    public const string Section = "Hotline:PhotoReport";

    /// <summary>How long a device's token holds, 1–720 hours; a device gets a new one by registering again with the same key.</summary>
    [Range(1, 720)]
    public int TokenHours { get; set; } = 24;

    /// <summary>How far a proof's time may lie behind ours, 10–3600 seconds; ahead of ours it may lie 60.</summary>
    [Range(10, 3600)]
    public int ProofSeconds { get; set; } = 300;

    /// <summary>The most bytes of a request without photos, 1 KiB–1 MiB.</summary>
    [Range(1024, 1_048_576)]
    public int JsonBytes { get; set; } = 64 * 1024;

    /// <summary>The most bytes of a report with its photos, 64 KiB–256 MiB.</summary>
    [Range(65_536, 268_435_456)]
    public int MultipartBytes { get; set; } = 30 * 1024 * 1024;

    /// <summary>Uploads in work at once, 1–1000: each is held in memory while it is read.</summary>
    [Range(1, 1000)]
    public int Uploads { get; set; } = 16;

    /// <summary>The most pixels of a photo, 1–1000 million; of a moving picture all frames together.</summary>
    [Range(1_000_000, 1_000_000_000)]
    public long MostPixels { get; set; } = 64_000_000;

    /// <summary>The longest side of a published copy, 320–8000 pixels.</summary>
    [Range(320, 8000)]
    public int CopySide { get; set; } = 2000;

    /// <summary>The longest side of a thumbnail, 32–1000 pixels.</summary>
    [Range(32, 1000)]
    public int ThumbnailSide { get; set; } = 320;

    /// <summary>The program that makes copies, by name or path: libvips' own.</summary>
    [Required]
    public string Program { get; set; } = "vipsthumbnail";

    /// <summary>The address space the program may use, 128–8192 MiB.</summary>
    [Range(128, 8192)]
    public int ProgramMebibytes { get; set; } = 1024;

    /// <summary>The time the program may take for one copy, 1–300 seconds, of a processor and by the clock.</summary>
    [Range(1, 300)]
    public int ProgramSeconds { get; set; } = 20;

    internal DeviceLimits Devices => new(TokenHours, ProofSeconds);

    internal UploadLimits Limits => new(JsonBytes, MultipartBytes, Uploads);
}

[OptionsValidator]
public sealed partial class PhotoReportOptionsValidator : IValidateOptions<PhotoReportOptions>;

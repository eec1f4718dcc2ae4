using System.ComponentModel.DataAnnotations;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Desk;

/// <summary>The pages for staff; keys <c>Hotline:Desk:…</c>.</summary>
public sealed class DeskOptions : IValidatableObject
{
    public const string Section = "Hotline:Desk";

    /// <summary>Where the other services' API answers: the gateway's address, <c>http://127.0.0.1:12345</c>. Null: this process's own in one process, that one behind a gateway. Not asked where a provider brings a way of its own.</summary>
    public Uri? Api { get; set; }

    /// <summary>Hours after which somebody must sign in again, whatever he did, 1–12.</summary>
    [Range(1, 12)]
    public int SessionHours { get; set; } = 8;

    /// <summary>Orders on one page of a queue, 5–200.</summary>
    [Range(5, 200)]
    public int QueueLines { get; set; } = 50;

    /// <summary>The most bytes of one form with files, 1 MiB to 256 MiB; no more than <c>Hotline:Dispatch:ProofBytes</c> is taken up behind it.</summary>
    [Range(1024 * 1024, 256 * 1024 * 1024)]
    public int UploadBytes { get; set; } = 25 * 1024 * 1024;

    /// <summary>Such forms in work at once, 1–64; each is held in memory.</summary>
    [Range(1, 64)]
    public int Uploads { get; set; } = 4;

    internal UploadLimits Uploading => new(UploadBytes, UploadBytes, Uploads);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Api is { } api && !(api is { IsAbsoluteUri: true, Scheme: "http" or "https" }))
        {
            yield return new($"{Section}:Api must be an absolute http or https address.");
        }
    }
}

[OptionsValidator]
public sealed partial class DeskOptionsValidator : IValidateOptions<DeskOptions>;

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>
/// The journal of intake services, section <c>Hotline:Journal</c>: what they receive while a store elsewhere on the network is away. With the
/// embedded store there is none: if that cannot be written, neither can a journal.
/// </summary>
public sealed class JournalOptions
{
    public const string Section = "Hotline:Journal";

    /// <summary>A folder on a disk of this replica's own, kept over restarts; each service has its own below it. Empty: no journal, and while the store is away senders are told to try again.</summary>
    public string Folder { get; set; } = "";

    /// <summary>
    /// How many numbers a replica holds in advance for today and for tomorrow, for each channel, 100–20,000: so many appeals can come while the store is
    /// away. A channel has a million a day: this times its replicas must stay well below.
    /// </summary>
    [Range(100, 20_000)]
    public int Numbers { get; set; } = 2000;
}

[OptionsValidator]
public sealed partial class JournalOptionsValidator : IValidateOptions<JournalOptions>;

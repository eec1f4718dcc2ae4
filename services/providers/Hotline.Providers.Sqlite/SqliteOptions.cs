using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Sqlite;

/// <summary>The embedded store; every option has a safe default.</summary>
public sealed class SqliteOptions
{
    public const string Section = "Hotline:Sqlite";

    /// <summary>The folder of the store: <c>hotline.db</c>, <c>blobs/</c>, <c>locks/</c>. <c>Hotline:Data</c> when empty. Must be on a local disk.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The most writes in one commit, 1–4096: bounds how long the first of them waits for the last.</summary>
    [Range(1, 4096)]
    public int BatchCount { get; set; } = 512;

    /// <summary>The most bytes in one commit, 64 KiB–256 MiB.</summary>
    [Range(65_536, 268_435_456)]
    public int BatchBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>The most writes that wait; beyond it the store is busy and says so. 1–1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int QueueCount { get; set; } = 20_000;

    /// <summary>How often to look whether another process committed, 1–1000 ms.</summary>
    [Range(1, 1000)]
    public int PollMilliseconds { get; set; } = 5;

    /// <summary>After how many bytes written the write-ahead log is copied back into the database, in the background. 64 KiB–1 GiB.</summary>
    [Range(65_536, 1_073_741_824)]
    public int CheckpointBytes { get; set; } = 8 * 1024 * 1024;
}

[OptionsValidator]
public sealed partial class SqliteOptionsValidator : IValidateOptions<SqliteOptions>;

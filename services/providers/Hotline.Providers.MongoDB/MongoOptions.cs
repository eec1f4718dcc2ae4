using System.Buffers;
using Microsoft.Extensions.Options;
using MongoDB.Driver;

namespace Hotline.Providers.MongoDB;

/// <summary>How to reach MongoDB and how long to wait for what, section <c>Hotline:MongoDB</c>.</summary>
public sealed class MongoOptions
{
    public const string Section = "Hotline:MongoDB";

    /// <summary>
    /// <c>mongodb://…</c> or <c>mongodb+srv://…</c>, with the user and the password in it: a secret. Write concern, read concern and read preference
    /// are not for it; what is acknowledged rests on them. Name a replica set: a single server has no second copy and repeats no write by itself.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>One database for each deployment.</summary>
    public string Database { get; set; } = "hotline";

    /// <summary>How long a call waits for a server or a connection before the store counts as away, 1,000–30,000 ms; the driver looks twice a second. Receivers answer 503 after it.</summary>
    public int AwayAfterMs { get; set; } = 3000;

    /// <summary>How long an attempt of a call may take, 500–120,000 ms; the driver makes a second one, and after that the outcome is unknown. A majority must have a write within half of it.</summary>
    public int CallMs { get; set; } = 10_000;

    /// <summary>After how long without a sign of life from a process its sequence numbers and its place at the outbox go to others, 300–600,000 ms.</summary>
    public int HolderMs { get; set; } = 10_000;

    /// <summary>How long a page waits for writes that are on their way and go before what it found, 0–30,000 ms; then it ends before them.</summary>
    public int PageWaitMs { get; set; } = 2000;

    /// <summary>How often the outbox looks for what other processes wrote, 5–60,000 ms. What this one writes wakes it at once.</summary>
    public int PollMs { get; set; } = 200;
}

/// <summary>Judges the options before anything starts: every fault at once, and never the connection string itself, for it holds the password.</summary>
internal sealed class MongoOptionsValidator : IValidateOptions<MongoOptions>
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\. \"$*<>:|?\0");

    public ValidateOptionsResult Validate(string? name, MongoOptions options)
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            errors.Add("Hotline:MongoDB:ConnectionString is empty: name the servers, mongodb://user:password@host:port,host:port/?replicaSet=name.");
        }
        else if (!IsConnectionString(options.ConnectionString))
        {
            errors.Add("Hotline:MongoDB:ConnectionString is no connection string of MongoDB: it must look like mongodb://user:password@host:port,host:port/?replicaSet=name, with special characters in the password percent-encoded.");
        }

        if (options.Database.Length is 0 or > 38 || options.Database.AsSpan().ContainsAny(NotInNames))
        {
            errors.Add("Hotline:MongoDB:Database must be 1 to 38 characters, without spaces and none of / \\ . \" $ * < > : | ?");
        }

        Within(nameof(options.AwayAfterMs), options.AwayAfterMs, 1000, 30_000);
        Within(nameof(options.CallMs), options.CallMs, 500, 120_000);
        Within(nameof(options.HolderMs), options.HolderMs, 300, 600_000);
        Within(nameof(options.PageWaitMs), options.PageWaitMs, 0, 30_000);
        Within(nameof(options.PollMs), options.PollMs, 5, 60_000);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Within(string option, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                errors.Add($"Hotline:MongoDB:{option} is {value}: it must be {least} to {most}.");
            }
        }
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            _ = new MongoUrl(text);
            return true;
        }
        catch (Exception wrong) when (wrong is MongoConfigurationException or ArgumentException or FormatException)
        {
            return false; // its message repeats the text, password and all
        }
    }
}

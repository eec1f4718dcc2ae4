using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.MessageBoard;

/// <summary>Where the board is read.</summary>
public enum BoardSourceKind
{
    /// <summary>Nowhere: the channel is closed, and says so once at start.</summary>
    None,

    /// <summary>From JSON files that somebody puts into a folder.</summary>
    Files,

    /// <summary>From the back end the city has a contract for.</summary>
    Http,
}

/// <summary>The message board's options.</summary>
public sealed class MessageBoardOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Hotline:MessageBoard";

    /// <summary>Where the board is read; without a source the channel starts closed.</summary>
    public BoardSourceKind Source { get; set; }

    /// <summary>For <see cref="BoardSourceKind.Files"/>: the folder with the JSON files. They stay there: together they are what the board looks like.</summary>
    public string? Folder { get; set; }

    /// <summary>For <see cref="BoardSourceKind.Http"/>: the address below which the calls lie.</summary>
    public Uri? Address { get; set; }

    /// <summary>For <see cref="BoardSourceKind.Http"/>: the value of the Authorization header, where the contract asks for one. A secret.</summary>
    public string? Authorization { get; set; }

    /// <summary>The forums to be read; from files all forums are, and these tell more of some.</summary>
    [ValidateEnumeratedItems]
    public IList<BoardForum> Forums { get; set; } = [];

    /// <summary>Messages published before this day (+08:00) are recorded but do not become appeals; null takes up all. For the day a city is connected.</summary>
    public DateOnly? Since { get; set; }

    /// <summary>Rows per page, 1–100.</summary>
    [Range(1, 100)]
    public int PageSize { get; set; } = 20;

    /// <summary>Pages read again below the watermark, 0–100: moderation lets older messages surface late.</summary>
    [Range(0, 100)]
    public int OverlapPages { get; set; } = 2;

    /// <summary>Days of publication read again below the watermark, 0–60; both overlaps are kept.</summary>
    [Range(0, 60)]
    public int OverlapDays { get; set; } = 3;

    /// <summary>Seconds between the end of a sync and the next, 1–86,400.</summary>
    [Range(1, 86_400)]
    public int IntervalSeconds { get; set; } = 300;

    /// <summary>Minutes until a message that is not final is asked for again, 0–10,080; those that only a rating is awaited for, once a day.</summary>
    [Range(0, 10_080)]
    public int RefreshMinutes { get; set; } = 60;

    /// <summary>Days, 1–3650, for which a message that is handled or gone is asked for once a day: a rating may come, or the message come back.</summary>
    [Range(1, 3650)]
    public int RatingDays { get; set; } = 60;

    /// <summary>Milliseconds between two calls, 0–60,000: the board answers haste with 429, 403 or nothing.</summary>
    [Range(0, 60_000)]
    public int PauseMilliseconds { get; set; } = 1000;

    /// <summary>What several fields together must fulfil.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Source == BoardSourceKind.Files && string.IsNullOrWhiteSpace(Folder))
        {
            yield return new($"{Section}:Folder is missing: name the folder the board's files are put into.");
        }

        if (Source == BoardSourceKind.Http && Address is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            yield return new($"{Section}:Address must be an absolute http or https address.");
        }

        if (Source == BoardSourceKind.Http && Forums.Count == 0)
        {
            yield return new($"{Section}:Forums is empty: name at least one forum by its Fid.");
        }

        if (Forums.Select(forum => forum.Fid).Distinct().Count() != Forums.Count)
        {
            yield return new($"{Section}:Forums names a Fid twice.");
        }
    }
}

/// <summary>A forum 版块 of the board: one leader, or one place.</summary>
public sealed class BoardForum
{
    /// <summary>The board's number of it.</summary>
    [Range(1, int.MaxValue)]
    public int Fid { get; set; }

    /// <summary>Who reads what is written there, in zh-CN; the forum's own name when null.</summary>
    [StringLength(100)]
    public string? Addressee { get; set; }

    /// <summary>Division code (GB/T 2260) of the place it is about; null when the city at large.</summary>
    [RegularExpression("[0-9]{6,12}")]
    public string? Division { get; set; }
}

[OptionsValidator]
public sealed partial class MessageBoardOptionsValidator : IValidateOptions<MessageBoardOptions>;

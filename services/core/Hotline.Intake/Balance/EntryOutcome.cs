using System.Text.Json.Serialization;

namespace Hotline.Intake;

/// <summary>What became of something that came to a channel's door. Everything that comes becomes exactly one of these.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EntryOutcome>))]
public enum EntryOutcome
{
    /// <summary>A new appeal.</summary>
    Appeal,

    /// <summary>Added to an appeal received before.</summary>
    Supplement,

    /// <summary>The citizen pressed for an answer 催单.</summary>
    Urge,

    /// <summary>The citizen took his appeal back 撤诉.</summary>
    Withdrawal,

    /// <summary>Kept for a person to look at 待核查.</summary>
    Review,

    /// <summary>Kept as part of an appeal that is still being told, message by message.</summary>
    Collected,

    /// <summary>A question, command or event that was answered and leaves nothing to handle.</summary>
    Answered,

    /// <summary>Had come before; the sender was told the same again.</summary>
    Repeated,

    /// <summary>Not taken, and the sender was told why.</summary>
    Refused,

    /// <summary>Not taken because of a fault of ours; the sender was told to come again, or was gone.</summary>
    Failed,
}

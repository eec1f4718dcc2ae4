namespace Hotline.Intake.Email.Mime;

/// <summary>How much of a message is read at most. What lies beyond is left unread and named among the <see cref="MimeDefects"/>; the original bytes stay with the caller.</summary>
public sealed record MimeLimits
{
    /// <summary>What the e-mail channel uses: far above any honest message.</summary>
    public static MimeLimits Default { get; } = new();

    /// <summary>Levels of multiparts and enclosed messages; deeper ones are kept undivided.</summary>
    public int Depth { get; init; } = 32;

    /// <summary>Parts of the whole message, enclosed messages counted too.</summary>
    public int Parts { get; init; } = 1_000;

    /// <summary>Header fields of one entity.</summary>
    public int HeadersPerEntity { get; init; } = 1_000;

    /// <summary>Header fields of the whole message.</summary>
    public int Headers { get; init; } = 10_000;

    /// <summary>Bytes of one entity's header.</summary>
    public int HeaderBytes { get; init; } = 512 * 1024;

    /// <summary>Bytes that all enclosed messages sent in base64 or the like may take when decoded.</summary>
    public long DecodedBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Bytes of one text part that are turned into text.</summary>
    public int TextBytes { get; init; } = 4 * 1024 * 1024;
}

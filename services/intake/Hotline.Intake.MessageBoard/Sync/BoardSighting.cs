namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>What one look at one message told. What it did not tell is null and says nothing.</summary>
public sealed record BoardSighting
{
    /// <summary>The board's number of the message.</summary>
    public required long Tid { get; init; }

    /// <summary>When it was looked at, by our clock or the file's. The later look counts, in whatever order they come.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The forum's number.</summary>
    public int? Fid { get; init; }

    /// <summary>The forum's name: the leader or place it is written to.</summary>
    public string? Forum { get; init; }

    /// <summary>The board's word for the type: 咨询, 投诉, 求助, 建言 ….</summary>
    public string? Type { get; init; }

    /// <summary>The board's word for the domain: 城建, 交通 ….</summary>
    public string? Domain { get; init; }

    /// <summary>The region the forum lies in, as the board writes it.</summary>
    public string? Region { get; init; }

    /// <summary>When it was sent, UTC.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>When it was published, UTC.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Subject and text, cleaned.</summary>
    public BoardText? Text { get; init; }

    /// <summary>Whether the list cut the text: then it is only the beginning.</summary>
    public bool IsCut { get; init; }

    /// <summary>The board's word for the state.</summary>
    public string? Status { get; init; }

    /// <summary>The reply that stands on the board.</summary>
    public BoardAnswer? Answer { get; init; }

    /// <summary>The citizen's rating.</summary>
    public BoardRating? Rating { get; init; }

    /// <summary>Who wrote it; sealed with the appeal, and in no fact of the thread.</summary>
    public Contact? Contact { get; init; }

    /// <summary>The message as it came, sealed with the appeal: it holds name and address.</summary>
    public ReadOnlyMemory<byte> Raw { get; init; }
}

namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>What looks at a message add to what is known of it. Pure; what was known already leaves no fact.</summary>
public static class BoardChanges
{
    /// <summary>The facts that looks at one message add, in the order of the looks.</summary>
    /// <param name="state">What is known; null before the first look.</param>
    public static (BoardThread State, IReadOnlyList<object> Facts) Of(BoardThread? state, IEnumerable<BoardSighting> looks)
    {
        var facts = new List<object>();
        foreach (var look in looks.OrderBy(look => look.At).ThenByDescending(look => look.IsCut))
        {
            Add(new BoardSeen(look.Tid, look.At, look.Fid, look.Forum, look.Type, look.Domain, look.Region, look.SubmittedAt, look.PublishedAt), IsNews);
            if (look.Text is { } text && IsNewText(state, look, text))
            {
                Add(new BoardEdited(look.Tid, look.At, text, look.IsCut), static (_, _) => true);
            }

            if (look.Status is { } status)
            {
                Add(new BoardStatusChanged(look.Tid, look.At, status), static (before, after) => before.Status?.Value != after.Status?.Value);
            }

            if (look.Answer is { } answer)
            {
                Add(new BoardAnswered(look.Tid, look.At, answer), static (before, after) => before.Answer?.Value != after.Answer?.Value);
            }

            if (look.Rating is { } rating)
            {
                Add(new BoardRated(look.Tid, look.At, rating), static (before, after) => before.Rating?.Value != after.Rating?.Value);
            }

            Add(new BoardShown(look.Tid, look.At), static (before, after) => before.IsDeleted && !after.IsDeleted);
        }

        return (state ?? throw new ArgumentException("There is nothing to look at.", nameof(looks)), facts);

        void Add(object fact, Func<BoardThread, BoardThread, bool> counts)
        {
            var after = BoardThread.Apply(state, fact);
            if (state is null || counts(state, after))
            {
                facts.Add(fact);
                state = after;
            }
        }
    }

    /// <summary>The fact that a message is gone; null when that is known, or it was seen since.</summary>
    public static BoardDeleted? Gone(BoardThread state, DateTimeOffset at)
    {
        var fact = new BoardDeleted(state.Tid, at);
        return !state.IsDeleted && BoardThread.Apply(state, fact).IsDeleted ? fact : null;
    }

    private static bool IsNews(BoardThread before, BoardThread after) =>
        before.Fid?.Value != after.Fid?.Value || before.Forum?.Value != after.Forum?.Value || before.Type?.Value != after.Type?.Value
        || before.Domain?.Value != after.Domain?.Value || before.Region?.Value != after.Region?.Value
        || before.SubmittedAt?.Value != after.SubmittedAt?.Value || before.PublishedAt?.Value != after.PublishedAt?.Value;

    private static bool IsNewText(BoardThread? state, BoardSighting look, BoardText text)
    {
        if (look.IsCut)
        {
            return state?.Excerpt is { } excerpt
                ? look.At > excerpt.At && excerpt.Value != text
                : state?.Text is not { } whole || !text.Begins(whole.Value);
        }

        // An older version that comes late is kept too; and a whole text seen after a beginning that does not fit ends the wait for it.
        return state?.Text is not { } known
            || (look.At > known.At && known.Value != text)
            || !state.Versions.Contains(text.Hash)
            || (state.IsWaiting && look.At > known.At);
    }
}

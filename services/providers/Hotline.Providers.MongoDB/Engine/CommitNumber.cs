namespace Hotline.Providers.MongoDB.Engine;

/// <summary>A number of one's own in the order of commits. Disposing closes it.</summary>
internal readonly struct CommitNumber(CommitSequence owner, NumberBlock block, long value) : IDisposable
{
    public long Value => value;

    public void Dispose() => owner.Close(block);

    /// <summary>For a document whose outcome is unknown: closes the number only when it is sure that it will not come any more.</summary>
    public void GiveUp() => _ = owner.GiveUpAsync(this);
}

/// <summary>Numbers taken in one change, until the database has heard that all of them are closed.</summary>
internal sealed class NumberBlock(Numbers numbers, int open)
{
    public Numbers Numbers { get; } = numbers;

    public int Open { get; set; } = open;
}

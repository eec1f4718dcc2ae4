namespace Hotline.Intake;

/// <summary>Finds the end of what is numbered 0, 1, … without gaps, in a store that can only be asked for one at a time.</summary>
public static class FirstFree
{
    /// <returns>The least number that is not taken, found by doubling and halving.</returns>
    public static async ValueTask<int> FindAsync(Func<int, ValueTask<bool>> isTaken)
    {
        var (taken, free) = (-1, 0);
        while (await isTaken(free))
        {
            (taken, free) = (free, (free * 2) + 1);
        }

        while (free - taken > 1)
        {
            var middle = taken + ((free - taken) / 2);
            (taken, free) = await isTaken(middle) ? (middle, free) : (taken, middle);
        }

        return free;
    }
}

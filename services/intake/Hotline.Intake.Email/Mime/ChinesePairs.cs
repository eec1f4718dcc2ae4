namespace Hotline.Intake.Email.Mime;

/// <summary>What kinds of letters the bytes would hold, were they GB 18030: everyday Chinese has nearly all of its letters in one region.</summary>
/// <param name="Common">Letters of GB 2312, two thirds of whose code space hold what is written every day.</param>
/// <param name="Rare">Other letters of two bytes.</param>
/// <param name="LateBig5">Pairs that Big5 would read as rarely used letters or none.</param>
internal readonly record struct ChinesePairs(int Common, int Rare, int LateBig5)
{
    public bool IsPlausible => Common > 0 && Common >= Rare;

    public bool IsEveryday => Common >= 2 && Common >= 4 * Rare;

    /// <summary>In real Big5 nearly every pair is one of its common letters.</summary>
    public bool IsUnlikelyBig5 => LateBig5 * 8 > Common + Rare;

    public static ChinesePairs Count(ReadOnlySpan<byte> bytes)
    {
        var (common, rare, late) = (0, 0, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x81 || i + 1 == bytes.Length)
            {
                continue;
            }

            var (lead, trail) = (bytes[i], bytes[++i]);
            if (trail is >= 0x30 and <= 0x39)
            {
                i += 2;
                continue;
            }

            var isCommon = lead is (>= 0xA1 and <= 0xA9) or (>= 0xB0 and <= 0xF7) && trail >= 0xA1;
            common += isCommon ? 1 : 0;
            rare += isCommon ? 0 : 1;
            late += lead is >= 0xC7 or < 0xA1 ? 1 : 0;
        }

        return new ChinesePairs(common, rare, late);
    }
}

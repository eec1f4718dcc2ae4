using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine;

/// <summary>What lies inside the seal of a reporter's letter, here as in the browser. Officers read all of it, the server none but what it sealed itself.</summary>
/// <param name="Thread">Derived from the receipt code: letters moved between reports are noticed.</param>
/// <param name="Faults">What the reporter ticked, of <see cref="FaultNames"/>; the officer judges.</param>
/// <param name="ReplyKey">What answers are sealed to; in the first letter.</param>
/// <param name="Files">Evidence; in the first letter.</param>
/// <param name="Code">Of a mail alone, whose writer was given none; the mail itself stands behind it as <c>mail</c>, in base64.</param>
internal sealed record PlainReport(string Thread, string Text, string? Accused, IReadOnlyList<string> Faults, string? Contact, P256Key? ReplyKey, IReadOnlyList<PlainFile> Files, string? Code = null)
{
    public const int MostText = 20_000;
    public const int MostShort = 500;

    /// <summary>The four faults the line is for (domain.md §9).</summary>
    public static readonly IReadOnlyList<string> FaultNames = ["不作为", "慢作为", "推诿扯皮", "吃拿卡要"];
}

/// <param name="Data">Base64.</param>
internal sealed record PlainFile(string Name, string Type, string Data);

/// <summary>What lies inside the seal of an officer's answer.</summary>
internal sealed record PlainAnswer(string Thread, string Text);

using System.Text.RegularExpressions;

namespace Hotline.Intake;

/// <summary>Phone numbers that citizens write into their texts, so that they can be called back.</summary>
public static partial class PhoneNumbers
{
    /// <summary>The first mobile number, or landline with its area code, in a text; null when there is none.</summary>
    public static string? FirstIn(string text) => Number().Match(text) is { Success: true, Value: var number } ? number : null;

    [GeneratedRegex("(?<![0-9])(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}

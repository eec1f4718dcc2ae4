using System.Text.RegularExpressions;

namespace Hotline.Intake;

/// <summary>Phone numbers as citizens write them, so that they can be called back.</summary>
public static partial class PhoneNumbers
{
    private const int MobileDigits = 11;

    /// <summary>The first mobile number, or landline with its area code, in a text; null when there is none.</summary>
    public static string? FirstIn(string text) => Number().Match(text) is { Success: true, Value: var number } ? number : null;

    /// <summary>The digits by which a number is known again: the same for +86 139…, 0139… and 139….</summary>
    public static string Digits(string number)
    {
        var digits = (number.AsSpan().ContainsAnyExceptInRange('0', '9') ? string.Concat(number.Where(char.IsAsciiDigit)) : number).TrimStart('0');
        return digits.Length >= 12 && digits.StartsWith("86", StringComparison.Ordinal) ? digits[2..].TrimStart('0') : digits;
    }

    /// <summary>What a platform dials: 11 digits of a mobile number, or a landline's with its area code and 0; null for anything else.</summary>
    public static string? Dialable(string? number)
    {
        if (number is null || Separators().Replace(number, "") is not { Length: <= 20 } bare || !Dialled().IsMatch(bare))
        {
            return null;
        }

        var digits = Digits(bare);
        return digits[0] == '1' && digits.Length == MobileDigits ? digits : $"0{digits}";
    }

    [GeneratedRegex("[ ()-]", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    [GeneratedRegex(@"^(?:(?:\+86|0086|86|0)?1[3-9][0-9]{9}|(?:0|(?:\+86|0086)0?)[1-9][0-9]{1,2}[2-8][0-9]{6,7})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Dialled();

    [GeneratedRegex("(?<![0-9])(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}

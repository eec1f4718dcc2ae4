using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Hotline.Intake.Email.Replies;

/// <summary>
/// Message-IDs of replies: number, version and round, with a tag only we can make. A resent copy bears the same one, so receivers can drop it, and a bounce
/// that names it can be believed to be about a message of ours.
/// </summary>
internal sealed partial class MessageTag(byte[] key)
{
    private const int TagLength = 20;

    /// <summary>The id without brackets.</summary>
    public string IdOf(string number, int version, int round, string domain)
    {
        var words = string.Create(CultureInfo.InvariantCulture, $"{number}.{version}.{round}");
        return $"{words}.{TagOf(words)}@{domain}";
    }

    /// <summary>What the first id of ours in a text names; null when there is none.</summary>
    public (string Number, int Version, int Round)? Find(string text)
    {
        foreach (Match match in Form().Matches(text))
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(TagOf(match.Groups["words"].Value)), Encoding.ASCII.GetBytes(match.Groups["tag"].Value)))
            {
                return (match.Groups["number"].Value, int.Parse(match.Groups["version"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups["round"].ValueSpan, CultureInfo.InvariantCulture));
            }
        }

        return null;
    }

    private string TagOf(string words) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(words)))[..TagLength];

    [GeneratedRegex(@"(?<![0-9])(?<words>(?<number>[0-9]{15})\.(?<version>[0-9]{1,6})\.(?<round>[0-9]{1,6}))\.(?<tag>[0-9a-f]{20})@", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hotline.Hosting;

namespace Hotline.SupervisionLine.Mail;

/// <summary>By what a mail is known again, as keyed hashes: without the key file nobody can try out whether an address or a Message-ID is among them.</summary>
/// <param name="key">Not in the store.</param>
internal sealed class MailMarks(byte[] key)
{
    /// <summary>
    /// Of what the sender's program wrote, in which two deliveries of one mail agree: Message-ID, From, Date, Subject and the body, without the lines
    /// that servers add on the way. The Message-ID alone would not do: whoever repeats another's would have his report thrown away.
    /// </summary>
    public string OfLetter(ReadOnlySpan<byte> mail)
    {
        var header = new MailHeader(mail);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData("letter\n"u8);
        Append(hash, header.Field("Message-ID"u8));
        Append(hash, header.Field("From"u8));
        Append(hash, header.Field("Date"u8));
        Append(hash, header.Field("Subject"u8));
        hash.AppendData(header.Body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Of where it lies. Servers have given a UID twice, so size and time belong to it: what is known by this mark is removed unread.</summary>
    public string OfPlace(ImapAccount account, uint validity, uint uid, LetterFacts facts) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"place\n{account.Host.ToLowerInvariant()}\n{account.User}\n{account.Folder}\n{validity}/{uid}/{facts.Size}/{facts.ArrivedAt:O}"))));

    /// <summary>Without white space, which servers may fold anew.</summary>
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> value)
    {
        foreach (var word in value.SplitAny(" \t\r\n"u8))
        {
            hash.AppendData(value[word]);
        }

        hash.AppendData("\n"u8);
    }
}

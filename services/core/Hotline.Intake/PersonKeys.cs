using System.Text;
using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>
/// Names a sender to the office without saying who he is: HMAC under the channel's own key, so that two appeals of one sender are seen to be of one. Of a
/// sender the channel proves only: what somebody merely claims to be would show him another's orders.
/// </summary>
internal sealed class PersonKeys(byte[] key)
{
    private const int Bytes = 16;
    private readonly KeyedHash _hash = new(key);

    /// <summary>Names a phone number to the office without saying it, so that one call is about all that was raised with it.</summary>
    /// <returns>Null without a number that can be dialled, for strangers may have put the same into a field that wants something; and of an anonymous appeal.</returns>
    public string? OfPhone(AppealDraft draft) => draft is { Anonymous: false } && PhoneNumbers.Dialable(draft.Contact?.Phone) is { } phone ? Blind($"phone/{phone}") : null;

    /// <returns>Null where nothing proves the sender, and of an anonymous appeal.</returns>
    public string? Of(AppealDraft draft) => draft is { Anonymous: false, Contact.Sender: { } sender, Authenticity: "device" or "platform" }
        ? Blind(sender)
        : null;

    private string Blind(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var utf8 = most <= 512 ? stackalloc byte[512] : new byte[most];
        Span<byte> mac = stackalloc byte[KeyedHash.Bytes];
        _hash.Of(utf8[..Encoding.UTF8.GetBytes(text, utf8)], mac);
        return Convert.ToHexStringLower(mac[..Bytes]);
    }
}

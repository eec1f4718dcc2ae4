using System.Security.Cryptography;
using System.Text;

namespace Hotline.Intake;

/// <summary>Ids of what is added to appeals.</summary>
internal static class AddedId
{
    /// <summary>The id of what is added follows from the sender's own id of it, so that a repeat has the same one (UUIDv8, RFC 9562).</summary>
    public static Guid Of(Guid appeal, EntryOutcome kind, string sourceId)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{appeal:N}/{kind.ToString().ToLowerInvariant()}/{sourceId}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}

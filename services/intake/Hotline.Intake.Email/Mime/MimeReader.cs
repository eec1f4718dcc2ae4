namespace Hotline.Intake.Email.Mime;

/// <summary>Reads a message (RFC 5322, RFC 2045–2049) as it is, broken or hostile, in time linear in its length.</summary>
public static class MimeReader
{
    /// <summary>Never throws, whatever the bytes. The result refers to <paramref name="message"/>, which must not change afterwards.</summary>
    /// <param name="message">The bytes as received; lines may end in CR LF, LF, or CR alone throughout.</param>
    /// <param name="limits">Null for <see cref="MimeLimits.Default"/>.</param>
    public static MimeEntity Read(ReadOnlyMemory<byte> message, MimeLimits? limits = null) =>
        new MimeParser(message, new MimeBudget(limits ?? MimeLimits.Default)).Read(depth: 0);
}

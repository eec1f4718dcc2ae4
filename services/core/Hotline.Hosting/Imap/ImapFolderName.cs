using System.Text;

namespace Hotline.Hosting;

/// <summary>Folder names on the wire: modified UTF-7 (RFC 3501, 5.1.3), in which 病毒文件夹 is <c>&amp;dcVr0mWHTvZZOQ-</c>.</summary>
internal static class ImapFolderName
{
    public static string Encode(string name)
    {
        var wire = new StringBuilder(name.Length);
        for (var at = 0; at < name.Length;)
        {
            var run = name.AsSpan(at).IndexOfAnyInRange(' ', '~') switch { < 0 => name.Length - at, var length => length };
            if (run == 0)
            {
                wire.Append(name[at] == '&' ? "&-" : name[at].ToString());
                at++;
                continue;
            }

            wire.Append('&').Append(Convert.ToBase64String(Encoding.BigEndianUnicode.GetBytes(name, at, run)).TrimEnd('=').Replace('/', ',')).Append('-');
            at += run;
        }

        return wire.ToString();
    }
}

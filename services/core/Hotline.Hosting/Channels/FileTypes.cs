namespace Hotline.Hosting;

/// <summary>What a file is by its first bytes; what its sender says of it counts for nothing.</summary>
public static class FileTypes
{
    public const string Unknown = "application/octet-stream";

    /// <returns>The media type, and why the kind is not taken up; null when it is.</returns>
    public static (string MediaType, string? Refused) Sniff(ReadOnlySpan<byte> content)
    {
        var type = content switch
        {
            [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "image/gif",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
            [(byte)'I', (byte)'I', (byte)'*', 0, ..] or [(byte)'M', (byte)'M', 0, (byte)'*', ..] => "image/tiff",
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => "application/pdf",
            [(byte)'#', (byte)'!', (byte)'A', (byte)'M', (byte)'R', ..] => "audio/amr",
            [(byte)'I', (byte)'D', (byte)'3', ..] => "audio/mpeg",
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => BrandOf(content),
            _ => Unknown,
        };
        return type == Unknown ? (type, "不支持这种文件。请使用 JPEG、PNG、GIF、WebP、HEIC、AVIF、TIFF 图片，PDF，MP4 视频，或 AMR、MP3 录音。") : (type, null);
    }

    /// <summary>Files of boxes (ISO 14496-12) say by their brand what they hold.</summary>
    private static string BrandOf(ReadOnlySpan<byte> content) => content.Length < 12 ? Unknown : System.Text.Encoding.Latin1.GetString(content.Slice(8, 4)) switch
    {
        "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1" => "image/heic",
        "avif" or "avis" => "image/avif",
        "isom" or "iso2" or "mp41" or "mp42" or "avc1" => "video/mp4",
        "M4A " => "audio/mp4",
        _ => Unknown,
    };
}

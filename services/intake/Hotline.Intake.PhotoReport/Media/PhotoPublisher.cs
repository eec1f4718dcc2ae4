using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.PhotoReport.Media;

/// <summary>A published copy and its thumbnail: upright JPEGs that hold pixels and nothing else.</summary>
public sealed record PublishedCopy(byte[] Copy, byte[] Thumbnail, int Width, int Height);

/// <summary>The program that makes copies is not on this machine; photos wait until it is.</summary>
public sealed class PublisherMissingException(string program, Exception inner) : Exception($"{program} cannot be started: install Debian's libvips-tools, or name the program in {PhotoReportOptions.Section}:Program.", inner);

/// <summary>
/// Makes copies for others to see. A photo is decoded by a child process only, for decoders are where hostile files bite: with an empty
/// environment, in a folder of its own that goes with it, held to so much memory, time and disk, its untrusted loaders shut. What it made
/// is believed only after a look at its bytes.
/// </summary>
public sealed class PhotoPublisher(IOptions<PhotoReportOptions> options, TimeProvider time)
{
    private const string Shell = "/bin/sh";
    private const string Limited = "ulimit -v \"$1\" && ulimit -t \"$2\" && ulimit -f \"$3\" && ulimit -c 0 && shift 3 && exec \"$@\"";
    private const int LargestMade = 256 * 1024; // KiB a file may grow to: what is too large for memory is unpacked on disk
    private const int NotFound = 127; // of the shell: no such program

    /// <param name="photo">As it was sent.</param>
    /// <param name="mediaType">By its first bytes.</param>
    /// <returns>Null when the photo cannot be decoded within the limits.</returns>
    /// <exception cref="PublisherMissingException">No photo can be published on this machine as it is.</exception>
    public async Task<PublishedCopy?> PublishAsync(ReadOnlyMemory<byte> photo, string mediaType, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("hotline-photo-").FullName; // only its owner may look in
        try
        {
            var (source, copy, thumbnail) = (Path.Combine(folder, "source." + mediaType.Split('/')[^1]), Path.Combine(folder, "copy.jpg"), Path.Combine(folder, "thumbnail.jpg"));
            await File.WriteAllBytesAsync(source, photo, cancellation);
            if (!await CopyAsync(folder, source, copy, HasProfile(photo.Span), cancellation) || !await ShrinkAsync(folder, copy, thumbnail, options.Value.ThumbnailSide, [], cancellation))
            {
                return null;
            }

            var (made, small) = (await File.ReadAllBytesAsync(copy, cancellation), await File.ReadAllBytesAsync(thumbnail, cancellation));
            var layout = ImageLayout.Read(made, "image/jpeg");
            return IsFit(made) && IsFit(small) ? new PublishedCopy(made, small, layout.Width, layout.Height) : null;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsFit(byte[] made) => FileTypes.Sniff(made).MediaType == "image/jpeg" && JpegLayout.IsBare(made);

    /// <summary>Colours of a profile are brought to sRGB, since the profile goes; a broken profile does not cost the photo.</summary>
    private async Task<bool> CopyAsync(string folder, string source, string copy, bool profile, CancellationToken cancellation) =>
        (profile && await ShrinkAsync(folder, source, copy, options.Value.CopySide, ["--export-profile", "srgb"], cancellation))
        || await ShrinkAsync(folder, source, copy, options.Value.CopySide, [], cancellation);

    /// <summary>Turned upright, never enlarged, on white where it was clear, without metadata.</summary>
    private async Task<bool> ShrinkAsync(string folder, string source, string target, int side, string[] more, CancellationToken cancellation) =>
        await RunAsync(folder, [source, "--size", $"{side}x{side}>", .. more, "-o", $"{target}[Q=82,strip,optimize_coding,background=255]"], cancellation) && File.Exists(target);

    /// <summary>Whether the file holds a colour profile, as JPEG, PNG, WebP and HEIF mark one. Without one a conversion would only shift colours.</summary>
    private static bool HasProfile(ReadOnlySpan<byte> photo) =>
        photo.IndexOf("ICC_PROFILE\0"u8) >= 0 || photo.IndexOf("iCCP"u8) >= 0 || photo.IndexOf("ICCP"u8) >= 0 || photo.IndexOf("colrprof"u8) >= 0 || photo.IndexOf("colrrICC"u8) >= 0;

    private async Task<bool> RunAsync(string folder, string[] arguments, CancellationToken cancellation)
    {
        var limits = options.Value;
        string[] command =
        [
            "-c", Limited, "sh", Number(limits.ProgramMebibytes * 1024L), Number(limits.ProgramSeconds), Number(LargestMade * 2), limits.Program, .. arguments, // dash counts files in half KiB
        ];
        var start = new ProcessStartInfo(Shell, command)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["HOME"] = start.Environment["TMPDIR"] = folder;
        start.Environment["VIPS_BLOCK_UNTRUSTED"] = "1";
        start.Environment["VIPS_CONCURRENCY"] = "1";
        start.Environment["MALLOC_ARENA_MAX"] = "2"; // address space is what is limited, and arenas reserve it
        using var child = StartShell(start);
        using var ended = new CancellationTokenSource(TimeSpan.FromSeconds(limits.ProgramSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, cancellation);
        try
        {
            child.StandardInput.Close();
            await Task.WhenAll(DrainAsync(child.StandardOutput, either.Token), DrainAsync(child.StandardError, either.Token)); // what it says may quote the file
            await child.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false; // too slow
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill(entireProcessTree: true);
                await child.WaitForExitAsync(CancellationToken.None); // its folder is deleted next
            }
        }

        return child.ExitCode == NotFound ? throw new PublisherMissingException(limits.Program, new FileNotFoundException(null, limits.Program)) : child.ExitCode == 0;
    }

    private static Process StartShell(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new PublisherMissingException(Shell, missing);
        }
    }

    private static async Task DrainAsync(StreamReader said, CancellationToken cancellation)
    {
        var buffer = new char[1024];
        while (await said.ReadAsync(buffer, cancellation) > 0)
        {
            // only so that the child does not wait for a reader
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Diagnostics;

namespace Hotline.SystemTests;

/// <summary>strace as a fault injector: kills or fails a process at an exact system call.</summary>
internal static class Strace
{
    public const string Reason = "strace is not here or may not trace: apt-get install strace";

    private static readonly Lazy<bool> s_works = new(() =>
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("strace", ["-qq", "-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    public static bool Works => s_works.Value;

    /// <summary>SIGKILL at the <paramref name="nth"/> fdatasync of a thread.</summary>
    public static string[] Kill(int nth) => Inject($"fdatasync:signal=KILL:when={nth}");

    /// <param name="fault">As strace's inject takes it: <c>fdatasync:error=EIO:when=9</c>.</param>
    /// <remarks>Without --seccomp-bpf: with it strace 6.1 miscounts.</remarks>
    public static string[] Inject(string fault) => ["strace", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={fault[..fault.IndexOf(':', StringComparison.Ordinal)]}", "-e", $"inject={fault}"];
}

/// <summary>A file system of a few megabytes in memory, to be filled to the last byte.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    /// <returns>Null where mounting is not allowed.</returns>
    public static SmallDisk? Mount(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("hotline-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder))
        {
            return new SmallDisk(folder);
        }

        Directory.Delete(folder);
        return null;
    }

    /// <summary>Takes most of the room away.</summary>
    public void Fill()
    {
        using var file = File.OpenWrite(Filler);
        var free = new DriveInfo(Folder).AvailableFreeSpace;
        file.Write(new byte[Math.Max(0, free - (2 * 1024 * 1024))]);
    }

    public void MakeRoom() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hotline.Ports;

/// <summary>Files that survive a power cut: the bytes, then the name. On Linux; elsewhere names are not synced.</summary>
/// <remarks>Throws <see cref="EngineAwayException"/> when the disk is full or fails.</remarks>
public static partial class DurableFile
{
    private const int NoSpace = 28;
    private const int OpenReadOnly = 0;
    private const int Exists = 17;

    /// <summary>Writes a file that is there whole or not at all, over one of the same name; durable when it returns.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content) => Place(path, content, null, draft =>
    {
        File.Move(draft, path, overwrite: true);
        return true;
    });

    /// <summary>Makes a file that was not there; of many at once exactly one makes it. Durable when it returns true.</summary>
    /// <param name="mode">Who may read it; null for the usual.</param>
    /// <returns>False when there is one already; that one stays.</returns>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null) => Place(path, content, mode, draft =>
    {
        try
        {
            return Link(draft, path);
        }
        finally
        {
            File.Delete(draft);
        }
    });

    private static bool Place(string path, ReadOnlySpan<byte> content, UnixFileMode? mode, Func<string, bool> place)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            SyncFolder(Path.GetDirectoryName(folder)!);
        }

        var draft = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.part"; // two may write the same name at once
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, PreallocationSize = content.Length };
            if (mode is { } given && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = given;
            }

            using (var file = new FileStream(draft, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            var placed = place(draft);
            SyncFolder(folder);
            return placed;
        }
        catch (IOException failure)
        {
            throw new EngineAwayException($"The file {path} cannot be written.", failure) { DiskFull = (failure.HResult & 0xFFFF) == NoSpace };
        }
    }

    /// <summary>File.Move without overwriting looks first and renames then, so of two at once the second wins over the first; a link never does.</summary>
    private static bool Link(string draft, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(draft, path, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(path))
            {
                return false;
            }
        }

        return LinkFile(draft, path) == 0
            || (Marshal.GetLastPInvokeError() is var error && error == Exists ? false : throw new EngineAwayException($"The file {path} cannot be made (error {error})."));
    }

    // .NET cannot open a folder to sync it.
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, OpenReadOnly);
        if (descriptor < 0)
        {
            throw new EngineAwayException($"The folder {folder} cannot be opened (error {Marshal.GetLastPInvokeError()}).");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Sync(handle) != 0)
        {
            throw new EngineAwayException($"The folder {folder} cannot be synced (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkFile(string from, string to);
}

using System.Runtime.InteropServices;
using Hotline.Ports;
using Microsoft.Win32.SafeHandles;

namespace Hotline.Providers.Sqlite.Engine;

/// <summary>Where the store lies and who may use it.</summary>
internal sealed class StoreFiles : IDisposable
{
    private readonly List<FileStream> _held = [];

    /// <param name="folder">Made when missing.</param>
    /// <param name="services">The services hosted in this process: each name may be held once per store.</param>
    public StoreFiles(string folder, IReadOnlyList<string> services)
    {
        Folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(Path.Combine(Folder, "blobs"));
        Directory.CreateDirectory(Path.Combine(Folder, "locks"));
        try
        {
            foreach (var service in services)
            {
                _held.Add(Hold(service));
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        WriteLock = new FileLock(Path.Combine(Folder, "locks", "write.lock"));
    }

    public string Folder { get; }

    public string Database => Path.Combine(Folder, "hotline.db");

    /// <summary>Held around each write transaction.</summary>
    public FileLock WriteLock { get; }

    public string BlobFile(BlobRef blob) => Path.Combine(Folder, "blobs", blob.Value[..5], blob.Value);

    public void Dispose()
    {
        WriteLock?.Dispose();
        foreach (var file in _held)
        {
            file.Dispose();
        }
    }

    private FileStream Hold(string service)
    {
        var path = Path.Combine(Folder, "locks", service + ".lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException failure)
        {
            throw new InvalidOperationException(
                $"The service {service} already runs on this store ({path} is held). Stop the other process, or give this one a folder of its own with Hotline:Data.", failure);
        }
    }
}

/// <summary>
/// A lock between processes in which the kernel queues the waiters. SQLite's own busy handler polls instead, and several writer
/// processes then wait hundreds of milliseconds. Released by the kernel when its holder dies.
/// </summary>
internal sealed partial class FileLock : IDisposable
{
    private const int ReadWriteCreate = 0x42; // O_RDWR | O_CREAT
    private const int OwnerOnly = 0x180; // 0600
    private const int Exclusive = 2;
    private const int Unlock = 8;
    private const int Interrupted = 4;
    private readonly SafeFileHandle _file;

    public FileLock(string path)
    {
        // Not by File.Open: that takes a lock of its own, and fails while another process holds this one.
        var descriptor = Open(path, ReadWriteCreate, OwnerOnly);
        _file = descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new EngineAwayException($"The store's write lock {path} cannot be opened (error {Marshal.GetLastPInvokeError()}).");
    }

    /// <summary>Runs alone among all processes on this store.</summary>
    public void Run(Action action)
    {
        Enter();
        try
        {
            action();
        }
        finally
        {
            Exit();
        }
    }

    public void Enter()
    {
        while (Flock(_file, Exclusive) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw new EngineAwayException($"The store's write lock cannot be taken (error {Marshal.GetLastPInvokeError()}).");
            }
        }
    }

    public void Exit() => _ = Flock(_file, Unlock);

    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}

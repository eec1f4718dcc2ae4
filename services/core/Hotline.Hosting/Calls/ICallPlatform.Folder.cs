using System.Text.Json;
using Hotline.Intake.Calls;
using Hotline.Ports;

namespace Hotline.Hosting;

/// <summary>For practice: each call a file only its owner reads, named by its id, so that a repeat makes no second; what was pressed another beside it.</summary>
public sealed class FolderCallPlatform(string folder) : ICallPlatform
{
    private const string CallEnding = ".call.json";
    private const string ReportEnding = ".report.json";
    private readonly string _folder = Path.GetFullPath(folder);

    public string? Missing => null;

    public TimeSpan AskEvery => TimeSpan.FromSeconds(1);

    public ValueTask<CallPlacement> PlaceAsync(OutgoingCall call, CancellationToken cancellation)
    {
        Create(call.Call + CallEnding, CallPlatformJson.Bytes(call));
        return new(new CallPlacement.Taken());
    }

    public async ValueTask<CallKnowledge> AskAsync(string call, CancellationToken cancellation)
    {
        var report = Path.Combine(_folder, call + ReportEnding);
        if (!File.Exists(report))
        {
            return File.Exists(Path.Combine(_folder, call + CallEnding))
                ? new CallKnowledge.Known(new(call, "queued", File.GetLastWriteTimeUtc(Path.Combine(_folder, call + CallEnding))))
                : new CallKnowledge.NotThere();
        }

        try
        {
            return new CallKnowledge.Known(JsonSerializer.Deserialize(await File.ReadAllBytesAsync(report, cancellation), CallPlatformJson.Default.CallReport)!);
        }
        catch (JsonException)
        {
            return new CallKnowledge.Away("通话结果文件无法读取。");
        }
    }

    /// <summary>The calls nobody has answered yet, oldest first.</summary>
    public IReadOnlyList<OutgoingCall> Waiting() => !Directory.Exists(_folder) ? [] :
    [
        .. from file in new DirectoryInfo(_folder).GetFiles("*" + CallEnding)
           where !File.Exists(file.FullName[..^CallEnding.Length] + ReportEnding)
           orderby file.LastWriteTimeUtc
           select JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), CallPlatformJson.Default.OutgoingCall),
    ];

    /// <summary>Puts down what became of a call, once.</summary>
    /// <returns>False when that was done before.</returns>
    public bool Report(CallReport report) => Create(report.Call + ReportEnding, CallPlatformJson.Bytes(report));

    private bool Create(string name, byte[] content) => DurableFile.TryCreate(Path.Combine(_folder, name), content, UnixFileMode.UserRead | UnixFileMode.UserWrite);
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>Somebody else's program on the stream, with Python's Kafka client: it knows the AsyncAPI document and nothing of this code.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    /// <summary>Debian's own: its packages are for no other.</summary>
    private const string Python = "/usr/bin/python3";

    private static readonly string Document = Path.Combine(Repository.Root, "services/core/Hotline.Contracts/asyncapi.json");
    private static readonly string Script = Path.Combine(Repository.Root, "tests/Hotline.SystemTests/Kafka/stranger.py");

    private readonly Process _process;
    private readonly ConcurrentQueue<JsonNode> _read = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private Stranger(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                _read.Enqueue(JsonNode.Parse(line.Data)!);
            }
        };
        process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it has read so far: topic, headers, key, value, and what is wrong by the document.</summary>
    public IReadOnlyList<JsonNode> Read => [.. _read];

    /// <param name="channels">As the document calls them.</param>
    public static Stranger Start(string broker, params string[] channels)
    {
        Skip.IfNot(File.Exists(Python) && Works(), "Debian's Python with its Kafka client is not here: apt-get install python3-confluent-kafka python3-jsonschema");
        return new Stranger(Process.Start(
            new ProcessStartInfo(Python, ["-W", "ignore", Script, Document, broker, .. channels]) { RedirectStandardOutput = true, RedirectStandardError = true })!);
    }

    /// <summary>A channel's topic, by the document.</summary>
    public static string Address(string channel) => JsonNode.Parse(File.ReadAllText(Document))!["channels"]![channel]!["address"]!.GetValue<string>();

    /// <summary>Waits until it has read what is asked for.</summary>
    public async Task UntilAsync(Func<IReadOnlyList<JsonNode>, bool> enough, TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        while (!enough(Read))
        {
            Assert.True(
                !_process.HasExited && Stopwatch.GetElapsedTime(began) < limit,
                $"The stranger has {Read.Count} messages ({string.Join(", ", Read.CountBy(message => message["headers"]!["ce_type"]?.GetValue<string>() ?? "?"))}) and said: {string.Join('\n', _errors)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static bool Works()
    {
        using var probe = Process.Start(new ProcessStartInfo(Python, ["-c", "import confluent_kafka, jsonschema"]) { RedirectStandardError = true })!;
        probe.WaitForExit();
        return probe.ExitCode == 0;
    }
}

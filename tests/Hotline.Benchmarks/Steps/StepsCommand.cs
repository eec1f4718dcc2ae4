using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hotline.Benchmarks.Load;
using Hotline.Benchmarks.Servers;
using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.App;
using Hotline.Ports;

namespace Hotline.Benchmarks.Steps;

/// <summary><c>steps</c>: the single steps of receiving one appeal, each on one thread, to see where the time and the bytes go.</summary>
internal static class StepsCommand
{
    public static async Task<int> RunAsync(TextWriter output)
    {
        await Report.PrintMachineAsync(output);
        await output.WriteLineAsync("\n| Step | µs CPU | bytes allocated |\n|---|---|---|");
        var folder = Path.Combine(ChildServer.Folder, "steps");
        await using (var application = new HotlineHost([$"--Hotline:Data={folder}"]).Add<AppChannel>().Add<DispatchService>().Build())
        {
            var timer = new StepTimer(output);
            await ProofSteps.RunAsync(timer, application.Services);
            await WordStepsAsync(timer, application.Services);
            await StoreSteps.RunAsync(timer, application.Services);
        }

        Directory.Delete(ChildServer.Folder, recursive: true);
        return 0;
    }

    private static async Task WordStepsAsync(StepTimer timer, IServiceProvider services)
    {
        var body = AppRequests.Body;
        var appeal = JsonSerializer.Deserialize(body, AppJson.Default.AppAppeal)!;
        var time = TimeProvider.System;
        var ids = services.GetRequiredService<IIdSource>();
        var id = ids.Next();
        await timer.TimeAsync("JSON → AppAppeal", () => JsonSerializer.Deserialize(body, AppJson.Default.AppAppeal));
        await timer.TimeAsync("check", () => AppNormalizer.Check(appeal));
        await timer.TimeAsync("normalize", () => AppNormalizer.Normalize(appeal, "device", "key", []));
        await timer.TimeAsync("– clean the text (NFC)", () => TextCleaner.Clean(appeal.Text));
        await timer.TimeAsync("new id", () => ids.Next());

        var sealer = services.GetRequiredService<IServiceKeys>().Sealer("bench", "originals");
        var keeper = new OriginalKeeper(sealer, services.GetRequiredService<IBlobStore>());
        var compressed = new byte[body.Length];
        await timer.TimeAsync("keep an original by itself, as those with files: compress, seal, address", () => keeper.Pack(body, id, time.GetUtcNow()));
        await timer.TimeAsync("– Brotli, quality 1, window 18", () => BrotliEncoder.TryCompress(body, compressed, out _, 1, 18));
        await timer.TimeAsync("– Brotli, quality 1, window 11", () => BrotliEncoder.TryCompress(body, compressed, out _, 1, 11));
        await timer.TimeAsync("– Brotli, quality 0, window 11", () => BrotliEncoder.TryCompress(body, compressed, out _, 0, 11));
        await timer.TimeAsync("– Deflate, fastest", () => Deflate(body, compressed));
        await timer.TimeAsync("– AES-256-GCM of 700 bytes", () => sealer.Seal(body.AsSpan(0, 700), id.ToByteArray()));
        await timer.TimeAsync("– SHA-256 of the body, as hex", () => Convert.ToHexStringLower(SHA256.HashData(body)));
        await timer.TimeAsync("AES-256-GCM of 300 bytes (the contact)", () => sealer.Seal(body.AsSpan(0, 300), id.ToByteArray()));

        var numbered = Numbered(appeal, id, time.GetUtcNow());
        var buffer = new ArrayBufferWriter<byte>(8192);
        var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        await timer.TimeAsync("Appeal → JSON", () =>
        {
            buffer.ResetWrittenCount();
            writer.Reset(buffer);
            JsonSerializer.Serialize(writer, numbered, HotlineJson.Default.Appeal);
            writer.Flush();
            return buffer.WrittenSpan.ToArray();
        });
        var json = buffer.WrittenSpan.ToArray();
        var codes = new QueryCodes(RandomNumberGenerator.GetBytes(32));
        await timer.TimeAsync("query code", () => codes.For(id));
        await timer.TimeAsync("compose a number", () => AppealNumber.Compose(new DateOnly(2026, 3, 11), 3, 123456));
        var receipt = new AppReceipt(numbered.Number, codes.For(id), numbered.ReceivedAt, "/intake/app/appeals/" + numbered.Number, false, []);
        await timer.TimeAsync("receipt → JSON", () => JsonSerializer.SerializeToUtf8Bytes(receipt, AppJson.Default.AppReceipt));
        await timer.TimeAsync("dispatch: JSON → Appeal", () => JsonSerializer.Deserialize(json, HotlineJson.Default.Appeal));
        var rules = services.GetRequiredService<DispatchRules>();
        await timer.TimeAsync("dispatch: propose", () => rules.Propose(numbered));
    }

    private static MemoryStream Deflate(byte[] body, byte[] into)
    {
        using var memory = new MemoryStream(into);
        using var deflate = new DeflateStream(memory, CompressionLevel.Fastest, leaveOpen: true);
        deflate.Write(body);
        return memory;
    }

    private static Appeal Numbered(AppAppeal appeal, Guid id, DateTimeOffset now)
    {
        var draft = AppNormalizer.Normalize(appeal, "device", "key", []);
        return new Appeal
        {
            Id = id,
            Number = AppealNumber.Compose(new DateOnly(2026, 3, 11), 3, 123456),
            Channel = Channels.App.Name,
            SourceId = draft.SourceId,
            ReceivedAt = now,
            Title = draft.Title,
            Text = draft.Text,
            Nature = draft.Nature,
            Place = draft.Place,
            OccurredAt = draft.OccurredAt,
            ContactRef = id,
            Reach = ["app", "phone"],
            Authenticity = draft.Authenticity,
        };
    }
}

using System.Diagnostics;
using System.Text;
using Hotline.Contracts;
using Hotline.Ports;
using Xunit;

namespace Hotline.ContractTests.EventLog.Dapr;

/// <summary>The same with Dapr's own sidecar, on its pub/sub in memory, where <c>daprd</c> is installed.</summary>
public sealed class DaprdTests
{
    private const string Topic = "hotline.daprd-tests.v1";
    private const string Token = "0123456789abcdef";

    [SkippableFact]
    public async Task Through_daprd_an_event_arrives_byte_for_byte_and_what_is_not_settled_comes_again()
    {
        var program = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, "daprd")).FirstOrDefault(File.Exists);
        Skip.If(program is null, "daprd is not on the PATH: install Dapr's runtime to test with a sidecar of its own.");
        var resources = Directory.CreateTempSubdirectory("hotline-daprd-");
        var (grpc, http) = (FreePorts.Next(), FreePorts.Next());
        await File.WriteAllTextAsync(Path.Combine(resources.FullName, "pubsub.yaml"), """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: hotline-pubsub }
            spec: { type: pubsub.in-memory, version: v1, metadata: [] }
            """);
        var outbox = new MemoryOutbox();
        var asked = new Subscription("orders", [Topic]);
        await using var process = await DaprProcess.StartAsync(grpc, outbox, ["contract"], [asked], token: Token, options: ("DeliverySeconds", "2"));
        var tries = 0;
        var reading = new Reading(process.Log, asked, _ => Interlocked.Increment(ref tries) > 1); // the first try is left unsettled
        var start = new ProcessStartInfo(program!)
        {
            ArgumentList =
            {
                "--app-id", "orders", "--app-port", $"{process.Address.Port}", "--app-protocol", "http", "--dapr-grpc-port", $"{grpc}", "--dapr-http-port", $"{http}",
                "--dapr-internal-grpc-port", $"{FreePorts.Next()}", "--resources-path", resources.FullName, "--enable-metrics=false", "--log-level", "error",
            },
            Environment = { ["APP_API_TOKEN"] = Token },
        };
        using var daprd = Process.Start(start)!;
        try
        {
            var sent = new CloudEvent("one/1", "/hotline/contract", "hotline.tested.v1", TimeProvider.System.GetUtcNow(), new Uuid7(TimeProvider.System).Next(), Encoding.UTF8.GetBytes("""{ "b" : 1.0e0 , "a" : "\/" , "text" : "路灯不亮 😀" }"""));
            outbox.Add("contract", Topic, sent);
            var read = await reading.UntilAsync(2);
            Assert.All(read, message => Assert.Equal(sent with { Data = default }, message.Event with { Data = default }));
            Assert.All(read, message => Assert.Equal(sent.Data.ToArray(), message.Event.Data.ToArray()));
            await reading.StopAsync();
        }
        finally
        {
            daprd.Kill();
            await daprd.WaitForExitAsync();
            resources.Delete(recursive: true);
        }
    }

}

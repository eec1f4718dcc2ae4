using System.Diagnostics;
using Hotline.Contracts;
using Hotline.SystemTests;
using Xunit;

namespace Hotline.ContainerTests.Kafka;

/// <summary>The scenario in the split form, with the same assertions, on topics that <c>migrate</c> made.</summary>
public sealed class ScenarioOnKafkaTests(KafkaContainer kafka) : IClassFixture<KafkaContainer>
{
    [SkippableFact]
    public async Task An_appeal_goes_the_whole_way_on_Kafka()
    {
        var prepared = await RunAsync(Broker.Options(kafka.BootstrapServers));
        Assert.Contains($"{Topics.Appeals}: made with 12 partitions", prepared);
    }

    /// <summary>Prepares the engines as the chart does before an installation, and plays the scenario on them.</summary>
    /// <returns>What <c>migrate</c> printed.</returns>
    internal static async Task<string[]> RunAsync(string[] options)
    {
        using var folder = new TemporaryFolder();
        string[] command = [Path.Combine(AppContext.BaseDirectory, "Hotline.AllInOne.dll"), "migrate", .. options, "--Hotline:Kafka:Topics:Replicas=1", $"--Hotline:Data={folder.Path}"];
        using var migrate = Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true })!;
        var prepared = (await migrate.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await migrate.WaitForExitAsync();
        Assert.Equal(0, migrate.ExitCode);

        await using var hotline = await RunningHotline.StartAsync(Form.Split, folder.Path, options, services: Scenario.Services);
        await Scenario.RunAsync(hotline);
        await hotline.StopAsync();
        return prepared;
    }
}

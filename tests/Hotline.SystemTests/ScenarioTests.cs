using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>The same scenario in one process and split, on the embedded log; on Kafka beside.</summary>
public sealed partial class ScenarioTests
{
    [Theory]
    [InlineData(Form.OneProcess)]
    [InlineData(Form.Split)]
    public async Task An_appeal_goes_the_whole_way_on_the_embedded_log(Form form)
    {
        await using var hotline = await RunningHotline.StartAsync(form, services: Scenario.Services);
        await Scenario.RunAsync(hotline);
        await hotline.StopAsync();
    }

    /// <summary>Real appeals where they are at hand, else our own; the command that <c>build/run --play</c> calls.</summary>
    [Fact]
    public async Task Played_appeals_each_end_closed_with_unit_due_and_reply()
    {
        const int Count = 12;
        await using var hotline = await RunningHotline.StartAsync(Form.OneProcess);
        using var play = Process.Start(new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Hotline.AllInOne.dll"), "play", Repository.Appeals, "--count", $"{Count}", "--address", hotline.Address.ToString(), $"--Hotline:Data={hotline.Data}"])
        { RedirectStandardOutput = true })!;
        var lines = (await play.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await play.WaitForExitAsync();
        Assert.Equal(0, play.ExitCode);
        Assert.Equal(Count + 1, lines.Length);
        Assert.All(lines[1..], line => Assert.Matches(Played(), line));
    }

    [GeneratedRegex(@"^\d{15} \| \S+ \| \S+ \| \d\d-\d\d \d\d:\d\d \| closed \| \S{6,}$")]
    private static partial Regex Played();
}

using System.Diagnostics;
using Hotline.Contracts;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>The demonstration, as <c>build/run --demo</c> plays it: every channel speaks, every appeal is handled to its end, and the day adds up.</summary>
public sealed class DemoTests
{
    private const string Secret = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Every_channel_shows_and_the_day_adds_up()
    {
        var data = Directory.CreateTempSubdirectory("hotline-demo-").FullName;
        try
        {
            var board = Directory.CreateDirectory(Path.Combine(data, "practice-board")).FullName;
            await File.WriteAllTextAsync(Path.Combine(data, "hotline.json"), $$$"""
                {"Hotline":{
                  "WeChat":{"AppId":"wxpractice","Token":"{{{Secret}}}","EncodingAesKey":"{{{Secret}}}"},"Email":{"PipeKey":"{{{Secret}}}"},"Phone":{"EventSecret":"{{{Secret}}}"},
                  "MessageBoard":{"Source":"Files","Folder":"{{{board}}}","IntervalSeconds":1},
                  "Partners":{"Partners":[
                    {"Name":"media","Protocol":"Media","Source":"合作媒体","Key":"{{{Secret}}}"},{"Name":"weibo","Protocol":"Weibo","Source":"微博","Key":"{{{Secret}}}"},
                    {"Name":"province","Protocol":"Province","Source":"省平台","Key":"{{{Secret}}}"}]}
                }}
                """);
            await using var hotline = await RunningHotline.StartAsync(Form.OneProcess, data);
            using var limit = new CancellationTokenSource(Limit);
            using var demo = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Hotline.AllInOne.dll"), "demo", $"--address={hotline.Address}", $"--Hotline:Data={data}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = demo.StandardError.ReadToEndAsync(limit.Token);
            var output = await demo.StandardOutput.ReadToEndAsync(limit.Token);
            await demo.WaitForExitAsync(limit.Token);
            Assert.True(demo.ExitCode == 0, $"{await errors}\n{output}");
            Assert.Contains("日清相符", output, StringComparison.Ordinal);
            var closed = output.Split('\n').Where(line => line.Contains("| closed |", StringComparison.Ordinal)).ToList();
            Assert.All(Channels.ByName.Keys, channel => Assert.Contains(closed, line => line.StartsWith(channel, StringComparison.Ordinal)));
            Assert.InRange(closed.Count, 60, 80);
            await hotline.StopAsync();
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}

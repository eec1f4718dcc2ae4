using System.Diagnostics;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.SupervisionLine.Sealing;
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
                  "WeChat":{"AppId":"wxpractice","Token":"{{{Secret}}}","EncodingAesKey":"{{{Secret}}}"},"Phone":{"EventSecret":"{{{Secret}}}"},
                  "Email":{"PipeKey":"{{{Secret}}}","Smtp":{"Folder":"{{{data}}}/outgoing-mail","From":"12345@practice.example"}},"Sms":{"Folder":"{{{data}}}/outgoing-sms"},
                  "Supervision":{"Practice":true},
                  "MessageBoard":{"Source":"Files","Folder":"{{{board}}}","IntervalSeconds":1},
                  "Partners":{"Partners":[
                    {"Name":"media","Protocol":"Media","Source":"合作媒体","Key":"{{{Secret}}}"},{"Name":"weibo","Protocol":"Weibo","Source":"微博","Key":"{{{Secret}}}"},
                    {"Name":"province","Protocol":"Province","Source":"省平台","Key":"{{{Secret}}}"}]}
                }}
                """);
            await MakeOfficerAsync(data);
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
            Assert.Contains("纪检人员用自己的密钥打开 2 件", output, StringComparison.Ordinal);
            Assert.Contains("列入虚假办结", output, StringComparison.Ordinal);
            Assert.Matches(@"email \| [1-9]\d* \| 0 \| 0 \| outgoing-mail/ [1-9]", output);
            Assert.Matches(@"phone \| [1-9]\d* \| 0 \| 0 \| outgoing-sms/ [1-9]", output);
            await hotline.StopAsync();
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>The practice officer's key, as build/run makes it.</summary>
    private static async Task MakeOfficerAsync(string data)
    {
        var key = P256Key.Generate();
        var officers = Directory.CreateDirectory(Path.Combine(data, "supervision", "officers")).FullName;
        var own = Directory.CreateDirectory(Path.Combine(data, "practice-officer")).FullName;
        await File.WriteAllTextAsync(Path.Combine(officers, "practice.jwk"), JsonSerializer.Serialize(key.ToPublic(), SealingJson.Default.P256Key));
        await File.WriteAllTextAsync(Path.Combine(own, "practice.private.jwk"), JsonSerializer.Serialize(key, SealingJson.Default.P256Key));
    }
}

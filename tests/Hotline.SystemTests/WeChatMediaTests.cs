using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Hotline.AllInOne.Practice;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>Between a citizen's photo and its download the process dies, again and again; each photo is with the appeal, once.</summary>
public sealed partial class WeChatMediaTests
{
    private const int Kills = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Killed_between_message_and_download_no_photo_is_lost_or_doubled()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var platform = await WeChatPlatform.StartAsync();
        await using var hotline = await RunningHotline.StartAsync(
            Form.OneProcess, options: ["--Hotline:Services=intake-wechat,dispatch", "--Hotline:WeChat:MediaWaitSeconds=2", .. WeChatPlatform.Options, .. platform.MediaOptions]);
        var http = hotline.NewHttp();
        var number = Number().Match(await WeChatPlatform.PushAsync(http, "昨天离石区滨河街道的路灯不亮。", 1)).Value;
        platform.Stalls = true;
        var photos = Enumerable.Range(0, Kills).Select(kill => $"photo-{kill.ToString(CultureInfo.InvariantCulture)}").ToList();
        foreach (var (kill, photo) in photos.Index())
        {
            await WeChatPlatform.PushPhotoAsync(http, photo, 10 + kill);
            while (kill % 2 == 0 && platform.AskedFor(photo) == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
            }

            await hotline.KillAsync("all"); // with the download begun, or at once after the answer
            if (kill == 2)
            {
                platform.Stalls = false; // some are fetched before the citizen says that this is all, some after
            }

            await hotline.StartAsync();
            http.Dispose();
            http = hotline.NewHttp();
        }

        Assert.Contains(number, await WeChatPlatform.PushAsync(http, "完成", 2), StringComparison.Ordinal);
        var staff = new StaffClient(http, await hotline.TokensAsync());
        var expected = photos.Select(photo => Convert.ToHexStringLower(SHA256.HashData(WeChatPlatform.PhotoOf(photo)))).Order(StringComparer.Ordinal);
        var found = new List<string>();
        while (found.Count < Kills)
        {
            var order = await staff.WorkOrderAsync("acceptor-01", number, TimeProvider.System, limit.Token);
            found = [.. order["attachments"]!.AsArray().Concat(order["supplements"]!.AsArray().SelectMany(added => added!["attachments"]!.AsArray())).Select(file => file!["sha256"]!.GetValue<string>())];
        }

        Assert.Equal(expected, found.Order(StringComparer.Ordinal));
        http.Dispose();
        await hotline.StopAsync();
    }

    [GeneratedRegex("[0-9]{15}")]
    private static partial Regex Number();
}

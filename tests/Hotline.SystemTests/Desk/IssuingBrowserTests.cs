using System.Globalization;
using Hotline.AllInOne.Practice;
using Hotline.SystemTests.Supervision;
using Xunit;

namespace Hotline.SystemTests.Desk;

/// <summary>签发 and photos of a reply as people do them: headless Chromium through the gateway, each service its own process.</summary>
public sealed class IssuingBrowserTests() : DeskBrowserStage(["intake-app", "dispatch", "desk"], ["station-141181", "141181-urban", "141181-urban-head"])
{
    [SkippableFact]
    public async Task A_bureau_uploads_photos_drafts_and_its_head_issues_by_keys_narrow_and_wide()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        using var citizen = await Running.NewCitizenAsync();
        using var received = await citizen.SubmitAsync(AppClient.Json("""{"text":"孝义市中阳楼街道垃圾没人清运，脏乱差。","contact":{"phone":"13900000000"},"place":{"text":"孝义市中阳楼街道"}}"""), "issue-1");
        var number = (await AppClient.ReadAsync(received))["number"]!.GetValue<string>();
        var folder = Directory.CreateTempSubdirectory("hotline-photos-").FullName;
        var photo = await OfficePlayers.ReadPhotoAsync();
        var (before, after) = (Path.Combine(folder, "before.jpg"), Path.Combine(folder, "after.jpg"));
        await File.WriteAllBytesAsync(before, ExifPhoto.Taken(photo, 37.1448, 111.7785, new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(8))));
        await File.WriteAllBytesAsync(after, photo);
        var page = new Uri(Running.Address, $"/desk/orders/{number}");

        await using var station = await SignedInAsync("station-141181");
        await station.GoAsync(new Uri(Running.Address, "/desk/queues/own"));
        await station.ClickAsync("tbody a");
        await station.ClickAsync("form[aria-label=签收] button");
        await station.WaitAsync(".notice", text => text.Contains("已签收", StringComparison.Ordinal));
        await station.AskAsync("document.getElementById('dispatch-1-unit').value = ''");
        await station.TypeAsync("#dispatch-1-unit", "141181-urban");
        await station.ClickAsync("form[aria-label=下派] button");
        await station.WaitAsync(".notice", text => text.Contains("已转派", StringComparison.Ordinal));

        await using (var unit = await SignedInAsync("141181-urban"))
        {
            await unit.GoAsync(page);
            await unit.ClickAsync("form[aria-label=签收] button");
            await unit.WaitAsync(".notice", text => text.Contains("已签收", StringComparison.Ordinal));
            await unit.ClickAsync("form[aria-label=开始办理] button");
            await unit.WaitAsync("form[aria-label=提交签发]");
            await unit.TypeAsync("form[aria-label=提交签发] [name=publicReply]", "垃圾已清运，今后每日保洁。");
            await unit.ClickAsync("form[aria-label=提交签发] button");
            await unit.WaitAsync(".summary", text => text.Contains("须附办理前照片、办理后照片", StringComparison.Ordinal));
            await LookAsync(unit, "order-proofs-wanted");
            foreach (var file in new[] { before, after })
            {
                await unit.TypeAsync("#proofs-2-file", file);
                await TabToAsync(unit, "form[aria-label=上传证明材料] button", byCss: true);
                await unit.PressAsync(Enter);
                await unit.WaitAsync($".proofs li:nth-child({(file == before ? 1 : 2).ToString(CultureInfo.InvariantCulture)})");
            }

            await unit.WaitAsync("form[aria-label=提交签发]");
            await SeenAsync(unit, 2);
            await LookAsync(unit, "order-proofs");
            Assert.Equal("垃圾已清运，今后每日保洁。", (await unit.AskAsync("return document.querySelector('form[aria-label=提交签发] [name=publicReply]').value"))!.GetValue<string>());
            await unit.ClickAsync("form[aria-label=提交签发] button");
            await unit.WaitAsync(".notice", text => text.Contains("等待本单位负责人签发", StringComparison.Ordinal));
        }

        await station.GoAsync(page);
        Assert.False(await station.HasAsync(".proofs"));
        await using (var head = await SignedInAsync("141181-urban-head"))
        {
            // The head touches no mouse.
            await TabToAsync(head, "nav a[href='/desk/queues/to-issue']", byCss: true);
            await head.PressAsync(Enter);
            await head.WaitAsync("tbody a", text => text == number);
            await LookAsync(head, "to-issue");
            await TabToAsync(head, "tbody a", byCss: true);
            await head.PressAsync(Enter);
            await head.WaitAsync("form[aria-label=签发]");
            await SeenAsync(head, 2);
            await LookAsync(head, "order-drafted");
            await TabToAsync(head, "form[aria-label=签发] button", byCss: true);
            await head.PressAsync(Enter);
            await head.WaitAsync(".notice", text => text.Contains("已签发", StringComparison.Ordinal));
        }

        await station.GoAsync(page);
        await station.WaitAsync("form[action$='assignments/2/review']");
        await SeenAsync(station, 2);
        await LookAsync(station, "order-issued");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The photos are drawn, not only named.</summary>
    private static async Task SeenAsync(Browser browser, int images)
    {
        await browser.AskAsync("document.querySelectorAll('.proofs img').forEach(image => { image.loading = 'eager'; })");
        const string drawn = "return [...document.querySelectorAll('.proofs img')].filter(image => image.complete && image.naturalWidth > 0).length";
        for (var tries = 0; tries < 100 && (await browser.AskAsync(drawn))!.GetValue<int>() < images; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        Assert.Equal(images, (await browser.AskAsync(drawn))!.GetValue<int>());
    }
}

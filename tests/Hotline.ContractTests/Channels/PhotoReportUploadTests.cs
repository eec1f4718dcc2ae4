using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Intake.PhotoReport;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>Reports with their photos: received whatever the photos are, and refused photos said with the reason.</summary>
[Collection(PhotoReportHosts.Name)]
public sealed class PhotoReportUploadTests(PhotoReportHost host)
{
    private const string Json = """{"text":"井盖坏了。"}""";

    [Fact]
    public async Task A_report_gets_a_receipt_of_its_channel_and_is_kept_whole()
    {
        using var device = await host.DeviceAsync();
        var photo = PhotoSamples.Tiff();
        var receipt = await host.ReportAsync(device, Json, photo);
        Assert.Equal("06", receipt.Number[6..8]);
        Assert.True(AppealNumber.IsValid(receipt.Number));
        Assert.Equal("pending", Assert.Single(receipt.Body["photos"]!.AsArray())!["state"]!.GetValue<string>());
        var appeal = (await host.Intake.FindAsync(receipt.Number, CancellationToken.None))!;
        Assert.Equal(("photo-report", "device", "image/tiff"), (appeal.State.Appeal.Channel, appeal.State.Appeal.Authenticity, appeal.State.Appeal.Attachments[0].MediaType));
        Assert.True((await host.Intake.OriginalOfAsync(appeal, CancellationToken.None)).AsSpan().IndexOf(photo) > 0);
        using var track = await device.TrackAsync(receipt.Number, receipt.Code);
        Assert.Equal(HttpStatusCode.OK, track.StatusCode);
    }

    [Fact]
    public async Task Without_a_photo_there_is_no_photo_report()
    {
        using var device = await host.DeviceAsync();
        using var answer = await device.SubmitAsync(AppHost.Text(Json), host.NewKey());
        Assert.Equal(["photo"], (await AppHost.ReadAsync(answer, HttpStatusCode.BadRequest)).Errors);
        Assert.Equal(["photo"], (await PhotoReportHost.ReportAsync(device, Json, host.NewKey(), [HttpStatusCode.BadRequest])).Errors);
    }

    [Fact]
    public async Task Without_words_the_photos_speak()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReportAsync(device, "{}", PhotoSamples.Tiff());
        Assert.Equal("随手拍照片", (await host.Intake.FindAsync(receipt.Number, CancellationToken.None))!.State.Appeal.Title);
    }

    [Fact]
    public async Task Bombs_polyglots_SVG_and_pages_are_refused_and_the_report_stands()
    {
        using var device = await host.DeviceAsync();
        var clock = Stopwatch.StartNew();
        var receipt = await host.ReportAsync(
            device,
            Json,
            PhotoSamples.Bomb,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"u8.ToArray(),
            [.. PhotoSamples.Dressed([0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 9, 0, 9, 1, 1, 0x11, 0, 0xFF, 0xD9], 1), .. "<script>alert(1)</script>"u8],
            "%PDF-1.7"u8.ToArray(),
            []);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
        var photos = receipt.Body["photos"]!.AsArray();
        Assert.All(photos, photo => Assert.Equal("refused", photo!["state"]!.GetValue<string>()));
        Assert.All(photos, photo => Assert.Contains("请", photo!["reason"]!.GetValue<string>(), StringComparison.Ordinal));
        using var track = await device.TrackAsync(receipt.Number, receipt.Code);
        Assert.Equal(HttpStatusCode.OK, track.StatusCode);
        using var answer = await host.GetAsync(receipt, "/photos/2");
        Assert.Contains("没有公开", (await AppHost.ReadAsync(answer, HttpStatusCode.NotFound)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_report_again_is_a_repeat_and_another_photo_is_not()
    {
        using var device = await host.DeviceAsync();
        var key = host.NewKey();
        var first = await PhotoReportHost.ReportAsync(device, Json, key, [HttpStatusCode.Created], PhotoSamples.Tiff());
        var second = await PhotoReportHost.ReportAsync(device, Json, key, [HttpStatusCode.OK], PhotoSamples.Tiff());
        Assert.Equal((first.Number, first.Code, true), (second.Number, second.Code, second.Repeated));
        await PhotoReportHost.ReportAsync(device, Json, key, [HttpStatusCode.UnprocessableEntity], PhotoSamples.Tiff(3));
    }

    [Fact]
    public async Task Places_that_disagree_are_marked_for_the_office_and_kept_apart_for_the_staff()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReportAsync(
            device,
            """{"text":"路面塌了。","place":{"text":"桥下","latitude":37.5175,"longitude":111.1379,"datum":"wgs84"},"device":{"latitude":37.6012345,"longitude":111.1379,"datum":"wgs84","accuracy":12}}""",
            PhotoSamples.Tiff(place: (37.5275, 111.1379)));
        var appeal = (await host.Intake.FindAsync(receipt.Number, CancellationToken.None))!.State.Appeal;
        Assert.Equal(new Place("桥下", 37.5175, 111.1379, "wgs84"), appeal.Place);
        Assert.Equal(["照片位置与填报位置相距 1112 米", "照片位置与手机定位相距 8199 米", "填报位置与手机定位相距 9311 米"], appeal.Marks);

        using var shown = await host.Staff.SendAsync("dispatcher-01", HttpMethod.Get, $"{PhotoReportHost.Prefix}/reports/{receipt.Number}/places", null);
        var places = (await AppHost.ReadAsync(shown, HttpStatusCode.OK)).Body;
        Assert.Equal((37.5175, 37.6012345), (places["reported"]!["latitude"]!.GetValue<double>(), places["device"]!["latitude"]!.GetValue<double>()));
        Assert.Equal(37.5275, places["photos"]![0]!["latitude"]!.GetValue<double>(), 6);
        using var refused = await host.Staff.SendAsync("station-141102", HttpMethod.Get, $"{PhotoReportHost.Prefix}/reports/{receipt.Number}/places", null);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        // Where the citizen stood is his own affair: it lies under seal, and in no line of the log.
        foreach (var file in Directory.EnumerateFiles(host.Folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory);
            Assert.True(memory.ToArray().AsSpan().IndexOf("37.6012345"u8) < 0, file);
        }

        Assert.DoesNotContain(host.LogLines, line => line.Contains("37.6012345", StringComparison.Ordinal) || line.Contains(receipt.Number, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_citizen_adds_is_added()
    {
        using var device = await host.DeviceAsync();
        var receipt = await host.ReportAsync(device, Json, PhotoSamples.Tiff());
        foreach (var (kind, body) in new[] { ("urges", "{}"), ("supplements", """{"text":"还在漏。"}"""), ("withdrawals", """{"reason":"已修好"}""") })
        {
            using var added = await device.AddAsync(kind, receipt.Number, receipt.Code, AppHost.Text(body), host.NewKey());
            Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        }

        using var more = await device.AddAsync(
            "supplements", receipt.Number, receipt.Code, AppHost.Bytes(PhotoReportHost.Form("""{"text":"再补一张。"}""", PhotoSamples.Bomb), $"multipart/form-data; boundary={PhotoReportHost.Boundary}"), host.NewKey());
        Assert.Equal(2, (await AppHost.ReadAsync(more, HttpStatusCode.OK)).Body["supplements"]!.GetValue<int>());
        Assert.NotNull((await host.Intake.FindAsync(receipt.Number, CancellationToken.None))!.State.Supplements[1].Attachments[0].Refused);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_and_one_that_trickles_is_dropped()
    {
        using var device = await host.DeviceAsync();
        using var large = await device.SubmitAsync(AppHost.Bytes(new byte[(30 * 1024 * 1024) + 1], $"multipart/form-data; boundary={PhotoReportHost.Boundary}"), host.NewKey());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);

        using var phone = new Hotline.AllInOne.Practice.PracticeDevice(TimeProvider.System);
        using (var registering = new Hotline.AllInOne.Practice.AppClient(host.NewClient(), phone, PhotoReportHost.Prefix))
        {
            await registering.RegisterAsync();
            using var socket = new TcpClient();
            await socket.ConnectAsync(host.Address.Host, host.Address.Port);
            var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {PhotoReportHost.Prefix}/appeals HTTP/1.1\r\nHost: {host.Address.Authority}\r\nDPoP: {phone.Prove("POST", new Uri(host.Address, PhotoReportHost.Prefix + "/appeals"))}\r\nAuthorization: DPoP {phone.Token}\r\n"
                + $"Idempotency-Key: slow\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n"));
            var clock = Stopwatch.StartNew();
            var answered = stream.ReadAsync(new byte[4096]).AsTask();
            while (!answered.IsCompleted && clock.Elapsed < TimeSpan.FromSeconds(40))
            {
                try
                {
                    await stream.WriteAsync("x"u8.ToArray());
                }
                catch (IOException)
                {
                    break; // it was dropped
                }

                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
            }

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(35), "A body of four bytes a second held its turn.");
            Assert.True(clock.Elapsed > TimeSpan.FromSeconds(5), "It was dropped before the time of grace.");
        }

        await host.ReportAsync(device, Json, PhotoSamples.Tiff());
    }
}

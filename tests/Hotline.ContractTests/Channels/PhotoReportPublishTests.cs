using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>What others see of a photo: upright pixels and nothing else, made by the real program behind receiving.</summary>
[Collection(PhotoReportHosts.Name)]
public sealed class PhotoReportPublishTests(PhotoReportHost host)
{
    private const string Json = """{"text":"井盖坏了。"}""";

    [SkippableFact]
    public async Task Every_orientation_comes_out_upright_and_bare_with_a_thumbnail()
    {
        Skip.IfNot(PhotoReportHost.CanPublish, PhotoReportHost.WhyNot);
        using var device = await host.DeviceAsync();
        var receipt = await host.ReportAsync(device, Json, [.. Enumerable.Range(1, 8).Select(orientation => PhotoSamples.Tiff(orientation, (37.5175, 111.1379)))]);
        var photos = await host.PhotosAsync(receipt);
        for (var photo = 1; photo <= 8; photo++)
        {
            Assert.Equal(("published", 960, 640), (StateOf(photos, photo), photos[photo - 1]!["width"]!.GetValue<int>(), photos[photo - 1]!["height"]!.GetValue<int>()));
            var copy = await host.DownloadAsync(receipt, $"/photos/{photo}");
            PhotoSamples.AssertBare(copy);
            await PhotoSamples.AssertUprightAsync(copy, 960, 640);
            var thumbnail = await host.DownloadAsync(receipt, $"/photos/{photo}/thumbnail");
            PhotoSamples.AssertBare(thumbnail);
            await PhotoSamples.AssertUprightAsync(thumbnail, 320, 213);
        }
    }

    [SkippableFact]
    public async Task EXIF_XMP_IPTC_comments_and_what_stands_behind_are_gone_from_a_JPEG()
    {
        Skip.IfNot(PhotoReportHost.CanPublish, PhotoReportHost.WhyNot);
        using var device = await host.DeviceAsync();
        var first = await host.ReportAsync(device, Json, PhotoSamples.Tiff());
        await host.PhotosAsync(first);
        var dressed = PhotoSamples.Dressed(await host.DownloadAsync(first, "/photos/1"), orientation: 3);
        var receipt = await host.ReportAsync(device, Json, dressed);
        var appeal = (await host.Intake.FindAsync(receipt.Number, CancellationToken.None))!.State.Appeal;
        Assert.Equal(37.5175, appeal.Place!.Latitude!.Value, 6); // it was read before it was taken away
        Assert.Equal("published", StateOf(await host.PhotosAsync(receipt), 1));
        var copy = await host.DownloadAsync(receipt, "/photos/1");
        PhotoSamples.AssertBare(copy);
        PhotoSamples.AssertBare(await host.DownloadAsync(receipt, "/photos/1/thumbnail"));
        var picture = await PhotoSamples.DecodeAsync(copy);
        Assert.True(picture.Pixels is [> 200, > 200, > 200, ..], "Orientation 3 brings the white corner to the top left.");
    }

    [SkippableFact]
    public async Task Real_cameras_files_are_published_bare_and_turned()
    {
        Skip.IfNot(PhotoReportHost.CanPublish, PhotoReportHost.WhyNot);
        var folder = Path.GetFullPath("../shared/data/photos", Repository.Root);
        Skip.IfNot(Directory.Exists(folder), "../shared/data/photos is not there: it is data of others that may not be copied.");
        using var device = await host.DeviceAsync();
        foreach (var files in Directory.GetFiles(folder, "*.*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".jpg" or ".tiff").Order().Chunk(9))
        {
            var receipt = await host.ReportAsync(device, Json, [.. files.Select(File.ReadAllBytes)]);
            var photos = await host.PhotosAsync(receipt);
            for (var photo = 1; photo <= files.Length; photo++)
            {
                if (StateOf(photos, photo) != "published")
                {
                    Assert.Contains("invalid", files[photo - 1], StringComparison.Ordinal);
                    continue;
                }

                PhotoSamples.AssertBare(await host.DownloadAsync(receipt, $"/photos/{photo}"));
                PhotoSamples.AssertBare(await host.DownloadAsync(receipt, $"/photos/{photo}/thumbnail"));
                var (width, height) = (photos[photo - 1]!["width"]!.GetValue<int>(), photos[photo - 1]!["height"]!.GetValue<int>());
                var name = Path.GetFileName(files[photo - 1]);
                Assert.True(!name.StartsWith("landscape", StringComparison.Ordinal) || width > height, name);
                Assert.True(!name.StartsWith("portrait", StringComparison.Ordinal) || width < height, name);
            }
        }
    }

    [SkippableFact]
    public async Task A_grey_picture_is_published_too()
    {
        Skip.IfNot(PhotoReportHost.CanPublish, PhotoReportHost.WhyNot);
        using var device = await host.DeviceAsync();
        var receipt = await host.ReportAsync(device, Json, PhotoSamples.Grey());
        Assert.Equal("published", StateOf(await host.PhotosAsync(receipt), 1));
        PhotoSamples.AssertBare(await host.DownloadAsync(receipt, "/photos/1"));
    }

    [SkippableFact]
    public async Task A_photo_that_cannot_be_decoded_is_said_and_the_report_stands()
    {
        Skip.IfNot(PhotoReportHost.CanPublish, PhotoReportHost.WhyNot);
        using var device = await host.DeviceAsync();
        byte[] hollow = [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 1, 0, 1, 0, 1, 1, 0x11, 0, 0xFF, 0xD9];
        var receipt = await host.ReportAsync(device, Json, hollow, PhotoSamples.Tiff());
        var photos = await host.PhotosAsync(receipt);
        Assert.Equal(("failed", "published"), (StateOf(photos, 1), StateOf(photos, 2)));
        using var answer = await host.GetAsync(receipt, "/photos/1");
        Assert.Contains("无法解码", (await AppHost.ReadAsync(answer, HttpStatusCode.NotFound)).Detail, StringComparison.Ordinal);
        using var track = await device.TrackAsync(receipt.Number, receipt.Code);
        Assert.Equal(HttpStatusCode.OK, track.StatusCode);
    }

    [SkippableFact]
    public async Task Photos_are_shown_for_the_code_and_to_the_staff_and_to_nobody_else()
    {
        Skip.IfNot(PhotoReportHost.CanPublish, PhotoReportHost.WhyNot);
        using var device = await host.DeviceAsync();
        var receipt = await host.ReportAsync(device, Json, PhotoSamples.Tiff());
        await host.PhotosAsync(receipt);
        foreach (var path in new[] { "/photos", "/photos/1", "/photos/1/thumbnail" })
        {
            using var wrong = await host.GetAsync(receipt, path, "WRONGWRONG");
            Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
            using var staff = await host.Staff.SendAsync("acceptor-01", HttpMethod.Get, $"{PhotoReportHost.Prefix}/reports/{receipt.Number}{path}", null);
            Assert.Equal(HttpStatusCode.OK, staff.StatusCode);
            using var station = await host.Staff.SendAsync("station-141102", HttpMethod.Get, $"{PhotoReportHost.Prefix}/reports/{receipt.Number}{path}", null);
            Assert.Equal(HttpStatusCode.Forbidden, station.StatusCode);
        }

        foreach (var photo in new[] { "0", "2", "-1" })
        {
            using var none = await host.GetAsync(receipt, $"/photos/{photo}");
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }
    }

    [SkippableFact]
    public async Task Without_the_program_reports_are_received_and_a_restart_with_it_publishes_them()
    {
        Skip.IfNot(PhotoReportHost.CanPublish, PhotoReportHost.WhyNot);
        var own = new PhotoReportHost { Options = ["--Hotline:PhotoReport:Program=no-such-program-here"] };
        await own.InitializeAsync();
        using (var device = await own.DeviceAsync())
        {
            var receipt = await own.ReportAsync(device, Json, PhotoSamples.Tiff(), PhotoSamples.Tiff(6));
            var said = "";
            for (var tries = 0; tries < 100 && !said.Contains("libvips", StringComparison.Ordinal); tries++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
                using var answer = await own.GetAsync(receipt, "/photos/1");
                said = (await AppHost.ReadAsync(answer, HttpStatusCode.NotFound)).Body.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            }

            Assert.Contains("libvips-tools", said, StringComparison.Ordinal);
            Assert.Contains(own.LogLines, line => line.Contains("libvips-tools", StringComparison.Ordinal));
            await own.StopAsync();
            own.Options = [];
            await own.StartAsync();
            Assert.All(await own.PhotosAsync(receipt), photo => Assert.Equal("published", photo!["state"]!.GetValue<string>()));
        }

        await own.DisposeAsync();
    }

    [SkippableTheory]
    [InlineData("sleep 600")]
    [InlineData("while :; do :; done")]
    [InlineData("exit 0")]
    [InlineData("kill -SEGV $$")]
    [InlineData("head -c 2000000000 /dev/zero > filled; exit 1")]
    [InlineData("test -n \"$HOTLINE_SECRET$DOTNET_ROOT$USER\" && sleep 600; exit 1")]
    public async Task A_program_that_hangs_fills_or_dies_costs_its_photo_only(string script)
    {
        Skip.If(OperatingSystem.IsWindows(), "Limits are those of a Unix shell.");
        var program = Path.Combine(Directory.CreateTempSubdirectory("hotline-program-").FullName, "program");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var own = new PhotoReportHost { Options = [$"--Hotline:PhotoReport:Program={program}", "--Hotline:PhotoReport:ProgramSeconds=2"] };
        await own.InitializeAsync();
        using (var device = await own.DeviceAsync())
        {
            var receipt = await own.ReportAsync(device, Json, PhotoSamples.Tiff());
            Assert.Equal("failed", StateOf(await own.PhotosAsync(receipt), 1));
        }

        await own.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(program)!, recursive: true);
    }

    private static string StateOf(JsonArray photos, int photo) => photos[photo - 1]!["state"]!.GetValue<string>();
}

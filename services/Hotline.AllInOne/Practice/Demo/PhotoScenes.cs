using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Hotline.Contracts;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>Citizens who send a photo, with the place and time their phone wrote into it.</summary>
internal static class PhotoScenes
{
    public static async Task PlayAsync(DemoCity city)
    {
        using var phone = new AppClient(new HttpClient { BaseAddress = city.Http.BaseAddress }, new PracticeDevice(city.Time), "/intake/photo-report");
        await phone.RegisterAsync();
        await using var resource = typeof(PhotoScenes).Assembly.GetManifestResourceStream("photo.jpg") ?? throw new InvalidOperationException("photo.jpg is not in the program.");
        var picture = new byte[resource.Length];
        await resource.ReadExactlyAsync(picture);
        var taken = OfficeTime.At(city.Time.GetUtcNow()).AddMinutes(-10);
        var at = 0;
        ReceivedOne? first = null;
        foreach (var scene in city.Scenes.GetProperty("photo").EnumerateArray())
        {
            var (latitude, longitude) = (scene[1].GetDouble(), scene[2].GetDouble());
            using var answer = await SendAsync(phone, new() { ["text"] = scene[0].GetString() }, ExifPhoto.Taken(picture, latitude, longitude, taken), $"demo-photo-{at++}");
            answer.EnsureSuccessStatusCode();
            city.Receive("photo-report", await AppClient.ReadAsync(answer));
            first ??= city.Received[^1];
        }

        // The phone says it is elsewhere than the photo was taken: received, and marked for whoever decides.
        var far = new JsonObject { ["text"] = "河道里有垃圾。", ["device"] = new JsonObject { ["latitude"] = 37.87, ["longitude"] = 112.55, ["datum"] = "wgs84", ["accuracy"] = 20 } };
        using (var answer = await SendAsync(phone, far, ExifPhoto.Taken(picture, 37.5175, 111.1379, taken), "demo-photo-far"))
        {
            answer.EnsureSuccessStatusCode();
            city.Receive("photo-report", await AppClient.ReadAsync(answer));
        }

        var order = await city.Staff.WorkOrderAsync("acceptor-01", city.Received[^1].Number, city.Time, CancellationToken.None);
        city.Else.Add($"photo-report：{order["marks"]![0]}");
        using var svg = await SendAsync(phone, new() { ["text"] = "公园长椅坏了。" }, "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"u8.ToArray(), "demo-photo-svg");
        svg.EnsureSuccessStatusCode();
        var receipt = await AppClient.ReadAsync(svg);
        city.Receive("photo-report", receipt);
        city.Else.Add($"photo-report：冒充照片的 SVG 不予发布（{receipt["photos"]![0]!["reason"]}），诉求照常受理");
        city.Else.Add($"photo-report：{first!.Number} 的照片{await PublishedAsync(city, first)}");
        await city.RefuseAsync("photo-report", "没有照片", phone.SubmitAsync(AppClient.Json("""{"text":"井盖坏了。"}"""), "demo-photo-none"));
    }

    private static Task<HttpResponseMessage> SendAsync(AppClient phone, JsonObject report, byte[] photo, string key)
    {
        var form = new MultipartFormDataContent { { AppClient.Json(report.ToJsonString()), "appeal" } };
        form.Add(new ByteArrayContent(photo) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } }, "photo", "1.jpg");
        return phone.SubmitAsync(form, key);
    }

    /// <summary>What became of the photo, once it is no longer waiting.</summary>
    private static async Task<string> PublishedAsync(DemoCity city, ReceivedOne report)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), city.Time);
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/intake/photo-report/appeals/{report.Number}/photos");
            request.Headers.Add("Hotline-Code", report.Code);
            using var answer = await city.Http.SendAsync(request, limit.Token);
            var photo = (await AppClient.ReadAsync(answer, limit.Token))[0]!;
            switch (photo["state"]!.GetValue<string>())
            {
                case "published":
                    return $"已去除全部元数据，可公开查看（{photo["width"]}×{photo["height"]}）";
                case not "pending":
                    return $"未能发布（{photo["reason"]}）";
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), city.Time, limit.Token);
        }
    }
}

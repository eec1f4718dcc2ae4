using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>Appeals with files: what a file is say its bytes, and a file that is refused does not cost the appeal.</summary>
[Collection(AppHosts.Name)]
public sealed class AppUploadTests(AppHost host)
{
    private const string Boundary = "hotline-test-boundary";
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, .. RandomNumberGenerator.GetBytes(100_000), 0xFF, 0xD9];

    [Fact]
    public async Task A_photo_is_known_by_its_bytes_and_kept_whole()
    {
        var receipt = await SendAsync(Form(Json(), File("photo.html", "text/html", Jpeg)), HttpStatusCode.Created);
        var file = Assert.Single(receipt.Body["attachments"]!.AsArray())!;
        Assert.Equal("photo.html", file["name"]!.GetValue<string>());
        Assert.Equal("image/jpeg", file["mediaType"]!.GetValue<string>());
        Assert.Equal(Jpeg.Length, file["size"]!.GetValue<int>());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Jpeg)), file["sha256"]!.GetValue<string>());
        Assert.Null(file["refused"]);
        var original = await host.Intake.OriginalOfAsync((await host.Intake.FindAsync(receipt.Number, CancellationToken.None))!, CancellationToken.None);
        Assert.True(original.AsSpan().IndexOf(Jpeg) > 0, "The original does not hold the photo.");
    }

    [Fact]
    public async Task The_hotline_s_staff_get_a_file_as_it_was_sent_and_never_one_that_was_refused()
    {
        var receipt = await SendAsync(Form(Json(), File("a.svg", "image/svg+xml", "<svg/>"u8.ToArray()), File("路灯.jpg", "image/jpeg", Jpeg)), HttpStatusCode.Created);
        using var file = await GetAsync("acceptor-01", receipt, 2);
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.Equal(Jpeg, await file.Content.ReadAsByteArrayAsync());
        Assert.Equal(("application/octet-stream", "attachment", "路灯.jpg"), (file.Content.Headers.ContentType!.MediaType, file.Content.Headers.ContentDisposition!.DispositionType, file.Content.Headers.ContentDisposition.FileNameStar));
        foreach (var (account, number, status) in new[]
        {
            ("acceptor-01", 1, HttpStatusCode.Conflict), ("acceptor-01", 0, HttpStatusCode.NotFound), ("acceptor-01", 3, HttpStatusCode.NotFound), ("city-housing", 2, HttpStatusCode.Forbidden),
        })
        {
            using var refused = await GetAsync(account, receipt, number);
            Assert.Equal(status, refused.StatusCode);
        }

        Task<HttpResponseMessage> GetAsync(string account, Given of, int at) => host.Staff.SendAsync(account, HttpMethod.Get, $"/intake/app/appeals/{of.Number}/files/{at}");
    }

    [Theory]
    [InlineData("picture.jpg", "image/jpeg", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>")]
    [InlineData("page.png", "image/png", "<!DOCTYPE html><script>alert(1)</script>")]
    [InlineData("run.pdf", "application/pdf", "MZ\u0090\0")]
    [InlineData("empty.jpg", "image/jpeg", "")]
    public async Task A_file_of_another_kind_is_refused_and_the_appeal_received(string name, string said, string content)
    {
        var receipt = await SendAsync(Form(Json(), File(name, said, Encoding.UTF8.GetBytes(content)), File("good.jpg", "image/jpeg", Jpeg)), HttpStatusCode.Created);
        var files = receipt.Body["attachments"]!.AsArray();
        Assert.Equal(["application/octet-stream", "image/jpeg"], files.Select(file => file!["mediaType"]!.GetValue<string>()));
        Assert.NotEmpty(files[0]!["refused"]!.GetValue<string>());
        Assert.Null(files[1]!["refused"]);
    }

    [Theory]
    [InlineData("../../../etc/passwd", "passwd")]
    [InlineData("C:\\\\temp\\\\photo.jpg", "photo.jpg")]
    [InlineData("/", "")]
    [InlineData("路灯😀.jpg", "路灯😀.jpg")]
    [InlineData("photo\u202Egpj.exe", "photogpj.exe")]
    [InlineData("\u2066a\u2069.jpg", "a.jpg")]
    public async Task A_file_name_is_a_label_only(string given, string label)
    {
        var receipt = await SendAsync(Form(Json(), File(given, "image/jpeg", Jpeg)), HttpStatusCode.Created);
        Assert.Equal(label, Assert.Single(receipt.Body["attachments"]!.AsArray())!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_name_in_RFC_5987_form_wins_and_a_long_one_is_cut()
    {
        var part = Part($"form-data; name=\"photo\"; filename=\"x.jpg\"; filename*=UTF-8''{Uri.EscapeDataString("../夜" + new string('长', 300))}.jpg", "image/jpeg", Jpeg);
        var receipt = await SendAsync(Form(Json(), part), HttpStatusCode.Created);
        var name = Assert.Single(receipt.Body["attachments"]!.AsArray())!["name"]!.GetValue<string>();
        Assert.StartsWith("夜长", name, StringComparison.Ordinal);
        Assert.InRange(name.Length, 2, 101);
    }

    [Fact]
    public async Task Nine_files_are_taken_and_the_tenth_is_refused_with_what_to_do()
    {
        var receipt = await SendAsync(Form([Json(), .. Enumerable.Range(0, 10).Select(i => File($"{i}.jpg", "image/jpeg", Jpeg.AsSpan(0, 100 + i).ToArray()))]), HttpStatusCode.Created);
        var refused = receipt.Body["attachments"]!.AsArray().Select(file => file!["refused"]?.GetValue<string>()).ToArray();
        Assert.All(refused[..9], Assert.Null);
        Assert.Contains("补充", refused[9], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_and_the_appeal_received()
    {
        byte[] large = [.. Jpeg.AsSpan(0, 4), .. new byte[10 * 1024 * 1024]];
        var receipt = await SendAsync(Form(Json(), File("large.jpg", "image/jpeg", large)), HttpStatusCode.Created);
        Assert.Contains("10 MB", Assert.Single(receipt.Body["attachments"]!.AsArray())!["refused"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_form_again_is_a_repeat_and_another_photo_is_not()
    {
        using var device = await host.DeviceAsync();
        var key = host.NewKey();
        var first = await SendAsync(Form(Json(), File("a.jpg", "image/jpeg", Jpeg)), HttpStatusCode.Created, device, key);
        var second = await SendAsync(Form(Json(), File("a.jpg", "image/jpeg", Jpeg)), HttpStatusCode.OK, device, key);
        Assert.Equal(first.Number, second.Number);
        await SendAsync(Form(Json(), File("a.jpg", "image/jpeg", Jpeg.AsSpan(0, 500).ToArray())), HttpStatusCode.UnprocessableEntity, device, key);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(50_000)]
    [InlineData(100_200)]
    public async Task A_form_cut_anywhere_is_kept_for_a_person(int cut)
    {
        var whole = Form(Json(), File("a.jpg", "image/jpeg", [.. Jpeg.AsSpan(0, 4), .. RandomNumberGenerator.GetBytes(100_000)]));
        await KeptAsync(whole[..^(cut + 4)]);
    }

    [Fact]
    public async Task Forms_of_another_build_are_kept_for_a_person()
    {
        await KeptAsync(Form([Json(), .. Enumerable.Range(0, 32).Select(i => File($"{i}.jpg", "image/jpeg", [0xFF, 0xD8, 0xFF]))])); // 33 parts
        await KeptAsync(Form(File("only.jpg", "image/jpeg", Jpeg))); // no JSON part
        await KeptAsync(Form(Part(null, "text/plain", "x"u8.ToArray()), Json())); // a part without a name
        await KeptAsync(Form(Part("form-data", "application/json", """{"text":"没有名字的部分。"}"""u8.ToArray())));
        await KeptAsync(Form(Part("form-data; name=appeal", "application/json", "{"u8.ToArray()), File("a.jpg", "image/jpeg", Jpeg)));
        await KeptAsync("no boundary at all"u8.ToArray());
        await KeptAsync([]);
        await KeptAsync(Encoding.ASCII.GetBytes($"--{Boundary}\r\n{string.Concat(Enumerable.Range(0, 20).Select(i => $"X-{i}: y\r\n"))}\r\nx\r\n--{Boundary}--\r\n"));
        await KeptAsync(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=appeal; x={new string('y', 20_000)}\r\n\r\nx\r\n--{Boundary}--\r\n"));
    }

    [Fact]
    public async Task Names_with_and_without_quotes_are_the_same()
    {
        foreach (var disposition in new[] { "form-data; name=appeal", "form-data; name=\"appeal\"" })
        {
            await SendAsync(Form(Part(disposition, "application/json", """{"text":"两种写法。"}"""u8.ToArray())), HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task More_uploads_at_once_than_may_be_in_work_all_arrive()
    {
        using var device = await host.DeviceAsync();
        var form = Form(Json(), File("a.jpg", "image/jpeg", Jpeg));
        var receipts = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => SendAsync(form, HttpStatusCode.Created, device)));
        Assert.Equal(12, receipts.Select(receipt => receipt.Number).Distinct().Count());
    }

    private static byte[] Json() => Part("form-data; name=\"appeal\"", "application/json", """{"text":"带照片的诉求。"}"""u8.ToArray());

    private static byte[] File(string name, string mediaType, byte[] content) => Part($"form-data; name=\"photo\"; filename=\"{name}\"", mediaType, content);

    private static byte[] Part(string? disposition, string mediaType, byte[] content) =>
        [.. Encoding.UTF8.GetBytes($"{(disposition is null ? "" : $"Content-Disposition: {disposition}\r\n")}Content-Type: {mediaType}\r\n\r\n"), .. content];

    private static byte[] Form(params byte[][] parts) =>
        [.. parts.SelectMany(part => (byte[])[.. Encoding.ASCII.GetBytes($"--{Boundary}\r\n"), .. part, .. "\r\n"u8]), .. Encoding.ASCII.GetBytes($"--{Boundary}--\r\n")];

    private async Task<Given> SendAsync(byte[] form, HttpStatusCode expected, AppClient? device = null, string? key = null)
    {
        using var own = device is null ? await host.DeviceAsync() : null;
        using var answer = await (device ?? own!).SubmitAsync(AppHost.Bytes(form, $"multipart/form-data; boundary={Boundary}"), key ?? host.NewKey());
        return await AppHost.ReadAsync(answer, expected);
    }

    private async Task KeptAsync(byte[] form)
    {
        var problem = await SendAsync(form, HttpStatusCode.BadRequest);
        var id = Guid.ParseExact(problem.Detail.Split('（', '）')[1], "N");
        Assert.Equal(form, await host.Intake.ReviewOriginalAsync(id, CancellationToken.None));
    }
}

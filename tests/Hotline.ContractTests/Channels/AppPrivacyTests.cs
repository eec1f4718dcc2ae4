using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>Marks planted in every field: they stand in no log line, and those of the person in no file.</summary>
public sealed class AppPrivacyTests : IAsyncLifetime
{
    private const string Name = "标记姓名甲";
    private const string Phone = "+00 555 0177 4242";
    private const string Email = "mark.qzx@example.org";
    private const string Home = "标记住址乙巷";
    private const string Text = "标记正文丙不亮";
    private const string Place = "标记地点丁街";
    private const string Note = "标记补充戊";
    private const string Broken = "标记破损己";
    private readonly AppHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task No_log_line_holds_what_a_citizen_wrote_and_no_file_who_he_is()
    {
        using var device = await _host.DeviceAsync();
        var body = $$$"""{"text":"{{{Text}}}","place":{"text":"{{{Place}}}"},"contact":{"name":"{{{Name}}}","phone":"{{{Phone}}}","email":"{{{Email}}}","address":"{{{Home}}}"}}""";
        using var received = await device.SubmitAsync(AppHost.Text(body), "k1");
        var receipt = await AppHost.ReadAsync(received, HttpStatusCode.Created);
        await SendAsync(device.SubmitAsync(AppHost.Text(body), "k1"), HttpStatusCode.OK);
        await SendAsync(device.SubmitAsync(AppHost.Text(body.Replace(Text, Text + "了", StringComparison.Ordinal)), "k1"), HttpStatusCode.UnprocessableEntity);
        await SendAsync(device.SubmitAsync(AppHost.Text(body.Replace(Phone, Broken, StringComparison.Ordinal)), "k2"), HttpStatusCode.BadRequest);
        await SendAsync(device.SubmitAsync(AppHost.Text($$"""{"{{Broken}}":"{{Name}}{{Phone}}"}"""), "k3"), HttpStatusCode.BadRequest);
        await SendAsync(device.SubmitAsync(AppHost.Text($"{{\"text\":\"{Name}{Phone}"), "k4"), HttpStatusCode.BadRequest);
        await SendAsync(device.SubmitAsync(AppHost.Bytes(Encoding.UTF8.GetBytes(Broken + Phone), $"text/{Broken}"), "k5"), HttpStatusCode.BadRequest);
        await SendAsync(device.AddAsync("supplements", receipt.Number, receipt.Code, AppHost.Text($$"""{"text":"{{Note}}"}"""), "k6"), HttpStatusCode.OK);
        await SendAsync(device.AddAsync("urges", receipt.Number, receipt.Code, AppHost.Text($"[\"{Phone}\"]"), "k7"), HttpStatusCode.BadRequest);
        await SendAsync(device.TrackAsync(receipt.Number, "WRONGWRONG"), HttpStatusCode.NotFound);
        await SendAsync(device.TrackAsync(Uri.EscapeDataString(Phone), Email), HttpStatusCode.NotFound);
        var contact = (await _host.Intake.FindAsync(receipt.Number, CancellationToken.None))!.State.Appeal.ContactRef;
        await _host.Staff.PostAsync("agent-01", $"/intake/app/contacts/{contact}/reveal", new JsonObject { ["reason"] = "核对联系方式" });
        await SendAsync(_host.Staff.SendAsync("agent-01", HttpMethod.Post, $"/intake/app/contacts/{contact}/reveal", new JsonObject { [Broken] = 1 }), HttpStatusCode.BadRequest, HttpStatusCode.OK);

        foreach (var mark in new[] { Name, Phone, Email, Home, Text, Place, Note, Broken, receipt.Code, receipt.Number })
        {
            Assert.DoesNotContain(_host.LogLines, line => line.Contains(mark, StringComparison.Ordinal));
        }

        AssertNoFileHolds(Name, Phone, Email, Home, Broken, "0177 4242", receipt.Code);
        await _host.StopAsync();
        AssertNoFileHolds(Name, Phone, Email, Home, Broken, "0177 4242", receipt.Code);

        // The words of the appeal itself do stand in the event, so the search does find what is there.
        Assert.Contains(_host.Files(), file => Holds(file.Content, Encoding.UTF8.GetBytes(Text)));
        await _host.StartAsync();
    }

    [Fact]
    public async Task A_photo_and_its_form_are_not_readable_in_any_file()
    {
        using var device = await _host.DeviceAsync();
        byte[] photo = [0xFF, 0xD8, 0xFF, 0xE0, .. "planted-exif-mark"u8, .. RandomNumberGenerator.GetBytes(100_000)];
        using var form = new MultipartFormDataContent
        {
            { AppClient.Json($$$"""{"text":"带照片","contact":{"name":"{{{Name}}}"}}"""), "appeal" },
            { new ByteArrayContent(photo), "photo", "a.jpg" },
        };
        await SendAsync(device.SubmitAsync(form, "p1"), HttpStatusCode.Created);
        Assert.Contains(_host.Files(), file => file.Name.Contains("blobs", StringComparison.Ordinal));
        AssertNoFileHolds(Name, "planted-exif-mark");
    }

    private static async Task SendAsync(Task<HttpResponseMessage> sending, params HttpStatusCode[] expected)
    {
        using var answer = await sending;
        Assert.Contains(answer.StatusCode, expected);
    }

    private void AssertNoFileHolds(params string[] marks)
    {
        foreach (var (name, content) in _host.Files())
        {
            foreach (var mark in marks)
            {
                Assert.False(Holds(content, Encoding.UTF8.GetBytes(mark)) || Holds(content, Encoding.Unicode.GetBytes(mark)), $"{name} holds {mark}.");
            }
        }
    }

    private static bool Holds(byte[] content, byte[] mark) => content.AsSpan().IndexOf(mark) >= 0;
}

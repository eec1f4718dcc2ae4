using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>Bodies as nobody should send them: an answer that helps, and nothing lost.</summary>
[Collection(AppHosts.Name)]
public sealed class AppBodyTests(AppHost host)
{
    private const string Agent = "agent-01";

    public static TheoryData<string, string, string> Unreadable => new()
    {
        { "broken JSON", "{\"text\":\"路灯不亮。\"", "body" },
        { "garbage", "\u0001\u0002\u0003", "body" },
        { "empty", "", "body" },
        { "null", "null", "body" },
        { "an array", "[]", "body" },
        { "text", "\"路灯不亮。\"", "body" },
        { "two values", """{"text":"路灯不亮。"}{}""", "body" },
        { "a comment", """{/* */"text":"路灯不亮。"}""", "body" },
        { "a trailing comma", """{"text":"路灯不亮。",}""", "body" },
        { "an unknown field", """{"text":"路灯不亮。","txet":"x"}""", "txet" },
        { "a field of another case", """{"Text":"路灯不亮。"}""", "Text" },
        { "a doubled field", """{"text":"路灯不亮。","text":"又一次"}""", "text" },
        { "a wrong type", """{"text":7}""", "text" },
        { "a wrong type within", """{"text":"路灯不亮。","place":{"latitude":"37.5"}}""", "place.latitude" },
        { "a date that is none", """{"text":"路灯不亮。","occurredAt":"昨天"}""", "occurredAt" },
        { "null for true or false", """{"text":"路灯不亮。","anonymous":null}""", "anonymous" },
        { "half a pair", """{"text":"路灯\ud83d不亮。"}""", "text" },
        { "deep nesting", $$"""{"text":{{new string('[', 5000)}}""", "text" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task What_cannot_be_read_is_said_by_field_and_kept_byte_for_byte(string what, string body, string field)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var problem = await SendAsync(bytes, HttpStatusCode.BadRequest);
        Assert.True(problem.Errors.SequenceEqual([field]), $"{what}: {problem.Body.ToJsonString()}");
        Assert.Equal(bytes, await KeptAsync(bytes));
    }

    [Fact]
    public async Task Invalid_UTF_8_is_kept_byte_for_byte()
    {
        byte[] bytes = [.. "{\"text\":\"路灯"u8, 0xFF, 0xFE, 0xC0, 0x80, .. "\"}"u8];
        await SendAsync(bytes, HttpStatusCode.BadRequest);
        Assert.Equal(bytes, await KeptAsync(bytes));
    }

    [Fact]
    public async Task The_same_unreadable_bytes_of_a_device_are_kept_once()
    {
        using var device = await host.DeviceAsync();
        var bytes = Encoding.UTF8.GetBytes($"broken once {host.NewKey()}");
        for (var time = 0; time < 3; time++)
        {
            using var answer = await device.SubmitAsync(AppHost.Bytes(bytes), host.NewKey());
            await AppHost.ReadAsync(answer, HttpStatusCode.BadRequest);
        }

        Assert.Single(await ReviewsAsync(), line => line["sha256"]!.GetValue<string>() == Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/mixed; boundary=b")]
    [InlineData(";;;")]
    public async Task Another_content_type_is_kept_for_a_person(string? contentType)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"text":"路灯不亮 {{host.NewKey()}}"}""");
        using var device = await host.DeviceAsync();
        using var answer = await device.SubmitAsync(AppHost.Bytes(bytes, contentType), host.NewKey());
        await AppHost.ReadAsync(answer, HttpStatusCode.BadRequest);
        Assert.Equal(bytes, await KeptAsync(bytes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_megabyte_of_text_is_too_much(bool chunked)
    {
        using var device = await host.DeviceAsync();
        using var content = AppHost.Text($$"""{"text":"{{new string('a', 1_000_000)}}"}""");
        HttpContent sent = chunked ? new StreamContent(new Unsized(await content.ReadAsStreamAsync())) : content;
        if (chunked)
        {
            sent.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        using var answer = await device.SubmitAsync(sent, host.NewKey());
        await AppHost.ReadAsync(answer, HttpStatusCode.RequestEntityTooLarge);
        Assert.NotNull((await host.ReceiveAsync(device)).Number);
    }

    [Fact]
    public async Task All_fields_that_are_wrong_are_named_at_once_and_nothing_is_kept()
    {
        var problem = await SendAsync(
            """{"text":" ","nature":"anger","place":{"latitude":91,"longitude":0},"contact":{"phone":"x"},"anonymous":true}"""u8.ToArray(), HttpStatusCode.BadRequest);
        Assert.Equal(["text", "nature", "place.latitude", "place.datum", "contact.phone", "contact"], problem.Errors);
        Assert.NotEmpty(problem.Body["remedy"]!.GetValue<string>());
    }

    [Fact]
    public async Task After_a_correction_the_same_key_is_free()
    {
        using var device = await host.DeviceAsync();
        var key = host.NewKey();
        using var wrong = await device.SubmitAsync(AppHost.Text("""{"text":"x"}"""), key);
        await AppHost.ReadAsync(wrong, HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.Created, (await host.ReceiveAsync(device, key: key)).Status);
    }

    private async Task<Given> SendAsync(byte[] bytes, HttpStatusCode expected)
    {
        using var device = await host.DeviceAsync();
        using var answer = await device.SubmitAsync(AppHost.Bytes(bytes), host.NewKey());
        return await AppHost.ReadAsync(answer, expected);
    }

    private async Task<JsonNode[]> ReviewsAsync()
    {
        var all = new List<JsonNode>();
        while (true)
        {
            var after = all.Count == 0 ? 0 : all[^1]["sequence"]!.GetValue<long>();
            var page = (await host.Staff.CallAsync(Agent, HttpMethod.Get, $"/intake/app/reviews?after={after}")).AsArray();
            if (page.Count == 0)
            {
                return [.. all];
            }

            all.AddRange(page.Select(line => line!));
        }
    }

    /// <summary>The original of the review item that has these bytes, as a person gets it.</summary>
    private async Task<byte[]> KeptAsync(byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var line = (await ReviewsAsync()).Last(line => line["sha256"]!.GetValue<string>() == hash);
        Assert.Equal(bytes.Length, line["size"]!.GetValue<int>());
        using var answer = await host.Staff.SendAsync(Agent, HttpMethod.Get, $"/intake/app/reviews/{line["id"]!.GetValue<string>()}/original");
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private sealed class Unsized(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.ContractTests.EventLog;
using Hotline.ContractTests.Replies;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Phone;
using Hotline.Intake.Replies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hotline.ContractTests.Channels.Phone;

/// <summary>Callers get replies as text messages, by a provider that behaves or not, or into a folder.</summary>
public sealed partial class SmsReplyTests : IAsyncLifetime
{
    private const string Key = "shared key";
    private readonly ConcurrentQueue<(string Signature, byte[] Body)> _posts = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-sms-").FullName;
    private WebApplication _provider = null!;
    private ChannelHost<PhoneChannel> _host = null!;
    private Func<HttpContext, Task?>? _before;
    private int _keys;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _provider = builder.Build();
        _provider.MapPost("/v1/send", new RequestDelegate(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            _posts.Enqueue((http.Request.Headers[RequestSignature.Header].ToString(), body.ToArray()));
            if (_before?.Invoke(http) is { } otherwise)
            {
                await otherwise;
            }
        }));
        await _provider.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _provider.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_reply_is_posted_signed_and_the_number_stands_in_no_log()
    {
        await StartAsync();
        var id = await AppealAsync("+86 138-0000-1111");
        await Tell.ReplyAsync(id, "handled", "路灯已修好。");
        var sent = await Tell.BecomesAsync(DeliveryState.Sent, id);
        Assert.Equal("phone", sent.Call!.Uses);
        var (signature, body) = Assert.Single(_posts);
        var message = JsonNode.Parse(body)!;
        Assert.Equal("13800001111", (string)message["phone"]!);
        Assert.Matches("^【12345热线】诉求[0-9]{15}：路灯已修好。$", (string)message["text"]!);
        var parts = Signature().Match(signature);
        Assert.Equal(signature, RequestSignature.Of(Key, "hotline", long.Parse(parts.Groups[1].ValueSpan, CultureInfo.InvariantCulture), parts.Groups[2].Value, "POST", "/v1/send?a=1", "application/json", body));
        Assert.DoesNotContain(_host.LogLines, line => line.Contains("13800001111", StringComparison.Ordinal) || line.Contains("路灯已修好", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(422, false)]
    [InlineData(429, true)]
    [InlineData(401, true)]
    [InlineData(302, true)]
    public async Task A_refusal_is_final_and_what_passes_is_waited_for(int status, bool passes)
    {
        await StartAsync();
        _before = http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var id = await AppealAsync("13800001111");
        await Tell.ReplyAsync(id, "handled", "路灯已修好。");
        await Tell.BecomesAsync(delivery => passes ? delivery.NotBefore is not null : delivery.State == DeliveryState.Failed, id);
        Assert.Single(_posts);
        _before = null;
        _host.Time.Ahead += TimeSpan.FromHours(1);
        await Tell.BecomesAsync(passes ? DeliveryState.Sent : DeliveryState.Failed, id);
        Assert.Equal(passes ? 2 : 1, _posts.Count);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("error")]
    [InlineData("stall")]
    public async Task After_silence_the_same_id_is_posted_again(string behaviour)
    {
        await StartAsync();
        _before = http =>
        {
            switch (behaviour)
            {
                case "cut":
                    http.Abort();
                    return Task.CompletedTask;
                case "stall":
                    return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                default:
                    http.Response.StatusCode = 500;
                    return Task.CompletedTask;
            }
        };
        var id = await AppealAsync("13800001111");
        await Tell.ReplyAsync(id, "handled", "路灯已修好。");
        await Tell.BecomesAsync(delivery => delivery.Unsure, id);
        _before = null;
        _host.Time.Ahead += TimeSpan.FromMinutes(1);
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        Assert.Single(_posts.Select(post => (string)JsonNode.Parse(post.Body)!["id"]!).Distinct());
    }

    [Theory]
    [InlineData("03588220001")]
    [InlineData("12345")]
    [InlineData("+1 212 555 0100")]
    public async Task A_number_that_gets_no_messages_is_for_a_person(string phone)
    {
        await StartAsync();
        var id = await AppealAsync(phone);
        await Tell.ReplyAsync(id, "handled", "路灯已修好。");
        Assert.Contains("不是手机号", (await Tell.BecomesAsync(DeliveryState.Failed, id)).Reason, StringComparison.Ordinal);
        Assert.Empty(_posts);
    }

    [Fact]
    public async Task A_long_reply_is_cut_whole_characters_at_a_time_and_says_where_the_rest_is()
    {
        await StartAsync();
        var id = await AppealAsync("13800001111");
        await Tell.ReplyAsync(id, "handled", string.Concat(Enumerable.Repeat("第一行。\n😀", 600)));
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        var text = (string)JsonNode.Parse(Assert.Single(_posts).Body)!["text"]!;
        Assert.InRange(text.Length, 490, 500);
        Assert.Matches("…（全文请拨打12345，编号[0-9]{15}）$", text);
        Assert.DoesNotContain('\uFFFD', text);
    }

    [Fact]
    public async Task In_practice_messages_are_files_of_their_owner_alone_and_a_caller_without_number_gets_none()
    {
        _host = await ChannelHost<PhoneChannel>.StartAsync($"--Hotline:Sms:Folder={_folder}");
        var id = await AppealAsync("013800001111");
        await Tell.ReplyAsync(id, "accepted", "已受理。");
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        var file = Assert.Single(Directory.GetFiles(_folder));
        Assert.Equal("13800001111", (string)JsonNode.Parse(await File.ReadAllTextAsync(file))!["phone"]!);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var anonymous = await AppealAsync(null);
        await Tell.ReplyAsync(anonymous, "accepted", "已受理。");
        Assert.Empty((await _host.Intake.GetAsync(anonymous, default))!.State.Deliveries);
    }

    private Telling Tell => new(_host.Services, PhoneChannel.Name);

    private async Task StartAsync() => _host = await ChannelHost<PhoneChannel>.StartAsync($"--Hotline:Sms:Url={_provider.Urls.Single()}/v1/send?a=1", $"--Hotline:Sms:Key={Key}");

    private async Task<Guid> AppealAsync(string? phone)
    {
        var key = $"call-{Interlocked.Increment(ref _keys)}";
        var draft = new AppealDraft { Key = key, SourceId = key, Title = "路灯", Text = "路灯不亮。", Contact = phone is null ? null : new Contact(Phone: phone) };
        return (await _host.Intake.ReceiveAsync(draft, new Original(new byte[] { 1 }, "text/plain"), CancellationToken.None)).Appeal.Id;
    }

    [GeneratedRegex("t=([0-9]+),n=([0-9a-f]+),")]
    private static partial Regex Signature();
}

using Hotline.AllInOne.Practice;
using Hotline.ContractTests.Channels;
using Hotline.ContractTests.EventLog;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Replies;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.ContractTests.Replies;

/// <summary>The scripted channel as it runs, with appeals to reply to.</summary>
internal sealed class ReplyHost : IAsyncDisposable
{
    private readonly ChannelHost<ScriptedChannel> _host;
    private int _appeals;

    private ReplyHost(ChannelHost<ScriptedChannel> host) => _host = host;

    public Script Script => Script.Of(_host.Folder);

    public ShiftedTime Time => _host.Time;

    public ReplyDeliveries Deliveries => _host.Intake.Replies;

    public IReadOnlyCollection<string> LogLines => _host.LogLines;

    public static async Task<ReplyHost> StartAsync() => new(await ChannelHost<ScriptedChannel>.StartAsync());

    public Task RestartAsync() => _host.RestartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public async Task<StaffClient> StaffAsync() => new(
        new HttpClient { BaseAddress = _host.Http.BaseAddress },
        await new HotlineHost(_host.Arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromHours(1)));

    public async Task<Appeal> AppealAsync()
    {
        var key = $"appeal-{Interlocked.Increment(ref _appeals)}";
        var draft = new AppealDraft { Key = key, SourceId = key, Title = "路灯", Text = "路灯不亮。", Contact = new Contact(Phone: "13900000001", Sender: "secret-openid") };
        return (await _host.Intake.ReceiveAsync(draft, new Original(new byte[] { 1 }, "text/plain"), CancellationToken.None)).Appeal;
    }

    /// <summary>Stores a reply as the log brings it.</summary>
    public async Task<int> ReplyAsync(Appeal appeal, string kind = "handled")
    {
        var version = (await _host.Intake.GetAsync(appeal.Id, CancellationToken.None))!.State.Replies.Count + 1;
        var reply = new ReplyIssued(appeal.Id, appeal.Number, appeal.Channel, version, Time.GetUtcNow(), kind, kind, $"答复{version}");
        var sender = _host.Services.GetRequiredKeyedService<IReplySender>(ScriptedChannel.Service.Name);
        await Deliveries.StoreAsync(reply, known => sender.Carries(known, kind), CancellationToken.None);
        _host.Services.GetRequiredKeyedService<Bell>(ScriptedChannel.Service.Name).Ring();
        return version;
    }

    public async Task<ReplyDelivery?> DeliveryAsync(Appeal appeal, int version = 1) =>
        (await _host.Intake.GetAsync(appeal.Id, CancellationToken.None))!.State.Deliveries.Find(delivery => delivery.Version == version);

    public async Task<ReplyDelivery> BecomesAsync(DeliveryState state, Appeal appeal, int version = 1)
    {
        await Eventually.BecomesAsync(async () => (await DeliveryAsync(appeal, version))?.State == state);
        return (await DeliveryAsync(appeal, version))!;
    }

    public async Task RecordAsync(Appeal appeal, object fact, int version = 1) =>
        Xunit.Assert.True((await Deliveries.RecordAsync(appeal.Id, version, (_, _) => fact, CancellationToken.None))!.Value.Recorded);
}

using System.Text.RegularExpressions;
using Hotline.ContractTests.EventLog;
using Xunit;

namespace Hotline.ContractTests.Channels.WeChat;

/// <summary>Citizens talk with the account, through the platform's safe mode, over HTTP.</summary>
public sealed partial class WeChatConversationTests(WeChatHost host) : IClassFixture<WeChatHost>
{
    [Fact]
    public async Task What_is_told_in_pieces_is_one_appeal_under_the_number_told_first()
    {
        var (number, code) = await OpenAsync("citizen-a", "昨天滨河路的路灯不亮。");
        Assert.Contains("联系电话", await host.PushAsync(host.Message("citizen-a", "<MsgType>image</MsgType><PicUrl>u</PicUrl><MediaId>m</MediaId>")), StringComparison.Ordinal);
        Assert.DoesNotContain("请告诉我们", await host.PushAsync(host.Text("citizen-a", "我的电话是13800001111")), StringComparison.Ordinal);
        Assert.Null(await host.Intake.FindAsync(number, default));
        var done = await host.PushAsync(host.Text("citizen-a", "完成"));
        Assert.Contains(number, done, StringComparison.Ordinal);
        Assert.Contains(code, done, StringComparison.Ordinal);
        var appeal = (await host.Intake.FindAsync(number, default))!.State.Appeal;
        Assert.Equal("昨天滨河路的路灯不亮。\n〔图片〕\n我的电话是13800001111", appeal.Text);
        Assert.Equal(["wechat", "phone"], appeal.Reach);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/intake/wechat/appeals/{number}");
        request.Headers.Add("Hotline-Code", code);
        using var tracked = await host.Http.SendAsync(request);
        Assert.True(tracked.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_push_sent_again_gets_the_same_answer_and_counts_once()
    {
        var push = host.Text("citizen-b", "今天县医院门口一直堵车。");
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => host.PushAsync(push)));
        Assert.Single(replies.Distinct());
        var number = Number().Match(replies[0]).Value;
        await host.PushAsync(host.Text("citizen-b", "完成"));
        Assert.Equal("今天县医院门口一直堵车。", (await host.Intake.FindAsync(number, default))!.State.Appeal.Text);
        Assert.Equal(replies[0], await host.PushAsync(push));
    }

    [Fact]
    public async Task Pushes_of_one_citizen_at_once_are_one_conversation()
    {
        var pushes = Enumerable.Range(0, 10).Select(i => host.Text("citizen-c", $"第{i}条：小区停水。")).ToList();
        var replies = await Task.WhenAll(pushes.Select(host.PushAsync));
        Assert.Single(replies.Select(reply => Number().Match(reply).Value).Distinct());
        await host.PushAsync(host.Text("citizen-c", "完成"));
        var text = (await host.Intake.FindAsync(Number().Match(replies[0]).Value, default))!.State.Appeal.Text;
        Assert.Equal(10, text.Split('\n').Distinct().Count());
    }

    [Fact]
    public async Task Ten_quiet_minutes_hand_it_in_and_a_restart_does_not_forget()
    {
        var (number, _) = await OpenAsync("citizen-d", "桥南巷的垃圾三天没人收。");
        await host.StopAsync();
        host.Time.Ahead += TimeSpan.FromMinutes(11);
        await host.StartAsync();
        await Eventually.BecomesAsync(async () => await host.Intake.FindAsync(number, default) is not null);
        var (next, _) = await OpenAsync("citizen-d", "另外一件事：公园的厕所没有水。");
        Assert.NotEqual(number, next);
        Assert.Contains("已收到", await host.PushAsync(host.Text("citizen-d", $"查询 {number}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Greetings_and_events_open_nothing()
    {
        Assert.StartsWith("这里是12345", await host.PushAsync(host.Text("citizen-e", "你好！")), StringComparison.Ordinal);
        Assert.StartsWith("这里是12345", await host.PushAsync(host.Message("citizen-e", "<MsgType>event</MsgType><Event>subscribe</Event>")), StringComparison.Ordinal);
        Assert.Empty(await host.PushAsync(host.Message("citizen-e", "<MsgType>event</MsgType><Event>LOCATION</Event><Latitude>37.5</Latitude><Longitude>111.1</Longitude>")));
        Assert.Contains("没有正在填写", await host.PushAsync(host.Text("citizen-e", "完成")), StringComparison.Ordinal);
        Assert.StartsWith("这里是12345", await host.PushAsync(host.Message("citizen-e", "<MsgType>hologram</MsgType>")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_appeal_is_shown_to_its_citizen_and_to_those_who_know_the_code()
    {
        var (number, code) = await OpenAsync("citizen-f", "中学门口早上经常堵车。");
        await host.PushAsync(host.Text("citizen-f", "完成"));
        Assert.Contains("等待受理", await host.PushAsync(host.Text("citizen-f", $"查询{number}")), StringComparison.Ordinal);
        Assert.StartsWith("没有查到", await host.PushAsync(host.Text("citizen-g", $"查询 {number}")), StringComparison.Ordinal);
        Assert.Contains("等待受理", await host.PushAsync(host.Text("citizen-g", $"查询 {number} {code}")), StringComparison.Ordinal);
        Assert.StartsWith("没有查到", await host.PushAsync(host.Text("citizen-g", $"撤诉 {number}")), StringComparison.Ordinal);
        for (var i = 0; i < 9; i++)
        {
            await host.PushAsync(host.Text("citizen-g", $"查询 {number} 000000000{i}"));
        }

        Assert.Contains("次数过多", await host.PushAsync(host.Text("citizen-g", $"查询 {number} {code}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_supplemented_urged_and_withdrawn_once_each()
    {
        var (number, _) = await OpenAsync("citizen-h", "东关村的自来水一直很浑。");
        await host.PushAsync(host.Text("citizen-h", "完成"));
        var supplement = host.Text("citizen-h", $"补充 {number} 今天更浑了");
        Assert.Contains("已补充", await host.PushAsync(supplement), StringComparison.Ordinal);
        Assert.Contains("已补充", await host.PushAsync(supplement), StringComparison.Ordinal);
        Assert.Contains("已记录催单", await host.PushAsync(host.Text("citizen-h", $"催单 {number}")), StringComparison.Ordinal);
        Assert.Contains("已撤回", await host.PushAsync(host.Text("citizen-h", $"撤诉 {number} 已经好了")), StringComparison.Ordinal);
        var state = (await host.Intake.FindAsync(number, default))!.State;
        Assert.Equal("今天更浑了", Assert.Single(state.Supplements).Text);
        Assert.Single(state.Urges);
        Assert.NotNull(state.WithdrawnAt);
    }

    [Fact]
    public async Task The_number_serves_while_he_is_still_telling()
    {
        var number = Number().Match(await host.PushAsync(host.Text("citizen-open", "滨河小区的自来水发黄。"))).Value;
        Assert.Contains("正在登记", await host.PushAsync(host.Text("citizen-open", $"查询 {number}")), StringComparison.Ordinal);
        Assert.Contains("正在登记", await host.PushAsync(host.Text("citizen-open", $"补充 {number}")), StringComparison.Ordinal);
        Assert.Contains(number, await host.PushAsync(host.Text("citizen-open", $"补充 {number} 三号楼")), StringComparison.Ordinal);
        Assert.Null(await host.Intake.FindAsync(number, default));
        Assert.Contains("已撤回", await host.PushAsync(host.Text("citizen-open", $"撤诉 {number}")), StringComparison.Ordinal);
        var state = (await host.Intake.FindAsync(number, default))!.State;
        Assert.Contains("三号楼", state.Appeal.Text, StringComparison.Ordinal);
        Assert.NotNull(state.WithdrawnAt);
    }

    [Fact]
    public async Task Words_of_danger_behind_a_command_become_an_appeal_or_go_with_it()
    {
        var lost = await host.PushAsync(host.Text("citizen-danger", "查询 261121020000007 有人溺水了"));
        Assert.StartsWith("如有人身危险", lost, StringComparison.Ordinal);
        Assert.Contains("有人溺水了", (await host.Intake.FindAsync(Number().Match(lost[lost.IndexOf("编号", StringComparison.Ordinal)..]).Value, default))!.State.Appeal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Danger_waits_for_nothing()
    {
        var reply = await host.PushAsync(host.Text("citizen-i", "滨河小区3号楼着火了，楼上有人被困！"));
        Assert.StartsWith("如有人身危险，请立即拨打119（消防救援），不要等候本热线处理。", reply, StringComparison.Ordinal);
        Assert.NotNull(await host.Intake.FindAsync(Number().Match(reply).Value, default));
    }

    [Fact]
    public async Task Nothing_of_a_citizen_stands_in_logs_or_in_clear_in_the_store()
    {
        await OpenAsync("openid-that-nobody-may-read", "某某小区的井盖丢了三天。");
        await host.StopAsync();
        await host.StartAsync();
        var stored = Directory.GetFiles(host.Folder, "hotline.db*").SelectMany(File.ReadAllBytes).ToArray();
        Assert.True(stored.Length > 10_000);
        Assert.Equal(-1, stored.AsSpan().IndexOf("openid-that-nobody-may-read"u8));
        Assert.Equal(-1, stored.AsSpan().IndexOf("某某小区的井盖丢了三天"u8)); // not an appeal yet
        Assert.DoesNotContain(host.LogLines, line => line.Contains("openid-that", StringComparison.Ordinal) || line.Contains("井盖", StringComparison.Ordinal));
    }

    private async Task<(string Number, string Code)> OpenAsync(string openid, string text)
    {
        var reply = await host.PushAsync(host.Text(openid, text));
        var told = Told().Match(reply);
        Assert.True(told.Success, reply);
        return (told.Groups[1].Value, told.Groups[2].Value);
    }

    [GeneratedRegex("编号([0-9]{15})，提取码([0-9A-Z]{10})")]
    private static partial Regex Told();

    [GeneratedRegex("[0-9]{15}")]
    private static partial Regex Number();
}

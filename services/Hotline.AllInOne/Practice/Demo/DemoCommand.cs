using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.Extensions.Configuration;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>
/// <c>demo --address http://127.0.0.1:12345 --Hotline:Data=FOLDER</c>: a day in a city in a minute. Citizens raise appeals by every channel in its true protocol, some
/// repeat themselves, some mean harm; the office is played; then a table tells what became of each, what was refused and why, and whether the day adds up.
/// </summary>
internal static class DemoCommand
{
    private static readonly (string Key, string Title)[] Columns =
    [
        ("received", "收到"), ("appeals", "诉求"), ("supplements", "补充"), ("urges", "催单"), ("withdrawals", "撤诉"), ("reviews", "待核查"), ("collected", "汇集"), ("answered", "答复"),
        ("repeated", "重复"), ("refused", "拒绝"), ("failed", "故障"), ("unfinished", "未了"),
    ];

    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var options = new ConfigurationBuilder().AddCommandLine(arguments).Build();
        var address = new Uri(options["address"] ?? $"http://127.0.0.1:{HotlineHost.PublicPort}");
        var folder = Path.GetFullPath(options["Hotline:Data"] ?? "data");
        var secrets = new ConfigurationBuilder().AddJsonFile(Path.Combine(folder, "hotline.json"), optional: false).AddCommandLine(arguments).Build();
        var time = TimeProvider.System;
        var organization = OrganizationFile.Load(options["Hotline:Organization"]);
        var tokens = await new HotlineHost([$"--Hotline:Data={folder}"]).MintTokensAsync(OfficePlayers.Accounts, TimeSpan.FromHours(1));
        await using var resource = typeof(DemoCommand).Assembly.GetManifestResourceStream("scenes.json") ?? throw new InvalidOperationException("scenes.json is not in the program.");
        using var scenes = await JsonDocument.ParseAsync(resource);
        using var http = new HttpClient { BaseAddress = address };
        var staff = new StaffClient(http, tokens);
        var city = new DemoCity(http, staff, organization, secrets, scenes.RootElement, time, folder);
        foreach (var (title, play) in new (string, Func<DemoCity, Task>)[]
        {
            ("知识库", KnowledgeScenes.PlayAsync), ("手机应用", AppScenes.PlayAsync), ("微信", WeChatScenes.PlayAsync), ("电子邮箱", MailScenes.PlayAsync), ("电话", PhoneScenes.PlayAsync), ("领导留言板", BoardScenes.PlayAsync), ("随手拍", PhotoScenes.PlayAsync),
            ("门户网站", PortalScenes.PlayAsync), ("合作平台", PartnerScenes.PlayAsync), ("监督专线", SupervisionScenes.PlayAsync),
        })
        {
            await output.WriteLineAsync($"… {title}");
            await play(city);
        }

        await output.WriteLineAsync($"… 受理、派单、办理 {city.Received.Count} 件\n");
        await HandleAsync(city, new OfficePlayers(staff, organization, time), output);
        await output.WriteLineAsync("\n其他来件：");
        city.Else.ForEach(line => output.WriteLine($"  {line}"));
        await output.WriteLineAsync("\n没有受理的（渠道 | 来件 | 状态码 | 告知对方）：");
        city.Refused.ForEach(one => output.WriteLine($"  {one.Channel} | {one.What} | {one.Status} | {one.Why}"));
        await AnswerScenes.ShowDeliveriesAsync(city, output);
        return await BalanceAsync(city, output) ? 0 : 1;
    }

    private static async Task HandleAsync(DemoCity city, OfficePlayers players, TextWriter output)
    {
        var discontent = false;
        await output.WriteLineAsync("渠道 | 编号 | 类别 | 承办单位 | 应于 | 状态 | 答复");
        foreach (var one in city.Received)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), city.Time);
            var unit = await players.HandleAsync(one.Number, limit.Token);
            if (!discontent && one is { Channel: "app", Code: not null } && unit != OfficePlayers.AnsweredAtOnce)
            {
                discontent = true;
                await AnswerScenes.SayNoAsync(city, players, one, limit.Token);
            }

            var order = await players.CallBackAsync(one.Number, limit.Token);
            var due = order["dueAt"] is { } dueAt ? OfficeTime.At(dueAt.GetValue<DateTimeOffset>()).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture) : "—";
            var reply = order["publicReply"]?.GetValue<string>() ?? order["answer"]?["text"]?.GetValue<string>() ?? "—";
            await output.WriteLineAsync($"{one.Channel} | {one.Number} | {order["categoryTitle"]} | {unit} | {due} | {order["state"]} | {(reply.Length > 40 ? reply[..40] + "…" : reply)}");
        }
    }

    /// <summary>Prints every channel's balance of today and its self-test.</summary>
    /// <returns>Whether all add up and are open.</returns>
    private static async Task<bool> BalanceAsync(DemoCity city, TextWriter output)
    {
        await output.WriteLineAsync($"\n各渠道日清：\n渠道 | 来源 | {string.Join(" | ", Columns.Select(column => column.Title))} | 回执与存储 | 自检");
        var good = true;
        foreach (var channel in city.Received.Select(one => one.Channel).Distinct())
        {
            var balance = await city.Staff.CallAsync("auditor-01", HttpMethod.Get, $"/intake/{channel}/balance");
            var open = (await city.Staff.CallAsync("auditor-01", HttpMethod.Get, $"/intake/{channel}/self-test"))["open"]!.GetValue<bool>();
            good &= balance["addsUp"]!.GetValue<bool>() && open;
            foreach (var source in balance["sources"]!.AsArray())
            {
                await output.WriteLineAsync($"{channel} | {source!["source"]?.GetValue<string>() ?? "—"} | {string.Join(" | ", Columns.Select(column => source[column.Key]))} | "
                    + $"{(balance["addsUp"]!.GetValue<bool>() ? "相符" : "不符")} | {(open ? "可提交" : "不可提交")}");
            }
        }

        await output.WriteLineAsync(good ? "日清相符：收到的每一件都有着落。" : "日清不符，请查看上表。");
        return good;
    }
}

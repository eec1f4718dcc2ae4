using System.Globalization;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.AllInOne.Practice;

/// <summary>
/// <c>play FILE.csv [--address http://127.0.0.1:12345] [--count 20]</c>: sends the rows' title and text as appeals through the app's
/// endpoint, plays the office, and prints for each number, category, unit, due, state and reply, as the citizen's tracking shows them.
/// </summary>
internal static class PlayCommand
{
    private const int UsualCount = 20;
    private static readonly string[] Places = ["离石区滨河街道", "孝义市新义街道", "汾阳市", "临县", "柳林县", "吕梁市"];

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        if (options is not [var file, .. var rest] || !File.Exists(file))
        {
            throw new InvalidOperationException("Say which file to play: play FILE.csv. It is UTF-8 CSV whose first line names the columns, title and text among them.");
        }

        var arguments = Options(rest);
        var address = new Uri(arguments.GetValueOrDefault("--address", $"http://127.0.0.1:{HotlineHost.PublicPort}"));
        var count = int.TryParse(arguments.GetValueOrDefault("--count"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : UsualCount;
        var time = TimeProvider.System;
        var host = new HotlineHost([.. arguments.Where(option => option.Key.StartsWith("--Hotline:", StringComparison.Ordinal)).Select(option => $"{option.Key}={option.Value}")]);
        var organization = OrganizationFile.Load(arguments.GetValueOrDefault("--Hotline:Organization"));
        var tokens = await host.MintTokensAsync(OfficePlayers.Accounts, TimeSpan.FromHours(1));

        using var http = new HttpClient { BaseAddress = address };
        using var citizen = new AppClient(new HttpClient { BaseAddress = address }, new PracticeDevice(time));
        await citizen.RegisterAsync();
        var staff = new StaffClient(http, tokens);
        var players = new OfficePlayers(staff, organization, time);
        var ids = new Uuid7(time);
        await output.WriteLineAsync("编号 | 类别 | 承办单位 | 应于 | 状态 | 答复");
        var rows = Csv.ReadRows(await File.ReadAllTextAsync(file)).Where(row => row.GetValueOrDefault("text")?.Length > 1).Take(count);
        var at = 0;
        foreach (var row in rows)
        {
            await PlayAsync(row, Places[at++ % Places.Length], citizen, players, staff, http, ids, time, output);
        }

        return 0;
    }

    private static async Task PlayAsync(
        IReadOnlyDictionary<string, string> row, string place, AppClient citizen, OfficePlayers players, StaffClient staff, HttpClient http, Uuid7 ids, TimeProvider time, TextWriter output)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
        var appeal = new JsonObject { ["text"] = Shorten(row["text"], 5000), ["place"] = new JsonObject { ["text"] = place } };
        if (row.GetValueOrDefault("title") is { Length: > 0 } title)
        {
            appeal["title"] = Shorten(title, 100);
        }

        using var answer = await citizen.SubmitAsync(AppClient.Json(appeal.ToJsonString()), ids.Next().ToString("N"), limit.Token);
        var receipt = await AppClient.ReadAsync(answer, limit.Token);
        if (!answer.IsSuccessStatusCode)
        {
            await output.WriteLineAsync($"没有受理（{(int)answer.StatusCode}）：{receipt["detail"]}");
            return;
        }

        var (number, code) = (receipt["number"]!.GetValue<string>(), receipt["code"]!.GetValue<string>());
        var unit = await players.HandleAsync(number, limit.Token);
        var order = await staff.WorkOrderAsync("auditor-01", number, time, limit.Token);
        var track = await new CallbackPage(http).AnswerAsync(citizen, number, code, time, limit.Token);
        var due = order["dueAt"] is { } dueAt ? OfficeTime.At(dueAt.GetValue<DateTimeOffset>()).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture) : "—";
        var reply = track["replies"]!.AsArray().LastOrDefault(one => one!["kind"]!.GetValue<string>() is "handled" or "answered")?["text"]?.GetValue<string>() ?? "—";
        await output.WriteLineAsync($"{number} | {order["categoryTitle"]} | {unit} | {due} | {track["state"]} | {reply}");
    }

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static Dictionary<string, string> Options(string[] arguments)
    {
        var options = new Dictionary<string, string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                options[arguments[i][..equals]] = arguments[i][(equals + 1)..];
            }
            else if (i + 1 < arguments.Length)
            {
                options[arguments[i]] = arguments[++i];
            }
        }

        return options;
    }
}

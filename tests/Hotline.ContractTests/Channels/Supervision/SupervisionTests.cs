using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Xunit;

namespace Hotline.ContractTests.Channels.Supervision;

/// <summary>The way of a report: handed in sealed, opened by an officer, answered, followed by its code, moved to its end.</summary>
public sealed partial class SupervisionTests : IAsyncLifetime
{
    private readonly SupervisionHost _host = new();

    public Task InitializeAsync() => _host.StartAsync();

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task A_sealed_report_is_opened_by_each_officer_and_answered_both_ways()
    {
        var (code, body, replyKey) = _host.Report("某局一直拖着不办。", "张三");
        Assert.Equal(204, (await _host.PostAsync("reports", body)).Status);
        Assert.Equal(204, (await _host.PostAsync("reports", body)).Status); // sent again: the same answer, one report
        var line = (await _host.ListAsync()).AsArray().Single()!;
        Assert.Equal(("登记", "browser", true), ((string?)line["title"], (string?)line["sealed"], (bool)line["awaitsOfficer"]!));

        var id = (string)line["id"]!;
        var opened = await _host.OpenAsync(id);
        var letter = opened["letters"]![0]!["letter"]!;
        Assert.All(_host.Officers, key => Assert.Equal("某局一直拖着不办。", SupervisionHost.Open(letter, LetterKinds.Report, key)));

        Assert.Equal(204, await _host.SendAsync("discipline-01", $"reports/{id}/answers", _host.Answer(code.Thread, "请补充时间。", replyKey)));
        Assert.Equal(204, await _host.SendAsync("discipline-01", $"reports/{id}/notes", _host.Answer(code.Thread, "内部记录。", null)));
        var (status, conversation) = await _host.PostAsync("conversation", SupervisionHost.Holder(code));
        Assert.Equal(200, status);
        var letters = conversation!["letters"]!.AsArray();
        Assert.Equal([LetterKinds.Report, LetterKinds.Answer], letters.Select(entry => (string)entry!["kind"]!)); // the note is the officers'
        Assert.Null(letters[0]!["letter"]);
        Assert.Equal(replyKey, code.Unlock((string)conversation["lockedKey"]!));
        Assert.Equal("请补充时间。", SupervisionHost.Open(letters[1]!["letter"]!, LetterKinds.Answer, replyKey));

        var more = SupervisionHost.Holder(code);
        more["letter"] = _host.Sealed(new(code.Thread, "十月八日上午。", null, [], null, null, []));
        Assert.Equal(204, (await _host.PostAsync("letters", more)).Status);
        Assert.Equal(204, (await _host.PostAsync("letters", more)).Status);
        var after = (await _host.OpenAsync(id))["letters"]!.AsArray();
        Assert.Equal(4, after.Count);
        Assert.Equal("十月八日上午。", SupervisionHost.Open(after[3]!["letter"]!, LetterKinds.Report, _host.Officers[2]));
    }

    [Fact]
    public async Task A_restart_loses_nothing()
    {
        var (code, body, _) = _host.Report("重启之前。");
        Assert.Equal(204, (await _host.PostAsync("reports", body)).Status);
        var id = await _host.OnlyIdAsync();
        await _host.StopAsync();
        await _host.StartAsync();
        Assert.Equal(200, (await _host.PostAsync("conversation", SupervisionHost.Holder(code))).Status);
        Assert.Equal("重启之前。", SupervisionHost.Open((await _host.OpenAsync(id))["letters"]![0]!["letter"]!, LetterKinds.Report, _host.Officers[0]));
        Assert.Equal(204, await _host.SendAsync("discipline-01", $"reports/{id}/moves", new JsonObject { ["state"] = ReportState.Screening }));
        var ledger = await _host.Staff.CallAsync("auditor-01", HttpMethod.Get, "/supervision/station/ledger");
        Assert.Equal([LedgerActions.Opened, LedgerActions.Moved], ledger["entries"]!.AsArray().Select(entry => (string)entry!["what"]!));
        Assert.Null(ledger["broken"]);
    }

    [Fact]
    public async Task A_plain_post_is_sealed_at_receipt_and_followed_without_script()
    {
        var (status, page) = await _host.PostFormAsync("plain/reports", ("text", "没有脚本 <b>也</b> 能举报。"), ("accused", "某局"), ("contact", ""), ("fault", "不作为"), ("fault", "不是选项"));
        Assert.Equal(200, status);
        var code = ReceiptCode.Read(Code().Match(page).Value)!;
        var id = await _host.OnlyIdAsync();
        var opened = await _host.OpenAsync(id);
        Assert.Equal("receipt", (string?)opened["sealed"]);
        var content = JsonNode.Parse(LetterSealer.Open(System.Text.Json.JsonSerializer.Deserialize(opened["letters"]![0]!["letter"]!, SealingJson.Default.SealedLetter)!, LetterKinds.Report, _host.Officers[1]))!;
        Assert.Equal(("没有脚本 <b>也</b> 能举报。", 1, code.Thread), ((string?)content["text"], content["faults"]!.AsArray().Count, (string?)content["thread"]));

        var replyKey = System.Text.Json.JsonSerializer.Deserialize(content["replyKey"]!, SealingJson.Default.P256Key)!;
        Assert.Equal(204, await _host.SendAsync("discipline-01", $"reports/{id}/answers", _host.Answer(code.Thread, "已收到<script>alert(1)</script>", replyKey)));
        Assert.Equal(204, await _host.SendAsync("discipline-01", $"reports/{id}/answers", _host.Answer("another", "别处的答复", replyKey)));
        var (_, shown) = await _host.PostFormAsync("plain/conversation", ("code", code.Show().ToLowerInvariant()), ("text", "再补充一点。"));
        Assert.Contains("已收到&lt;script&gt;", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("别处的答复", shown, StringComparison.Ordinal); // sealed to him, but of another conversation
        Assert.Equal(4, (await _host.OpenAsync(id))["letters"]!.AsArray().Count);
        Assert.Equal(404, (await _host.PostFormAsync("plain/conversation", ("code", ReceiptCode.New().Show()))).Status);
        Assert.Equal(400, (await _host.PostFormAsync("plain/conversation", ("code", "<b>"))).Status);
    }

    [Fact]
    public async Task A_report_is_returned_only_with_consent()
    {
        var (code, body, _) = _host.Report("路灯不亮。");
        await _host.PostAsync("reports", body);
        var id = await _host.OnlyIdAsync();
        Assert.Equal(409, await _host.SendAsync("discipline-01", $"reports/{id}/consent-requests", []));
        Assert.Equal(409, (await _host.PostAsync("consents", Consent(code, true))).Status); // nobody asked
        Assert.Equal(204, await MoveAsync(id, ReportState.Screening));
        Assert.Equal(409, await MoveAsync(id, ReportState.Returned, valid: false));
        Assert.Equal(204, await _host.SendAsync("discipline-01", $"reports/{id}/consent-requests", []));
        Assert.Equal(409, await MoveAsync(id, ReportState.Returned, valid: false)); // asked, not answered
        Assert.Equal(204, (await _host.PostAsync("consents", Consent(code, true))).Status);
        Assert.Equal(409, (await _host.PostAsync("consents", Consent(code, false))).Status);
        Assert.Equal(204, await MoveAsync(id, ReportState.Returned, valid: false));
        Assert.Equal(409, await MoveAsync(id, ReportState.Screening));
    }

    [Fact]
    public async Task A_refusal_of_consent_holds()
    {
        var (code, body, _) = _host.Report("路灯不亮。");
        await _host.PostAsync("reports", body);
        var id = await _host.OnlyIdAsync();
        await MoveAsync(id, ReportState.Screening);
        await _host.SendAsync("discipline-01", $"reports/{id}/consent-requests", []);
        Assert.Equal(204, (await _host.PostAsync("consents", Consent(code, false))).Status);
        Assert.Equal(409, await MoveAsync(id, ReportState.Returned, valid: false));
        Assert.Equal(400, await MoveAsync(id, ReportState.Concluded)); // screening ends with 有效 or 无效
        foreach (var next in new[] { ReportState.HandedOver, ReportState.Accepted, ReportState.Verification, ReportState.Concluded, ReportState.Informed, ReportState.Archived })
        {
            Assert.Equal(204, await MoveAsync(id, next, valid: true));
        }

        Assert.Equal("归档", (string?)(await _host.PostAsync("conversation", SupervisionHost.Holder(code))).Body!["state"]);
    }

    [Fact]
    public async Task Figures_leave_as_totals_of_at_least_five_once_the_month_is_over_and_never_change()
    {
        for (var i = 0; i < 5; i++)
        {
            await _host.PostAsync("reports", _host.Report($"第{i}件。").Body);
        }

        var month = _host.Time.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(400, await _host.SendAsync("discipline-01", $"totals/{month}/release", [])); // not over yet
        _host.Time.Ahead = TimeSpan.FromDays(32);
        Assert.Equal(200, await _host.SendAsync("discipline-01", $"totals/{month}/release", []));
        Assert.Equal(403, await _host.SendAsync("auditor-01", $"totals/{month}/release", []));
        var released = (await _host.Staff.CallAsync("auditor-01", HttpMethod.Get, "/supervision/station/totals")).AsArray().Single()!;
        Assert.Equal((month, 5, 0), ((string?)released["month"], (int)released["received"]!, (int)released["valid"]!));
        foreach (var line in (await _host.ListAsync()).AsArray())
        {
            Assert.True((bool)line!["overdue"]!); // five working days are over
            Assert.Equal(204, await MoveAsync((string)line["id"]!, ReportState.Screening));
            Assert.Equal(204, await MoveAsync((string)line["id"]!, ReportState.HandedOver, valid: true));
        }

        Assert.Equal(200, await _host.SendAsync("discipline-01", $"totals/{month}/release", []));
        Assert.Equal(0, (int)(await _host.Staff.CallAsync("admin-01", HttpMethod.Get, "/supervision/station/totals"))[0]!["valid"]!);
        Assert.Equal(400, await _host.SendAsync("discipline-01", "totals/2026-13/release", []));
    }

    private Task<int> MoveAsync(string id, string state, bool? valid = null) =>
        _host.SendAsync("discipline-01", $"reports/{id}/moves", valid is { } said ? new JsonObject { ["state"] = state, ["valid"] = said } : new JsonObject { ["state"] = state });

    private static JsonObject Consent(ReceiptCode code, bool given)
    {
        var body = SupervisionHost.Holder(code);
        body["given"] = given;
        return body;
    }

    [GeneratedRegex("[0-9A-Z]{4}(-[0-9A-Z]{4}){4}")]
    private static partial Regex Code();
}

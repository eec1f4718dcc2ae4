using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.SupervisionLine;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Xunit;

namespace Hotline.ContractTests.Channels.Supervision;

/// <summary>Marks planted in every field of sealed and plain reports: no file of the data folder holds one, nor any log line, whatever is logged.</summary>
public sealed class SupervisionCanaryTests : IAsyncLifetime
{
    private const string Name = "标记姓名甲乙";
    private const string Phone = "+00 555 0188 7373";
    private const string OpenId = "oMarkQzx7Openid0001";
    private const string Home = "标记住址丙巷四号";
    private const string Phrase = "标记语句某局长收了红包";
    private const string Reply = "标记答复请补充时间";
    private const string More = "标记补充是十月八日";
    private const string Relation = "标记亲属某医院院长";
    private const string Number = "260101019999991";
    private readonly SupervisionHost _host = new();

    public Task InitializeAsync() => _host.StartAsync();

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Nothing_of_a_report_stands_outside_its_seal()
    {
        var (code, body, replyKey) = _host.Report($"{Phrase}", $"{Name} {Phone} {OpenId} {Home}");
        Assert.Equal(204, (await _host.PostAsync("reports", body)).Status);
        var id = await _host.OnlyIdAsync();
        await _host.OpenAsync(id);
        await _host.SendAsync("discipline-01", $"reports/{id}/answers", _host.Answer(code.Thread, Reply, replyKey));
        await _host.SendAsync("discipline-01", $"reports/{id}/moves", new JsonObject { ["state"] = ReportState.Screening });
        var more = SupervisionHost.Holder(code);
        more["letter"] = _host.Sealed(new(code.Thread, More, null, [], null, null, []));
        Assert.Equal(204, (await _host.PostAsync("letters", more)).Status);
        Assert.Equal(200, (await _host.PostAsync("conversation", SupervisionHost.Holder(code))).Status);

        // Returned as an ordinary appeal: the number goes to the reporter sealed, and the line learns the state alone.
        var consent = SupervisionHost.Holder(code);
        consent["given"] = true;
        Assert.Equal(204, await _host.SendAsync("discipline-01", $"reports/{id}/consent-requests", []));
        Assert.Equal(204, (await _host.PostAsync("consents", consent)).Status);
        Assert.Equal(204, await _host.SendAsync("discipline-01", $"reports/{id}/answers", _host.Answer(code.Thread, $"{Number} {Reply}", replyKey)));
        Assert.Equal(204, await _host.SendAsync("discipline-01", $"reports/{id}/moves", new JsonObject { ["state"] = ReportState.Returned, ["valid"] = false }));
        Assert.Equal(400, await _host.SendAsync("discipline-01", $"reports/{id}/moves", new JsonObject { ["state"] = ReportState.Returned, ["number"] = Number }));

        // Who is related to whom, and a report on the leaders that goes upward.
        var register = SupervisionHost.Node(LetterSealer.Seal(LetterSize.Fill(Encoding.UTF8.GetBytes(Relation)), LetterKinds.Register, _host.Officers.Select(key => key.ToPublic())));
        Assert.Equal(204, await _host.SendAsync("discipline-01", "register", new JsonObject { ["version"] = 0, ["letter"] = register }));
        await _host.PostAsync("reports", _host.Report(Phrase, Name).Body);
        var upward = (string)(await _host.ListAsync())[1]!["id"]!;
        var blinded = new JsonArray([.. Enumerable.Range(0, CustodyDesk.Marks).Select(_ => (JsonNode)Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)))]);
        Assert.Equal(204, await _host.SendAsync("discipline-01", $"reports/{upward}/exclusions", new JsonObject { ["excluded"] = new JsonArray("discipline-03"), ["marks"] = blinded }));
        await _host.SendAsync("discipline-01", $"reports/{upward}/exclusions", new JsonObject { ["excluded"] = new JsonArray(Relation), ["marks"] = new JsonArray(Relation) });
        await _host.SendAsync("discipline-01", $"reports/{upward}/keys", []);
        await _host.SendAsync("discipline-01", $"reports/{upward}/shares", new JsonObject { ["key"] = Relation });
        Assert.Equal(200, await _host.SendAsync("discipline-01", $"reports/{upward}/upward", new JsonObject { ["letters"] = 1 }));
        Assert.Equal(200, await _host.SendAsync("discipline-02", $"reports/{upward}/upward", new JsonObject { ["letters"] = 1 }));

        // Without script, with the code, and with what is wrong.
        var (_, page) = await _host.PostFormAsync("plain/reports", ("text", Phrase), ("accused", Name), ("contact", $"{Phone} {OpenId} {Home}"));
        Assert.Contains("查询码", page, StringComparison.Ordinal);
        await _host.PostFormAsync("plain/conversation", ("code", code.Show()), ("text", More));
        await _host.PostFormAsync("plain/reports", ("text", Phrase), ("text", Phone));
        await _host.PostAsync("reports", new JsonObject { ["text"] = Phrase, [Name] = Phone });
        await _host.PostAsync("conversation", JsonValue.Create(OpenId));
        using var lost = await _host.Http.GetAsync(new Uri($"/supervision/reports/{Uri.EscapeDataString(Name)}?code={code.Show()}&phone={Uri.EscapeDataString(Phone)}", UriKind.Relative));

        string[] marks = [Relation, Number, Name, Phone, "0188 7373", OpenId, Home, Phrase, Reply, More, code.Show(), code.Show().Replace("-", "", StringComparison.Ordinal), replyKey.D!];
        AssertNowhere(marks);
        string[] handles = [(string)SupervisionHost.Holder(code)["locator"]!, (string)SupervisionHost.Holder(code)["proof"]!, Convert.ToHexStringLower(code.Locator)];
        foreach (var mark in (string[])[.. marks, .. handles, Uri.EscapeDataString(Name)])
        {
            Assert.DoesNotContain(_host.Logs.Lines, line => line.Contains(mark, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(_host.Logs.Lines, line => line.Contains("127.0.0.1", StringComparison.Ordinal) && !line.StartsWith("Microsoft.Hosting.Lifetime", StringComparison.Ordinal)); // that tells where it listens
        Assert.NotEmpty(_host.Logs.Lines); // others than the framework's own on requests do log at Trace
        await _host.StopAsync();
        AssertNowhere([.. marks, .. handles]);

        // The store did take it, and the search does find what is there.
        Assert.Contains(_host.Files(), file => file.Name == Path.Combine("supervision", "hotline.db"));
        Assert.Contains(_host.Files(), file => SupervisionHost.Holds(file.Content, ReportState.Screening));
        await _host.StartAsync();
    }

    [Fact]
    public async Task No_event_is_written_and_no_time_finer_than_a_day()
    {
        await _host.PostAsync("reports", _host.Report("x").Body);
        await _host.StopAsync();
        Assert.False(File.Exists(Path.Combine(_host.Folder, "hotline.db")), "The shared store was opened.");
        Assert.DoesNotContain(_host.Files(), file => new[] { Topics.Appeals, Topics.Replies, Topics.WorkOrders }.Any(topic => SupervisionHost.Holds(file.Content, topic)));
        var now = _host.Time.GetUtcNow();
        var midnight = new DateTimeOffset(OfficeTime.Day(now), TimeOnly.MinValue, OfficeTime.Offset);
        var addresses = _host.Files().SelectMany(file => Regex.Matches(Encoding.Latin1.GetString(file.Content), "[0-9a-f]{12}-[0-9a-f]{64}")).ToList();
        Assert.NotEmpty(addresses); // of the letter
        Assert.All(addresses, address => Assert.Equal($"{midnight.ToUnixTimeMilliseconds():x12}", address.Value[..12]));
        await _host.StartAsync();
    }

    [Fact]
    public async Task A_ledger_that_was_changed_is_told()
    {
        await _host.PostAsync("reports", _host.Report("x").Body);
        var id = await _host.OnlyIdAsync();
        for (var i = 0; i < 3; i++)
        {
            await _host.OpenAsync(id);
        }

        await _host.StopAsync();
        var store = Path.Combine(_host.Folder, "supervision", "hotline.db");
        var bytes = await File.ReadAllBytesAsync(store);
        var account = Encoding.UTF8.GetBytes("discipline-01");
        var at = bytes.AsSpan().LastIndexOf(account);
        Assert.True(at > 0, "The ledger is not in the database file: it was not checkpointed.");
        "discipline-02"u8.CopyTo(bytes.AsSpan(at));
        await File.WriteAllBytesAsync(store, bytes);
        await _host.StartAsync();
        var ledger = await _host.Staff.CallAsync("auditor-01", HttpMethod.Get, "/supervision/station/ledger");
        Assert.Equal(3, ledger["entries"]!.AsArray().Count);
        Assert.InRange((long)ledger["broken"]!, 1, 3);
    }

    private void AssertNowhere(string[] marks)
    {
        foreach (var (name, content) in _host.Files())
        {
            foreach (var mark in marks)
            {
                Assert.False(SupervisionHost.Holds(content, mark), $"{name} holds {mark}.");
            }
        }
    }
}

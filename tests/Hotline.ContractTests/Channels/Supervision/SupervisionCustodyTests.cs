using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.SupervisionLine;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Xunit;

namespace Hotline.ContractTests.Channels.Supervision;

/// <summary>Who may open a report, and that it changes: an officer joins, one leaves, one is in conflict, the higher body takes it.</summary>
public sealed class SupervisionCustodyTests : IAsyncLifetime
{
    private const string First = "discipline-01";
    private const string Second = "discipline-02";
    private const string Third = "discipline-03";
    private readonly SupervisionHost _host = new();

    public Task InitializeAsync() => _host.StartAsync();

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Who_joins_opens_older_reports_once_another_wrapped_their_keys_and_who_left_opens_none()
    {
        var (code, body, replyKey) = _host.Report("换人之前。");
        await _host.PostAsync("reports", body);
        var id = await _host.OnlyIdAsync();
        Assert.Equal(204, await _host.SendAsync(First, $"reports/{id}/answers", _host.Answer(code.Thread, "第一次答复。", replyKey)));
        var (left, joined) = (_host.Officers[2], P256Key.Generate());
        await _host.StopAsync();
        _host.Officers[2] = joined;
        await _host.StartAsync();

        var line = (await _host.ListAsync())[0]!;
        Assert.Equal([joined.Thumbprint()], line["lacking"]!.AsArray().Select(key => (string)key!));
        var opened = await _host.OpenAsync(id, Third);
        Assert.Throws<CryptographicException>(() => SupervisionHost.Open(opened["letters"]![0]!["letter"]!, LetterKinds.Report, joined));
        Assert.Throws<CryptographicException>(() => SupervisionHost.Open(opened["letters"]![0]!["letter"]!, LetterKinds.Report, left)); // his share is not handed out

        var keys = await _host.Staff.PostAsync(First, $"/supervision/station/reports/{id}/keys", []);
        Assert.Equal(2, keys.AsArray().Count);
        Assert.DoesNotContain("ciphertext", keys.ToJsonString(), StringComparison.Ordinal);
        var shares = new JsonObject { ["key"] = joined.Thumbprint(), ["shares"] = new JsonArray([.. keys.AsArray().Select((letter, i) => Share(i, letter!, _host.Officers[0], joined))]) };
        Assert.Equal(204, await _host.SendAsync(First, $"reports/{id}/shares", shares));
        Assert.Equal(204, await _host.SendAsync(First, $"reports/{id}/shares", shares)); // sent again
        opened = await _host.OpenAsync(id, Third);
        Assert.Equal("换人之前。", SupervisionHost.Open(opened["letters"]![0]!["letter"]!, LetterKinds.Report, joined));
        Assert.Equal("第一次答复。", SupervisionHost.Open(opened["letters"]![1]!["letter"]!, LetterKinds.Answer, joined));
        Assert.Empty((await _host.ListAsync())[0]!["lacking"]!.AsArray());

        // A new report is not sealed to who left, and one that is is refused.
        var (_, after, _) = _host.Report("换人之后。");
        Assert.DoesNotContain(left.Thumbprint(), after.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(204, (await _host.PostAsync("reports", after)).Status);
        Assert.Equal(400, (await _host.PostAsync("reports", body.DeepClone() is JsonObject old ? With(old, ReceiptCode.New()) : [])).Status);

        await _host.StopAsync();
        await _host.StartAsync();
        Assert.Equal("换人之前。", SupervisionHost.Open((await _host.OpenAsync(id, Third))["letters"]![0]!["letter"]!, LetterKinds.Report, joined));
        var ledger = await _host.LedgerAsync();
        Assert.Equal([(LedgerActions.TookKeys, null), (LedgerActions.Rewrapped, joined.Thumbprint())], ledger.Where(entry => entry.What is LedgerActions.TookKeys or LedgerActions.Rewrapped));
    }

    [Fact]
    public async Task Keys_wrapped_for_strangers_for_no_letter_or_of_another_shape_are_refused()
    {
        await _host.PostAsync("reports", _host.Report("x").Body);
        var id = await _host.OnlyIdAsync();
        await _host.StopAsync();
        var joined = P256Key.Generate();
        _host.Officers[2] = joined;
        await _host.StartAsync();
        var keys = await _host.Staff.PostAsync(First, $"/supervision/station/reports/{id}/keys", []);
        JsonObject Good() => new() { ["key"] = joined.Thumbprint(), ["shares"] = new JsonArray(Share(0, keys[0]!, _host.Officers[0], joined)) };
        Action<JsonObject>[] spoilings =
        [
            told => told.Remove("key"),
            told => told.Remove("shares"),
            told => told["shares"] = new JsonArray(),
            told => told["shares"] = new JsonArray((JsonNode?)null),
            told => told["key"] = P256Key.Generate().Thumbprint(),
            told => told["shares"]![0]!["letter"] = 1,
            told => told["shares"]![0]!["letter"] = -1,
            told => told["shares"]!.AsArray().Add(told["shares"]![0]!.DeepClone()),
            told => told["shares"]![0]!["recipient"] = null,
            told => told["shares"]![0]!["recipient"]!["header"]!["kid"] = _host.Officers[0].Thumbprint(),
            told => told["shares"]![0]!["recipient"]!["header"]!["alg"] = "dir",
            told => told["shares"]![0]!["recipient"]!["encrypted_key"] = "AAAA",
            told => told["contentKey"] = "AAAA",
        ];
        foreach (var spoil in spoilings)
        {
            var told = Good();
            spoil(told);
            Assert.Equal(400, await _host.SendAsync(First, $"reports/{id}/shares", told));
        }

        var stranger = Good();
        stranger["key"] = P256Key.Generate().Thumbprint(); // of a key nobody brought to the folder, whatever its shape
        Assert.Equal(400, await _host.SendAsync(First, $"reports/{id}/shares", stranger));
        Assert.Equal(404, await _host.SendAsync(First, $"reports/{Guid.Empty}/shares", Good()));
        Assert.Equal(403, await _host.SendAsync("admin-01", $"reports/{id}/shares", Good()));
        Assert.DoesNotContain(await _host.LedgerAsync(), entry => entry.What == LedgerActions.Rewrapped);
        Assert.Equal(204, await _host.SendAsync(First, $"reports/{id}/shares", Good()));
    }

    [Fact]
    public async Task An_officer_in_conflict_does_not_learn_of_the_report_and_gets_no_key_of_it()
    {
        var (code, body, replyKey) = _host.Report("反映第三名工作人员的亲属。");
        await _host.PostAsync("reports", body);
        await _host.PostAsync("reports", _host.Report("另一件。").Body);
        var id = (string)(await _host.ListAsync())[0]!["id"]!;
        Assert.Equal(204, await _host.SendAsync(First, $"reports/{id}/exclusions", Exclusion(Third)));

        var mine = await _host.Staff.CallAsync(Third, HttpMethod.Get, "/supervision/station/reports");
        Assert.NotEqual(id, (string)Assert.Single(mine.AsArray())!["id"]!);
        foreach (var (path, told) in new (string, JsonObject)[]
        {
            ("open", []), ("keys", []), ("answers", _host.Answer(code.Thread, "x", replyKey)), ("notes", _host.Answer(code.Thread, "x", null)), ("exclusions", Exclusion()),
            ("moves", new JsonObject { ["state"] = ReportState.Screening }), ("consent-requests", []), ("upward", new JsonObject { ["letters"] = 1 }),
        })
        {
            Assert.Equal(404, await _host.SendAsync(Third, $"reports/{id}/{path}", told));
        }

        // With another officer's token the ciphertext comes, and no share of his.
        var opened = await _host.OpenAsync(id);
        Assert.Equal([Third], opened["excluded"]!.AsArray().Select(account => (string)account!));
        Assert.Throws<CryptographicException>(() => SupervisionHost.Open(opened["letters"]![0]!["letter"]!, LetterKinds.Report, _host.Officers[2]));
        Assert.Equal("反映第三名工作人员的亲属。", SupervisionHost.Open(opened["letters"]![0]!["letter"]!, LetterKinds.Report, _host.Officers[1]));

        // What comes later is not for him either: the reporter's page knows nothing of it, officers' letters must leave him out.
        var more = SupervisionHost.Holder(code);
        more["letter"] = _host.Sealed(new(code.Thread, "补充。", null, [], null, null, []));
        Assert.Equal(204, (await _host.PostAsync("letters", more)).Status);
        Assert.Equal(204, (await _host.PostAsync("letters", more)).Status);
        Assert.Equal(400, await _host.SendAsync(First, $"reports/{id}/answers", _host.Answer(code.Thread, "给全体。", replyKey)));
        Assert.Equal(204, await _host.SendAsync(First, $"reports/{id}/answers", _host.Answer(code.Thread, "不给他。", replyKey, _host.Officers.Take(2))));
        var letters = (await _host.OpenAsync(id, Second))["letters"]!.AsArray();
        Assert.Equal(3, letters.Count);
        Assert.DoesNotContain(_host.Officers[2].Thumbprint(), letters.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("补充。", SupervisionHost.Open(letters[1]!["letter"]!, LetterKinds.Report, _host.Officers[1]));

        // The reporter cannot count who is left.
        var told2 = (await _host.PostAsync("conversation", SupervisionHost.Holder(code))).Body!;
        Assert.Single(told2["letters"]!.AsArray().Single(letter => (string)letter!["kind"]! == LetterKinds.Answer)!["letter"]!["recipients"]!.AsArray());

        // Taken back, he lacks what came meanwhile, until it is wrapped for him.
        Assert.Equal(204, await _host.SendAsync(Second, $"reports/{id}/exclusions", Exclusion()));
        Assert.Equal("反映第三名工作人员的亲属。", SupervisionHost.Open((await _host.OpenAsync(id, Third))["letters"]![0]!["letter"]!, LetterKinds.Report, _host.Officers[2]));
        Assert.Equal([_host.Officers[2].Thumbprint()], (await _host.ListAsync())[0]!["lacking"]!.AsArray().Select(key => (string)key!));
        Assert.Equal([(LedgerActions.Excluded, Third), (LedgerActions.Excluded, "")], (await _host.LedgerAsync()).Where(entry => entry.What == LedgerActions.Excluded));
    }

    [Fact]
    public async Task Nobody_makes_himself_the_only_reader_and_marks_are_always_as_many()
    {
        await _host.PostAsync("reports", _host.Report("x").Body);
        var id = await _host.OnlyIdAsync();
        Assert.Equal(409, await _host.SendAsync(First, $"reports/{id}/exclusions", Exclusion(Second, Third)));
        Assert.Equal(400, await _host.SendAsync(First, $"reports/{id}/exclusions", Exclusion("nobody")));
        Assert.Equal(400, await _host.SendAsync(First, $"reports/{id}/exclusions", Exclusion(OfficerKeys.Escrow)));
        foreach (var count in new[] { 0, CustodyDesk.Marks - 1, CustodyDesk.Marks + 1 })
        {
            var told = Exclusion(Third);
            told["marks"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => (JsonNode)NewMark())]);
            Assert.Equal(400, await _host.SendAsync(First, $"reports/{id}/exclusions", told));
        }

        var shortMark = Exclusion(Third);
        shortMark["marks"]![3] = "AAAA";
        Assert.Equal(400, await _host.SendAsync(First, $"reports/{id}/exclusions", shortMark));
        Assert.Equal(204, await _host.SendAsync(First, $"reports/{id}/exclusions", Exclusion(First))); // he recuses himself
        Assert.Equal(404, await _host.SendAsync(First, $"reports/{id}/open", []));
    }

    [Fact]
    public async Task The_register_is_kept_sealed_to_all_and_of_two_changes_at_once_one_is_told()
    {
        Assert.Equal(0, (int)(await _host.Staff.CallAsync(First, HttpMethod.Get, "/supervision/station/register"))["version"]!);
        var letter = Register("discipline-03: 某局");
        Assert.Equal(204, await SaveAsync(First, 0, letter));
        Assert.Equal(409, await SaveAsync(Second, 0, Register("另一份")));
        Assert.Equal(204, await SaveAsync(Second, 1, Register("discipline-03: 某局、某医院")));
        Assert.Equal(409, await SaveAsync(First, 1, letter));
        Assert.Equal(400, await SaveAsync(First, 2, Register("x", LetterKinds.Note)));
        Assert.Equal(400, await SaveAsync(First, 2, Register("x", LetterKinds.Register, 2)));
        var kept = await _host.Staff.CallAsync(Third, HttpMethod.Get, "/supervision/station/register");
        Assert.Equal((2, "discipline-03: 某局、某医院"), ((int)kept["version"]!, SupervisionHost.Open(kept["letter"]!, LetterKinds.Register, _host.Officers[2])));
        Assert.Equal(403, await _host.SendAsync("auditor-01", "register", new JsonObject { ["version"] = 2, ["letter"] = letter }));
    }

    [Fact]
    public async Task What_two_officers_passed_upward_nobody_opens_here_again()
    {
        const string Text = "反映本机关主要领导。";
        var (code, body, replyKey) = _host.Report(Text);
        await _host.PostAsync("reports", body);
        await _host.PostAsync("reports", _host.Report("留下的。").Body);
        var lines = (await _host.ListAsync()).AsArray();
        var (id, other) = ((string)lines[0]!["id"]!, (string)lines[1]!["id"]!);
        Assert.Equal(204, await _host.SendAsync(First, $"reports/{id}/answers", _host.Answer(code.Thread, "将移送。", replyKey)));
        Assert.Equal(400, await _host.SendAsync(First, $"reports/{id}/moves", new JsonObject { ["state"] = ReportState.PassedUpward }));
        Assert.Equal(409, await UpwardAsync(First, id, 1)); // he sealed one letter of two
        Assert.Equal(200, await UpwardAsync(First, id, 2));
        Assert.Equal(200, await UpwardAsync(First, id, 2)); // one alone, however often
        Assert.Equal(First, (string?)(await _host.OpenAsync(id, Second))["upwardBy"]);
        var more = SupervisionHost.Holder(code);
        more["letter"] = _host.Sealed(new(code.Thread, "又来一信。", null, [], null, null, []));
        Assert.Equal(204, (await _host.PostAsync("letters", more)).Status);
        Assert.Equal(409, await UpwardAsync(Second, id, 2)); // a letter came meanwhile: it is in nobody's file
        Assert.Equal(200, await UpwardAsync(First, id, 3));
        Assert.Equal(200, await UpwardAsync(Second, id, 3));

        Assert.Equal(other, await _host.OnlyIdAsync());
        foreach (var (path, told) in new (string, JsonObject)[] { ("open", []), ("keys", []), ("answers", _host.Answer(code.Thread, "x", replyKey)), ("upward", new JsonObject { ["letters"] = 3 }), ("moves", new JsonObject { ["state"] = ReportState.Screening }) })
        {
            Assert.Equal(404, await _host.SendAsync(First, $"reports/{id}/{path}", told));
        }

        var (status, conversation) = await _host.PostAsync("conversation", SupervisionHost.Holder(code));
        Assert.Equal((200, "移送上级", 0), (status, (string?)conversation!["state"], conversation["letters"]!.AsArray().Count));
        more["letter"] = _host.Sealed(new(code.Thread, "再来一信。", null, [], null, null, []));
        Assert.Equal(409, (await _host.PostAsync("letters", more)).Status);
        Assert.Equal(409, (await _host.PostFormAsync("plain/conversation", ("code", code.Show()), ("text", "再来一信。"))).Status);
        Assert.Equal(200, (await _host.PostFormAsync("plain/conversation", ("code", code.Show()))).Status);

        // The key is gone from the disk, and no other with it.
        var keys = (await File.ReadAllBytesAsync(Path.Combine(_host.Folder, "supervision", "report-keys"))).Chunk(32).Select(key => key.All(b => b == 0)).ToList();
        Assert.Equal([true, false], keys.Take(2));
        Assert.Single(keys, erased => erased);
        await _host.StopAsync();
        await _host.StartAsync();
        Assert.Equal(404, await _host.SendAsync(First, $"reports/{id}/open", []));
        Assert.Equal("留下的。", SupervisionHost.Open((await _host.OpenAsync(other))["letters"]![0]!["letter"]!, LetterKinds.Report, _host.Officers[0]));
        Assert.Equal(204, (await _host.PostAsync("reports", _host.Report("之后的。").Body)).Status); // its key is another
        Assert.Equal(2, (await _host.ListAsync()).AsArray().Count);
        Assert.All(await _host.LedgerAsync(), entry => Assert.Null(entry.Detail));
        Assert.Equal(LedgerActions.PassedUpward, (await _host.LedgerAsync())[^2].What);
    }

    [Fact]
    public async Task What_a_crash_left_unerased_is_erased_at_the_start()
    {
        await _host.PostAsync("reports", _host.Report("x").Body);
        var id = await _host.OnlyIdAsync();
        var file = Path.Combine(_host.Folder, "supervision", "report-keys");
        var before = await File.ReadAllBytesAsync(file);
        Assert.Equal(200, await UpwardAsync(First, id, 1));
        Assert.Equal(200, await UpwardAsync(Second, id, 1));
        await _host.StopAsync();
        await File.WriteAllBytesAsync(file, before); // as if the program had ended between the commit and the erasing
        await _host.StartAsync();
        Assert.True((await File.ReadAllBytesAsync(file)).Take(32).All(b => b == 0));
    }

    [Fact]
    public async Task Without_the_reports_keys_the_line_does_not_start_over_them()
    {
        await _host.PostAsync("reports", _host.Report("x").Body);
        await _host.StopAsync();
        var file = Path.Combine(_host.Folder, "supervision", "report-keys");
        File.Move(file, file + ".away");
        Assert.Contains("report-keys", (await Assert.ThrowsAsync<InvalidOperationException>(_host.StartAsync)).Message, StringComparison.Ordinal);
        await _host.StopAsync();
        Assert.False(File.Exists(file));
        File.Move(file + ".away", file);
        await _host.StartAsync();
        await _host.OpenAsync(await _host.OnlyIdAsync());
    }

    [Fact]
    public async Task Without_the_higher_bodys_key_nothing_is_passed_upward()
    {
        await using var host = new SupervisionHost { HasUpward = false };
        await host.StartAsync();
        await host.PostAsync("reports", host.Report("x").Body);
        var id = await host.OnlyIdAsync();
        Assert.Equal(409, await host.SendAsync(First, $"reports/{id}/upward", new JsonObject { ["letters"] = 1 }));
        Assert.Null((await host.Staff.CallAsync(First, HttpMethod.Get, "/supervision/station/officers"))["upward"]);
        await host.OpenAsync(id);
    }

    private Task<int> UpwardAsync(string account, string id, int letters) => _host.SendAsync(account, $"reports/{id}/upward", new JsonObject { ["letters"] = letters });

    private Task<int> SaveAsync(string account, int version, JsonNode letter) => _host.SendAsync(account, "register", new JsonObject { ["version"] = version, ["letter"] = letter.DeepClone() });

    private JsonNode Register(string text, string kind = LetterKinds.Register, int officers = 3) => SupervisionHost.Node(LetterSealer.Seal(
        LetterSize.Fill(JsonSerializer.SerializeToUtf8Bytes(new PlainAnswer("", text), SupervisionJson.Default.PlainAnswer)), kind, _host.Officers.Take(officers).Select(key => key.ToPublic())));

    private static JsonObject Exclusion(params string[] accounts) => new()
    {
        ["excluded"] = new JsonArray([.. accounts.Select(account => (JsonNode)account)]),
        ["marks"] = new JsonArray([.. Enumerable.Range(0, CustodyDesk.Marks).Select(_ => (JsonNode)NewMark())]),
    };

    private static string NewMark() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static JsonObject With(JsonObject report, ReceiptCode code)
    {
        foreach (var (name, value) in SupervisionHost.Holder(code))
        {
            report[name] = value!.DeepClone();
        }

        return report;
    }

    /// <summary>What <c>rewrap</c> in the station's script does.</summary>
    private static JsonObject Share(int letter, JsonNode keys, P256Key mine, P256Key newcomer)
    {
        var own = keys["recipients"]!.AsArray().Select(recipient => recipient.Deserialize(SealingJson.Default.LetterRecipient)!).Single(recipient => recipient.Header.Kid == mine.Thumbprint());
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var contentKey = AesKeyWrap.Unwrap(Agree(mine, own.Header.Epk), Base64Url.DecodeFromChars(own.EncryptedKey));
        var wrapped = AesKeyWrap.Wrap(Agree(P256Key.Of(ephemeral, withPrivate: true), newcomer), contentKey);
        var header = new RecipientHeader(SealedLetter.KeyAlgorithm, newcomer.Thumbprint(), P256Key.Of(ephemeral, withPrivate: false));
        return new JsonObject { ["letter"] = letter, ["recipient"] = JsonSerializer.SerializeToNode(new LetterRecipient(header, Base64Url.EncodeToString(wrapped)), SealingJson.Default.LetterRecipient) };
    }

    private static byte[] Agree(P256Key mine, P256Key other)
    {
        using var own = mine.ToKey();
        using var theirs = other.ToPublic().ToKey();
        using var point = theirs.PublicKey;
        return KeyAgreement.Derive(own, point, SealedLetter.KeyAlgorithm, 256);
    }
}

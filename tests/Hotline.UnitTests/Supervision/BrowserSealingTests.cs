using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.SupervisionLine;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Xunit;

namespace Hotline.UnitTests.Supervision;

/// <summary>The page's own <c>sealing.js</c> under Node's WebCrypto against the code here: what one seals the other opens.</summary>
public sealed class BrowserSealingTests : IDisposable
{
    private const string Text = "甲乙丙𠮷😀\n\"引号\"";
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-node-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void The_vectors_hold_in_the_script_too()
    {
        var told = Run("""
            const alice = { kty: 'EC', crv: 'P-256', x: 'gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0', y: 'SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps', d: '0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo' };
            const bob = { kty: 'EC', crv: 'P-256', x: 'weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ', y: 'e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck' };
            return { key: s.encode(await s.agree(alice, bob, 'A128GCM', 128, new TextEncoder().encode('Alice'), new TextEncoder().encode('Bob'))), sizes: s.sizes, kinds: s.kinds, name: await s.thumbprint(bob) };
            """);
        Assert.Equal("VqqN6vgjbSBcIijNcacQGg", (string?)told["key"]);
        Assert.Equal(LetterSize.Classes, told["sizes"]!.AsArray().Select(size => (int)size!));
        Assert.Equal([LetterKinds.Report, LetterKinds.Answer, LetterKinds.Note, LetterKinds.Register, LetterKinds.Upward], told["kinds"]!.AsObject().Select(kind => (string)kind.Value!));
        Assert.Equal(new P256Key("EC", "P-256", "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck").Thumbprint(), (string?)told["name"]);
    }

    [SkippableFact]
    public void What_the_script_seals_and_locks_is_opened_here()
    {
        P256Key[] officers = [P256Key.Generate(), P256Key.Generate(), P256Key.Generate()];
        var told = Run(
            """
            const code = s.newCode();
            const key = await s.newKey();
            return { code: s.showCode(code), locked: await s.lock(code, key), key, holder: await s.holder(code), thread: await s.threadOf(code), letter: await s.seal({ text: input.text }, 'hotline-report', input.officers) };
            """,
            new JsonObject { ["text"] = Text, ["officers"] = new JsonArray([.. officers.Select(key => Node(key.ToPublic()))]) });
        var letter = told["letter"].Deserialize(SealingJson.Default.SealedLetter)!;
        Assert.Null(LetterCheck.Wrong(letter, LetterKinds.Report, [.. officers.Select(key => key.Thumbprint())], LetterSize.Largest));
        Assert.All(officers, key => Assert.Equal(Text, (string?)JsonNode.Parse(LetterSealer.Open(letter, LetterKinds.Report, key))!["text"]));

        var code = ReceiptCode.Read((string?)told["code"])!;
        Assert.Equal(told["key"].Deserialize(SealingJson.Default.P256Key), code.Unlock((string)told["locked"]!));
        Assert.Equal((string?)told["holder"]!["locator"], System.Buffers.Text.Base64Url.EncodeToString(code.Locator));
        Assert.Equal((string?)told["holder"]!["proof"], System.Buffers.Text.Base64Url.EncodeToString(code.Proof));
        Assert.Equal((string?)told["thread"], code.Thread);
    }

    [SkippableFact]
    public void What_is_sealed_and_locked_here_the_script_opens_and_what_is_changed_it_does_not()
    {
        var officer = P256Key.Generate();
        var reporter = P256Key.Generate();
        var code = ReceiptCode.New();
        var plain = JsonSerializer.SerializeToUtf8Bytes(new PlainAnswer(code.Thread, Text), SupervisionJson.Default.PlainAnswer);
        var letter = LetterSealer.Seal(LetterSize.Fill(plain), LetterKinds.Answer, [officer.ToPublic(), reporter.ToPublic()]);
        var told = Run(
            """
            const refused = async (work) => { try { await work(); return false; } catch { return true; } };
            const code = s.readCode(input.code);
            const key = await s.unlock(code, input.locked);
            const last = input.letter.ciphertext.at(-8) === 'A' ? 'B' : 'A';
            return {
              byReporter: (await s.open(input.letter, 'hotline-answer', key)).text, byOfficer: (await s.open(input.letter, 'hotline-answer', input.officer)).text,
              otherKind: await refused(() => s.open(input.letter, 'hotline-report', key)),
              otherKey: await refused(async () => s.open(input.letter, 'hotline-answer', await s.newKey())),
              changed: await refused(() => s.open({ ...input.letter, ciphertext: input.letter.ciphertext.slice(0, -8) + last + input.letter.ciphertext.slice(-7) }, 'hotline-answer', key)),
              otherCode: await refused(() => s.unlock(s.newCode(), input.locked)),
              tooLarge: await refused(async () => s.fill({ text: 'x'.repeat(33 << 20) })),
              noCode: [s.readCode('0000'), s.readCode('U'.repeat(20))],
            };
            """,
            new JsonObject
            {
                ["code"] = code.Show().ToLowerInvariant(),
                ["locked"] = code.Lock(reporter),
                ["officer"] = Node(officer),
                ["letter"] = JsonSerializer.SerializeToNode(letter, SealingJson.Default.SealedLetter),
            });
        Assert.Equal((Text, Text), ((string?)told["byReporter"], (string?)told["byOfficer"]));
        foreach (var refused in new[] { "otherKind", "otherKey", "changed", "otherCode", "tooLarge" })
        {
            Assert.True((bool)told[refused]!, refused);
        }

        Assert.All(told["noCode"]!.AsArray(), Assert.Null);
    }

    [SkippableFact]
    public void A_key_is_wrapped_for_one_more_and_for_nobody_by_who_has_none()
    {
        var (officer, newcomer) = (P256Key.Generate(), P256Key.Generate());
        var plain = JsonSerializer.SerializeToUtf8Bytes(new PlainAnswer("t", Text), SupervisionJson.Default.PlainAnswer);
        var letter = LetterSealer.Seal(LetterSize.Fill(plain), LetterKinds.Note, [officer.ToPublic()]);
        var told = Run(
            """
            let refused = false;
            try { await s.rewrap(input.letter.recipients, await s.newKey(), input.newcomer); } catch { refused = true; }
            return { share: await s.rewrap(input.letter.recipients, input.officer, input.newcomer), refused };
            """,
            new JsonObject { ["officer"] = Node(officer), ["newcomer"] = Node(newcomer.ToPublic()), ["letter"] = JsonSerializer.SerializeToNode(letter, SealingJson.Default.SealedLetter) });
        var share = told["share"].Deserialize(SealingJson.Default.LetterRecipient)!;
        Assert.True(LetterCheck.IsSound(share));
        Assert.True((bool)told["refused"]!);
        var opened = LetterSealer.Open(letter with { Recipients = [.. letter.Recipients, share] }, LetterKinds.Note, newcomer);
        Assert.Equal(Text, (string?)JsonNode.Parse(opened)!["text"]);
    }

    [SkippableFact]
    public void A_key_file_is_opened_by_its_passphrase_alone()
    {
        var key = P256Key.Generate();
        var told = Run(
            """
            const refused = async (work) => { try { await work(); return false; } catch { return true; } };
            return {
              key: await s.openKeyFile(input.locked + '\n', input.passphrase), open: await s.openKeyFile(input.open, ''),
              other: await refused(() => s.openKeyFile(input.locked, input.passphrase + 'x')), none: await refused(() => s.openKeyFile(input.locked, '')), noFile: await refused(() => s.openKeyFile('MZ', 'x')),
            };
            """,
            new JsonObject { ["locked"] = PassphraseSeal.Lock(key, "一个够长的口令 horse 9"), ["passphrase"] = "一个够长的口令 horse 9", ["open"] = JsonSerializer.Serialize(key, SealingJson.Default.P256Key) });
        Assert.Equal((key, key), (told["key"].Deserialize(SealingJson.Default.P256Key), told["open"].Deserialize(SealingJson.Default.P256Key)));
        Assert.All(new[] { "other", "none", "noFile" }, refused => Assert.True((bool)told[refused]!, refused));
    }

    [SkippableFact]
    public void Names_are_blinded_for_each_report_and_found_again_by_officers_alone()
    {
        var told = Run("""
            const register = c.emptyRegister();
            register.relations = { 'discipline-01': ['离石区 教育局'], 'discipline-02': ['某医院', '李四'] };
            const marks = await c.marksOf(register, 'r1', c.namesOf('离石区教育局\n王五'));
            const more = await c.marksOf(register, 'r1', ['李四'], marks);
            const other = await c.marksOf(register, 'r2', ['离石区教育局']);
            const stranger = { ...register, key: c.emptyRegister().key };
            let refused = false;
            try { await c.marksOf(register, 'r1', Array.from({ length: 17 }, (_, i) => `名${i}`)); } catch { refused = true; }
            return {
              counts: [marks.length, more.length, other.length, new Set([...marks, ...other]).size], lengths: [...new Set(marks.map((mark) => s.decode(mark).length))],
              first: await c.inConflict(register, 'r1', marks), both: await c.inConflict(register, 'r1', more), otherReport: await c.inConflict(register, 'r2', marks),
              stranger: await c.inConflict(stranger, 'r1', marks), kept: (await c.marksOf(register, 'r1', [], more)).slice().sort().join() === more.slice().sort().join(), refused,
            };
            """);
        Assert.Equal("[16,16,16,32]", told["counts"]!.ToJsonString());
        Assert.Equal("[32]", told["lengths"]!.ToJsonString());
        Assert.Equal(("discipline-01", 1), ((string?)told["first"]![0], told["first"]!.AsArray().Count));
        Assert.Equal(2, told["both"]!.AsArray().Count);
        Assert.Empty(told["otherReport"]!.AsArray());
        Assert.Empty(told["stranger"]!.AsArray());
        Assert.True((bool)told["kept"]! && (bool)told["refused"]!);
        Assert.Equal(CustodyDesk.Marks, told["counts"]![0]!.GetValue<int>());
    }

    [SkippableFact]
    public void What_remains_of_a_contact_in_a_text_is_found_however_it_is_written()
    {
        var told = Run("""
            return [
              r.remaining('路灯不亮，请修。', '张三 139 0000-1234'), r.remaining('张三说路灯不亮。', '张三 13900001234'), r.remaining('电 １３９-０000 1234', '13900001234'),
              r.remaining('写信到 Zhang@Example.org', 'zhang@example.org'), r.remaining('路灯不亮。', ''), r.remaining('路灯不亮。', undefined),
            ].map((found) => found.length > 0);
            """);
        Assert.Equal("[false,true,true,true,false,false]", told.ToJsonString());
    }

    private static JsonNode? Node(P256Key key) => JsonSerializer.SerializeToNode(key, SealingJson.Default.P256Key);

    private JsonNode Run(string body, JsonObject? input = null) => PageScript.Run(_folder, body, input);
}

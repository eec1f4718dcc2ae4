using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hotline.ContractTests.Channels.Email.Imap;
using Hotline.Hosting;
using Xunit;

namespace Hotline.SystemTests.Supervision;

/// <summary>The line as people use it: a reporter's browser and an officer's, through the gateway, each service its own process. What was written is in no other process.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed partial class SupervisionBrowserTests : IAsyncLifetime
{
    private const string Phrase = "植入语句某科长索要好处费";
    private const string Name = "植入姓名赵钱孙";
    private const string Phone = "+00 555 0166 9191";
    private const string Evidence = "植入材料转账记录壹贰叁";
    private const string Reply = "植入答复请告知日期";
    private const string More = "植入补充九月三日上午";
    private const string Plain = "植入明文不带脚本的举报";
    private const string Struck = "植入删去那天我在三楼值班";
    private const string Lamp = "滨河街道兴隆巷口路灯已经三天不亮，请派人修理。";
    private const string Leader = "植入语句本委主要领导";
    private const string Relation = "植入单位某卫生院";
    private const string Passphrase = "practice passphrase 9";
    private static readonly string[] Services = ["intake-app", "intake-portal", "dispatch", "supervision-line"];
    private readonly string _data = Directory.CreateTempSubdirectory("hotline-line-").FullName;
    private RunningHotline? _running;

    public async Task InitializeAsync()
    {
        if (!Browser.IsInstalled)
        {
            return;
        }

        foreach (var name in new[] { "discipline-01", "discipline-02", "discipline-03" })
        {
            await MakeKeyAsync("officer-key", name, Officers, KeyFolder);
        }

        await MakeKeyAsync("officer-key", "upward", Path.Combine(_data, "supervision"), KeyFolder);
        await MakeKeyAsync("escrow-key", Officers, Path.Combine(KeyFolder, "one"), Path.Combine(KeyFolder, "two"));
        if (Dovecot.IsThere)
        {
            _mailbox = new Dovecot();
            _mailbox.Start();
        }

        _running = await RunningHotline.StartAsync(Form.Split, _data, MailboxOptions, services: Services);
    }

    public async Task DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }

        _mailbox?.Dispose();
        Directory.Delete(_data, recursive: true);
        Directory.Delete(KeyFolder, recursive: true);
    }

    /// <summary>The officers' own place: not in the data folder.</summary>
    private string KeyFolder { get; } = Directory.CreateTempSubdirectory("hotline-officer-").FullName;

    private string Officers => Path.Combine(_data, "supervision", "officers");

    [SkippableFact]
    public async Task A_report_is_sealed_in_the_browser_read_at_the_station_and_in_no_other_process()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        var running = _running!;
        var evidence = Path.Combine(KeyFolder, "evidence.txt");
        await File.WriteAllTextAsync(evidence, Evidence);

        await using var reporter = await Browser.StartAsync();
        await reporter.GoAsync(new Uri(running.Address, "/supervision"));
        await reporter.WaitAsync("#send");
        await reporter.TypeAsync("#text", Phrase);
        await reporter.TypeAsync("#contact", $"{Name} {Phone}");
        await reporter.ClickAsync("#report [name=fault]");
        await reporter.TypeAsync("#files", evidence);
        await reporter.ClickAsync("#send");
        var code = await reporter.WaitAsync("#code");
        Assert.Matches(Code(), code);

        await using var officer = await Browser.StartAsync();
        await EnterAsync(officer, "discipline-02");
        await officer.ClickAsync("#reports button");
        var shown = await officer.WaitAsync("#letters", text => text.Contains("联系方式", StringComparison.Ordinal));
        Assert.All(new[] { Phrase, Name, Phone, "不作为", "evidence.txt" }, mark => Assert.Contains(mark, shown, StringComparison.Ordinal));
        await officer.TypeAsync("#answer textarea", Reply);
        await officer.ClickAsync("#answer [value=answer]");
        await officer.WaitAsync("#letters", text => text.Contains(Reply, StringComparison.Ordinal));
        await officer.ClickAsync("#move button");
        await officer.WaitAsync("#state", text => text == "甄别");

        await reporter.GoAsync(new Uri(running.Address, "/supervision"));
        await reporter.WaitAsync("#ask button");
        await reporter.TypeAsync("#known-code", code.ToLowerInvariant());
        await reporter.ClickAsync("#ask button");
        await reporter.WaitAsync("#letters", text => text.Contains(Reply, StringComparison.Ordinal));
        Assert.Equal("甄别", await reporter.TextAsync("#state"));
        await reporter.TypeAsync("#more", More);
        await reporter.ClickAsync("#add button");
        await reporter.WaitAsync("#letters li:nth-child(3)");
        await officer.ClickAsync("#reports button");
        await officer.WaitAsync("#letters", text => text.Contains(More, StringComparison.Ordinal));

        string[] marks = [Phrase, Name, Phone, Evidence, Reply, More, code, code.Replace("-", "", StringComparison.Ordinal), Convert.ToBase64String(Encoding.UTF8.GetBytes(Evidence))];
        AssertNoFileHolds(marks);
        Skip.IfNot(ProcessMemory.IsReadable, "Only root reads the memory of other processes.");
        foreach (var name in running.Names)
        {
            Assert.True(ProcessMemory.Find(running.ProcessIdOf(name), marks) is [], $"The memory of {name} holds {string.Join(", ", ProcessMemory.Find(running.ProcessIdOf(name), marks))}.");
        }

        // The search does find what is there: the vault knows its own prefix.
        Assert.NotEmpty(ProcessMemory.Find(running.ProcessIdOf("supervision-line"), ["/supervision/station/ledger", "supervision-line"]));
    }

    [SkippableFact]
    public async Task Without_script_the_page_says_what_that_means_and_a_report_is_sealed_at_receipt()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        var running = _running!;
        await using var reporter = await Browser.StartAsync(withScript: false);
        await reporter.GoAsync(new Uri(running.Address, "/supervision"));
        Assert.Contains("入口服务器和接收程序的内存里有明文", await reporter.WaitAsync("#write"), StringComparison.Ordinal);
        Assert.False(await reporter.IsShownAsync("#report"));
        await reporter.TypeAsync("#plain-text", Plain);
        await reporter.TypeAsync("#plain-contact", Name);
        await reporter.ClickAsync("form[action='/supervision/plain/reports'] button");
        var code = await reporter.WaitAsync(".code");
        Assert.Matches(Code(), code);
        await reporter.GoAsync(new Uri(running.Address, "/supervision"));
        await reporter.TypeAsync("#plain-code", code);
        await reporter.ClickAsync("form[action='/supervision/plain/conversation'] button");
        Assert.Equal("登记", await reporter.WaitAsync("strong"));

        string[] marks = [Plain, Name, code];
        AssertNoFileHolds(marks);
        Skip.IfNot(ProcessMemory.IsReadable, "Only root reads the memory of other processes.");
        foreach (var name in new[] { "intake-app", "dispatch" }) // the gateway and the line had it, as the page says
        {
            Assert.Empty(ProcessMemory.Find(running.ProcessIdOf(name), marks));
        }
    }

    [SkippableFact]
    public async Task With_consent_a_matter_becomes_an_ordinary_appeal_of_which_the_line_knows_no_number()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        var running = _running!;
        await using var reporter = await Browser.StartAsync();
        var code = await ReportAsync(reporter, $"{Lamp}{Struck}", $"{Name} {Phone}");
        await using var officer = await Browser.StartAsync();
        await EnterAsync(officer, "discipline-01");
        await officer.ClickAsync("#reports button");
        await officer.WaitAsync("#letters", text => text.Contains(Struck, StringComparison.Ordinal));
        Assert.False(await officer.IsShownAsync("#return"));
        await officer.ClickAsync("#move button");
        await officer.WaitAsync("#state", text => text == "甄别");
        await officer.ClickAsync("#consent button");
        await officer.WaitAsync("#consented", text => text == "退回的同意尚未答复");
        await FollowAsync(reporter, code);
        await reporter.ClickAsync("#consent [value=yes]");
        await reporter.WaitAsync("#conversation", text => !text.Contains("请问是否同意", StringComparison.Ordinal));

        await officer.ClickAsync("#reports button");
        await officer.WaitAsync("#return");
        await officer.ClearAsync("#return-text");
        await officer.TypeAsync("#return-text", $"{Lamp}找{Name}。");
        await officer.ClickAsync("#return button");
        await officer.WaitAsync("#problem", text => text.Contains("还没有提交", StringComparison.Ordinal)); // the reporter's name still stands in it
        await officer.ClearAsync("#return-text");
        await officer.TypeAsync("#return-text", Lamp);
        await officer.ClickAsync("#return button");
        await officer.WaitAsync("#state", text => text == "退回普通诉求");

        await FollowAsync(reporter, code);
        var answer = await reporter.WaitAsync("#letters", text => text.Contains("编号", StringComparison.Ordinal));
        Assert.Equal("退回普通诉求", await reporter.TextAsync("#state"));
        var (number, queryCode) = (Number().Match(answer).Value, QueryCode().Match(answer).Groups[1].Value);
        await reporter.GoAsync(new Uri(running.Address, "/intake/portal/follow"));
        await reporter.TypeAsync("#f-number", number);
        await reporter.TypeAsync("#f-code", queryCode);
        await reporter.ClickAsync("button[type=submit]");
        Assert.Contains(Lamp[..10], await reporter.WaitAsync("dl"), StringComparison.Ordinal);

        string[] struck = [Struck, Name, Phone, code];
        AssertNoFileHolds(struck);
        var files = Directory.GetFiles(Path.Combine(_data, "supervision"), "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 0).ToList(); // empty ones are only held
        Assert.DoesNotContain(files, file => Holds(file, number) || Holds(file, Lamp)); // what is ordinary is elsewhere
        Assert.Contains(Directory.GetFiles(_data, "hotline.db*", SearchOption.AllDirectories).Except(files), file => Holds(file, number));
        Skip.IfNot(ProcessMemory.IsReadable, "Only root reads the memory of other processes.");
        Assert.All(running.Names, name => Assert.Empty(ProcessMemory.Find(running.ProcessIdOf(name), struck)));
        Assert.Empty(ProcessMemory.Find(running.ProcessIdOf("supervision-line"), [number, Lamp, queryCode]));
        Assert.NotEmpty(ProcessMemory.Find(running.ProcessIdOf("intake-portal"), [number, Lamp]));
    }

    [SkippableFact]
    public async Task An_officer_is_excluded_another_joins_and_a_report_on_leaders_goes_upward()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        var running = _running!;
        await using var reporter = await Browser.StartAsync();
        var code = await ReportAsync(reporter, Leader, Name);

        // The second officer is related to whom it concerns; the register was written before, the first marks the report.
        await using var first = await Browser.StartAsync();
        await EnterAsync(first, "discipline-01");
        await first.ClickAsync("#custody summary");
        await first.WaitAsync("#relations button");
        await first.TypeAsync("[data-account=discipline-02]", Relation);
        await first.ClickAsync("#relations button");
        await first.WaitAsync("#done", text => text.Contains("已保存", StringComparison.Ordinal));
        await first.ClickAsync("#reports button");
        await first.WaitAsync("#excluded", text => text == "无人回避");
        await first.TypeAsync("#concerned", $"{Relation} \n");
        await first.ClickAsync("#exclude button");
        await first.WaitAsync("#excluded", text => text == "回避：discipline-02");
        await using var second = await Browser.StartAsync();
        await EnterAsync(second, "discipline-02", empty: true);

        // A fourth officer joins: after the restart the first wraps what there is for him, by the thumbprint on paper.
        var said = await MakeKeyAsync("officer-key", "discipline-03@2027", Officers, KeyFolder);
        await running.KillAsync("supervision-line");
        await running.StartAsync();
        await EnterAsync(first, "discipline-01");
        await first.ClickAsync("#custody summary");
        await first.WaitAsync("#lacking", text => text.Contains("1 份", StringComparison.Ordinal));
        await first.TypeAsync("#newcomer", new string('A', 43));
        await first.ClickAsync("#rewrap button");
        await first.WaitAsync("#problem", text => text.Contains("不要继续", StringComparison.Ordinal));
        await first.ClearAsync("#newcomer");
        await first.TypeAsync("#newcomer", Thumbprint().Match(said).Value);
        await first.ClickAsync("#rewrap button");
        await first.WaitAsync("#done", text => text.Contains("重新封装 1 份", StringComparison.Ordinal));
        await using var third = await Browser.StartAsync();
        await EnterAsync(third, "discipline-03", key: "discipline-03@2027");
        await third.ClickAsync("#reports button");
        await third.WaitAsync("#letters", text => text.Contains(Leader, StringComparison.Ordinal));

        // Upward: the first exports and proposes, the third confirms; then the line has it no more.
        await first.ClickAsync("#reports button");
        await first.WaitAsync("#letters", text => text.Contains(Leader, StringComparison.Ordinal));
        await first.ClickAsync("#upward [value=export]");
        await first.WaitAsync("#handover");
        var file = await first.DownloadAsync("#handover", "handover.json");
        await first.ClickAsync("#kept");
        await first.ClickAsync("#upward [value=confirm]");
        await first.WaitAsync("#done", text => text.Contains("另一名工作人员", StringComparison.Ordinal));
        await third.ClickAsync("#reports button");
        await third.WaitAsync("#proposed", text => text.Contains("discipline-01", StringComparison.Ordinal));
        await third.ClickAsync("#kept");
        await third.ClickAsync("#upward [value=confirm]");
        await third.WaitAsync("#done", text => text.Contains("已移送", StringComparison.Ordinal));
        await FollowAsync(reporter, code);
        Assert.Equal("移送上级", await reporter.TextAsync("#state"));

        string[] marks = [Leader, Name, Relation, code];
        AssertNoFileHolds(marks);
        await MakeKeyAsync("upward-open", Path.Combine(KeyFolder, "upward.private.jwe"), file, Path.Combine(KeyFolder, "read"));
        Assert.Contains(Leader, await File.ReadAllTextAsync(Path.Combine(KeyFolder, "read", "1.json")), StringComparison.Ordinal);
        Skip.IfNot(ProcessMemory.IsReadable, "Only root reads the memory of other processes.");
        Assert.All(running.Names, name => Assert.Empty(ProcessMemory.Find(running.ProcessIdOf(name), marks)));
    }

    private async Task EnterAsync(Browser officer, string account, string? key = null, bool empty = false)
    {
        await officer.GoAsync(new Uri(_running!.Address, "/supervision/station"));
        await officer.TypeAsync("#token", (await new HotlineHost([$"--Hotline:Data={_data}"]).MintTokensAsync(_ => [account], TimeSpan.FromHours(1))).Values.Single());
        await officer.TypeAsync("#key", Path.Combine(KeyFolder, $"{key ?? account}.private.jwe"));
        await officer.TypeAsync("#passphrase", Passphrase);
        await officer.ClickAsync("#enter button");
        await officer.WaitAsync(empty ? "#work h2" : "#reports td");
        Assert.Equal(!empty, await officer.HasAsync("#reports td"));
    }

    private async Task<string> ReportAsync(Browser reporter, string text, string contact)
    {
        await reporter.GoAsync(new Uri(_running!.Address, "/supervision"));
        await reporter.WaitAsync("#send");
        await reporter.TypeAsync("#text", text);
        await reporter.TypeAsync("#contact", contact);
        await reporter.ClickAsync("#send");
        return await reporter.WaitAsync("#code");
    }

    private async Task FollowAsync(Browser reporter, string code)
    {
        await reporter.GoAsync(new Uri(_running!.Address, "/supervision"));
        await reporter.WaitAsync("#ask button");
        await reporter.TypeAsync("#known-code", code);
        await reporter.ClickAsync("#ask button");
        await reporter.WaitAsync("#conversation");
    }

    /// <summary>Runs one of the line's key commands as it is run at the ceremony.</summary>
    private static async Task<string> MakeKeyAsync(params string[] command)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Hotline.SupervisionLine.dll"), .. command]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var made = Process.Start(start)!;
        await made.StandardInput.WriteAsync($"{Passphrase}\n{Passphrase}\n");
        made.StandardInput.Close();
        var said = await made.StandardOutput.ReadToEndAsync();
        await made.WaitForExitAsync();
        Assert.Equal(0, made.ExitCode);
        return said;
    }

    private static bool Holds(string file, string mark)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.GetBuffer().AsSpan().IndexOf(Encoding.UTF8.GetBytes(mark)) >= 0;
    }

    private void AssertNoFileHolds(string[] marks)
    {
        var files = Directory.GetFiles(_data, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 0).ToList(); // empty ones are only held
        Assert.Contains(files, file => file.EndsWith("hotline.db-wal", StringComparison.Ordinal) && file.Contains("supervision", StringComparison.Ordinal));
        foreach (var file in files)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            foreach (var mark in marks)
            {
                Assert.True(copy.GetBuffer().AsSpan().IndexOf(Encoding.UTF8.GetBytes(mark)) < 0, string.Create(CultureInfo.InvariantCulture, $"{file} holds {mark}."));
            }
        }

        Assert.DoesNotContain(_running!.Output, line => marks.Any(mark => line.Contains(mark, StringComparison.Ordinal)));
    }

    [GeneratedRegex("[0-9]{15}")]
    private static partial Regex Number();

    [GeneratedRegex("提取码：([0-9A-Za-z-]+)")]
    private static partial Regex QueryCode();

    [GeneratedRegex("[A-Za-z0-9_-]{43}")]
    private static partial Regex Thumbprint();

    [GeneratedRegex("^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$")]
    private static partial Regex Code();
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hotline.Hosting;
using Xunit;

namespace Hotline.SystemTests.Supervision;

/// <summary>The line as people use it: a reporter's browser and an officer's, through the gateway, each service its own process. What was written is in no other process.</summary>
public sealed partial class SupervisionBrowserTests : IAsyncLifetime
{
    private const string Phrase = "植入语句某科长索要好处费";
    private const string Name = "植入姓名赵钱孙";
    private const string Phone = "+00 555 0166 9191";
    private const string Evidence = "植入材料转账记录壹贰叁";
    private const string Reply = "植入答复请告知日期";
    private const string More = "植入补充九月三日上午";
    private const string Plain = "植入明文不带脚本的举报";
    private static readonly string[] Services = ["intake-app", "dispatch", "supervision-line"];
    private readonly string _data = Directory.CreateTempSubdirectory("hotline-line-").FullName;
    private RunningHotline? _running;

    public async Task InitializeAsync()
    {
        if (!Browser.IsInstalled)
        {
            return;
        }

        foreach (var name in new[] { "a", "b", "c" })
        {
            string[] command = [Path.Combine(AppContext.BaseDirectory, "Hotline.SupervisionLine.dll"), "officer-key", name, Path.Combine(_data, "supervision", "officers"), KeyFolder];
            using var made = Process.Start("dotnet", command);
            await made.WaitForExitAsync();
            Assert.Equal(0, made.ExitCode);
        }

        _running = await RunningHotline.StartAsync(Form.Split, _data, services: Services);
    }

    public async Task DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }

        Directory.Delete(_data, recursive: true);
        Directory.Delete(KeyFolder, recursive: true);
    }

    /// <summary>The officers' own place: not in the data folder.</summary>
    private string KeyFolder { get; } = Directory.CreateTempSubdirectory("hotline-officer-").FullName;

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
        await officer.GoAsync(new Uri(running.Address, "/supervision/station"));
        await officer.TypeAsync("#token", await OfficerTokenAsync());
        await officer.TypeAsync("#key", Path.Combine(KeyFolder, "b.private.jwk"));
        await officer.ClickAsync("#enter button");
        await officer.WaitAsync("#reports td");
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

    private async Task<string> OfficerTokenAsync() =>
        (await new HotlineHost([$"--Hotline:Data={_data}"]).MintTokensAsync(_ => ["discipline-01"], TimeSpan.FromHours(1))).Values.Single();

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

    [GeneratedRegex("^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$")]
    private static partial Regex Code();
}

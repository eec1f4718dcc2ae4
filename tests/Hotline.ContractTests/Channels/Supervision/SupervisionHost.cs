using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Hosting;
using Hotline.SupervisionLine;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.ContractTests.Channels.Supervision;

/// <summary>The supervision line over Kestrel on a store of its own, every category at Trace, and what a reporter's and an officer's browser would do.</summary>
internal sealed class SupervisionHost(int officers = 3, params string[] options) : IAsyncDisposable
{
    private readonly string[] _options = options;
    private WebApplication _application = null!;

    public string Folder { get; } = Directory.CreateTempSubdirectory("hotline-supervision-").FullName;

    public ShiftedTime Time { get; } = new();

    public LogCapture Logs { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public StaffClient Staff { get; private set; } = null!;

    /// <summary>Of discipline-01, discipline-02 and so on; changed between a stop and a start.</summary>
    public List<P256Key> Officers { get; } = [.. Enumerable.Range(0, officers).Select(_ => P256Key.Generate())];

    /// <summary>The higher body's; the server has the public half when <see cref="HasUpward"/>.</summary>
    public P256Key Upward { get; } = P256Key.Generate();

    public bool HasUpward { get; set; } = true;

    private string[] Arguments =>
    [
        $"--Hotline:Data={Folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft=Trace",
        "--Logging:LogLevel:Microsoft.AspNetCore=Trace", "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Trace", "--Logging:Console:LogLevel:Default=None", .. _options,
    ];

    public async Task StartAsync()
    {
        var keys = Path.Combine(Folder, "supervision", "officers");
        Directory.CreateDirectory(keys);
        foreach (var file in Directory.GetFiles(keys))
        {
            File.Delete(file);
        }

        for (var i = 0; i < Officers.Count; i++)
        {
            await WriteAsync(Path.Combine(keys, $"discipline-0{i + 1}.jwk"), Officers[i]);
        }

        if (HasUpward)
        {
            await WriteAsync(Path.Combine(Folder, "supervision", "upward.jwk"), Upward);
        }

        _application = new HotlineHost(Arguments, Time).Add<SupervisionChannel>().Build();
        _application.Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
        await _application.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_application.Urls.Single()) };
        Staff = new StaffClient(Http, await new HotlineHost(Arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromDays(90)));
    }

    private static Task WriteAsync(string file, P256Key key) => File.WriteAllTextAsync(file, JsonSerializer.Serialize(key.ToPublic(), SealingJson.Default.P256Key));

    public async Task StopAsync()
    {
        Http.Dispose();
        await _application.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public async Task<(int Status, JsonNode? Body)> PostAsync(string path, JsonNode body)
    {
        using var content = AppClient.Json(body.ToJsonString());
        using var answer = await Http.PostAsync(new Uri($"/supervision/{path}", UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async Task<(int Status, string Page)> PostFormAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await Http.PostAsync(new Uri($"/supervision/{path}", UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A report sealed as the page does it.</summary>
    public (ReceiptCode Code, JsonObject Body, P256Key ReplyKey) Report(string text, string contact = "")
    {
        var code = ReceiptCode.New();
        var key = P256Key.Generate();
        var body = Holder(code);
        body["replyKey"] = key.Thumbprint();
        body["lockedKey"] = code.Lock(key);
        body["letter"] = Sealed(new PlainReport(code.Thread, text, "某局某人", ["慢作为"], contact, key.ToPublic(), []));
        return (code, body, key);
    }

    public static JsonObject Holder(ReceiptCode code) => new() { ["locator"] = Base64Url.EncodeToString(code.Locator), ["proof"] = Base64Url.EncodeToString(code.Proof) };

    public JsonNode Sealed(PlainReport report) => Node(LetterSealer.Seal(
        LetterSize.Fill(JsonSerializer.SerializeToUtf8Bytes(report, SupervisionJson.Default.PlainReport)), LetterKinds.Report, Officers.Select(key => key.ToPublic())));

    /// <param name="replyKey">Null: a note among officers.</param>
    /// <param name="to">All officers when null.</param>
    public JsonObject Answer(string thread, string text, P256Key? replyKey, IEnumerable<P256Key>? to = null) => new()
    {
        ["letter"] = Node(LetterSealer.Seal(
            LetterSize.Fill(JsonSerializer.SerializeToUtf8Bytes(new PlainAnswer(thread, text), SupervisionJson.Default.PlainAnswer)),
            replyKey is null ? LetterKinds.Note : LetterKinds.Answer,
            [.. (to ?? Officers).Select(key => key.ToPublic()), .. replyKey is null ? [] : new[] { replyKey.ToPublic() }])),
    };

    public static JsonNode Node(SealedLetter letter) => JsonSerializer.SerializeToNode(letter, SealingJson.Default.SealedLetter)!;

    /// <summary>The text of a letter, opened with a key.</summary>
    public static string Open(JsonNode letter, string kind, P256Key key) =>
        (string)JsonNode.Parse(LetterSealer.Open(letter.Deserialize(SealingJson.Default.SealedLetter)!, kind, key))!["text"]!;

    public async Task<JsonNode> ListAsync() => await Staff.CallAsync("discipline-01", HttpMethod.Get, "/supervision/station/reports");

    public async Task<string> OnlyIdAsync() => (string)(await ListAsync()).AsArray().Single()!["id"]!;

    public Task<JsonNode> OpenAsync(string id, string account = "discipline-01") => Staff.PostAsync(account, $"/supervision/station/reports/{id}/open", []);

    public async Task<IReadOnlyList<(string What, string? Detail)>> LedgerAsync()
    {
        var ledger = await Staff.CallAsync("auditor-01", HttpMethod.Get, "/supervision/station/ledger");
        Xunit.Assert.Null(ledger["broken"]);
        return [.. ledger["entries"]!.AsArray().Select(entry => ((string)entry!["what"]!, (string?)entry["detail"]))];
    }

    public async Task<int> SendAsync(string account, string path, JsonObject body)
    {
        using var answer = await Staff.SendAsync(account, HttpMethod.Post, $"/supervision/station/{path}", body);
        return (int)answer.StatusCode;
    }

    /// <summary>Every file of the data folder but the empty ones that are only held.</summary>
    public IEnumerable<(string Name, byte[] Content)> Files() => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 0).Select(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return (Path.GetRelativePath(Folder, file), copy.ToArray());
    });

    public static bool Holds(byte[] content, string mark) =>
        content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(mark)) >= 0 || content.AsSpan().IndexOf(Encoding.Unicode.GetBytes(mark)) >= 0;
}

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Partners;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hotline.SystemTests.PartnerGateway;

/// <summary>A partner's day against real processes: he hands in, reads the case file, a service dies, his quota ends, a contact goes on record.</summary>
public sealed class PartnerGatewayTests
{
    private const string MediaKey = "media-key-of-this-test-0123456789abcdef";
    private const string SmallKey = "small-key-of-this-test-0123456789abcdef";
    private const string Secret = "0123456789abcdef-media-signs";
    private const string Phone = "13900001234";
    private const string Gateway = RunningHotline.PartnerGateway;

    private static readonly string[] Options =
    [
        "--Hotline:Partners:Partners:0:Name=media", "--Hotline:Partners:Partners:0:Source=合作媒体", $"--Hotline:Partners:Partners:0:Key={Secret}",
        "--Hotline:PartnerGateway:Partners:0:Name=media", "--Hotline:PartnerGateway:Partners:0:Source=合作媒体", $"--Hotline:PartnerGateway:Partners:0:Key={MediaKey}",
        "--Hotline:PartnerGateway:Partners:0:Rights:0=submit", "--Hotline:PartnerGateway:Partners:0:Rights:1=case-file", "--Hotline:PartnerGateway:Partners:0:Rights:2=contacts",
        "--Hotline:PartnerGateway:Partners:0:PerMinute=10000",
        "--Hotline:PartnerGateway:Partners:1:Name=small", $"--Hotline:PartnerGateway:Partners:1:Key={SmallKey}", "--Hotline:PartnerGateway:Partners:1:Rights:0=case-file",
        "--Hotline:PartnerGateway:Partners:1:PerDay=2", "--Hotline:Dispatch:SamplePercent=0",
    ];

    [Fact]
    public async Task A_partner_hands_in_reads_one_case_file_and_has_a_contact_shown_on_record()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await using var hotline = await RunningHotline.StartAsync(Form.Split, options: Options, services: ["intake-partners", "dispatch", "knowledge", "callback", Gateway]);
        using var http = hotline.NewHttp(Gateway);
        using var office = hotline.NewHttp();
        var staff = new StaffClient(office, await hotline.TokensAsync());
        var players = new OfficePlayers(staff, OrganizationFile.Load(), TimeProvider.System);

        // handed in, and handled to the callback
        var (status, receipt) = await HandInAsync(http);
        Assert.Equal(201, status);
        var (number, code) = (receipt["number"]!.GetValue<string>(), receipt["code"]!.GetValue<string>());
        await players.HandleAsync(number, limit.Token);
        await AnswerCallbackAsync(office, number, code, limit.Token);
        var file = await FileAsync(http, number, file => file["dispatch"]?["state"]?.GetValue<string>() == "closed" && file["callback"]?["rounds"]?[0]?["answer"] is not null, limit.Token);
        Assert.Empty(file["missing"]!.AsArray());
        Assert.Equal((number, true), (file["knowledge"]!["number"]!.GetValue<string>(), file["callback"]!["rounds"]![0]!["answer"]!["solved"]!.GetValue<bool>()));
        Assert.NotEmpty(file["dispatch"]!["assignments"]!.AsArray());
        Assert.Contains(file["dispatch"]!["replies"]!.AsArray(), reply => reply!["kind"]!.GetValue<string>() == "handled");
        Assert.DoesNotContain(Phone, file.ToJsonString(), StringComparison.Ordinal);

        // callback dies: named, the others come; it lives again
        await hotline.KillAsync("callback");
        file = (await AskAsync(http, HttpMethod.Get, $"/partners/cases/{number}", MediaKey)).Body;
        Assert.Equal("callback", Assert.Single(file["missing"]!.AsArray())!.GetValue<string>());
        Assert.Equal((number, number, null), (file["dispatch"]!["number"]!.GetValue<string>(), file["knowledge"]!["number"]!.GetValue<string>(), file["callback"]));
        await hotline.StartAsync();
        await FileAsync(http, number, file => file["missing"]!.AsArray().Count == 0, limit.Token);

        // wrong key, somebody else's case, quota
        Assert.Equal(401, (await AskAsync(http, HttpMethod.Get, $"/partners/cases/{number}", "wrong")).Status);
        Assert.Equal(404, (await AskAsync(http, HttpMethod.Get, $"/partners/cases/{number}", SmallKey)).Status);
        Assert.Equal(404, (await AskAsync(http, HttpMethod.Get, $"/partners/cases/{number}", SmallKey)).Status);
        var (over, problem, headers) = await AskAsync(http, HttpMethod.Get, $"/partners/cases/{number}", SmallKey);
        Assert.Equal((429, "今天的用量已满。"), (over, problem["detail"]!.GetValue<string>()));
        Assert.True(headers.Contains("Retry-After"));

        // a contact, on record before it is shown
        var (shown, contact, _) = await AskAsync(http, HttpMethod.Post, $"/partners/cases/{number}/contact", MediaKey, """{"reason":"核实爆料人电话"}""");
        Assert.Equal((200, Phone), (shown, contact["phone"]!.GetValue<string>()));
        await hotline.StopAsync();
        Assert.DoesNotContain(hotline.Output, line => line.Contains(Phone, StringComparison.Ordinal) || line.Contains(MediaKey, StringComparison.Ordinal) || (line.StartsWith(Gateway, StringComparison.Ordinal) && line.Contains(number, StringComparison.Ordinal)));
        await using var store = new HotlineHost([$"--Hotline:Data={hotline.Data}"]).Add<PartnersChannel>().Build();
        var appeal = await store.Services.GetRequiredKeyedService<AppealIntake>(PartnersChannel.Name).FindAsync(number, limit.Token);
        Assert.Equal([("partner:media", "核实爆料人电话")], appeal!.Facts.Select(fact => fact.Data).OfType<ContactRevealed>().Select(revealed => (revealed.By, revealed.Reason)));
    }

    private static async Task<(int Status, JsonNode Body)> HandInAsync(HttpClient http)
    {
        const string Path = "/intake/partners/submissions";
        const string Json = "{\"id\":\"m-1\",\"text\":\"离石区滨河街道兴隆巷的路灯三天不亮。\",\"contact\":{\"phone\":\"" + Phone + "\"}}";
        using var request = Request(HttpMethod.Post, Path, MediaKey, Json);
        var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        request.Headers.TryAddWithoutValidation(
            RequestSignature.Header, RequestSignature.Of(Secret, "media", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), nonce, "POST", Path, "application/json", Encoding.UTF8.GetBytes(Json)));
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private static async Task AnswerCallbackAsync(HttpClient office, string number, string code, CancellationToken cancellation)
    {
        string? link = null;
        while (link is null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/intake/partners/appeals/{number}");
            request.Headers.Add("Hotline-Code", code);
            using var answer = await office.SendAsync(request, cancellation);
            link = CallbackPage.LinkIn(JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))!);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }

        using var page = await new CallbackPage(office).SendAsync(link, number, [new("contacted", "yes"), new("solved", "yes"), new("satisfied", "satisfied")], cancellation);
        page.EnsureSuccessStatusCode();
    }

    private static async Task<JsonNode> FileAsync(HttpClient http, string number, Func<JsonNode, bool> isSo, CancellationToken cancellation)
    {
        while (true)
        {
            if (await AskAsync(http, HttpMethod.Get, $"/partners/cases/{number}", MediaKey) is { Status: 200, Body: var file } && isSo(file))
            {
                return file;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string key, string? json = null) => new(method, path)
    {
        Headers = { { "Hotline-Partner-Key", key } },
        Content = json is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };

    private static async Task<(int Status, JsonNode Body, HttpResponseHeaders Headers)> AskAsync(HttpClient http, HttpMethod method, string path, string key, string? json = null)
    {
        using var request = Request(method, path, key, json);
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!, answer.Headers);
    }
}

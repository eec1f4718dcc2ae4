using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.Hosting;
using Microsoft.Extensions.Configuration;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>An appeal that was received: with the code where the citizen was given one.</summary>
internal sealed record ReceivedOne(string Channel, string Number, string? Code);

/// <summary>Something that was not taken, and why the sender was told.</summary>
internal sealed record RefusedOne(string Channel, string What, int Status, string Why);

/// <summary>The city of the demonstration: where its citizens' words go, and what became of them.</summary>
internal sealed partial class DemoCity(HttpClient http, StaffClient staff, Organization organization, IConfiguration secrets, JsonElement scenes, TimeProvider time, string folder)
{
    public HttpClient Http => http;

    public StaffClient Staff => staff;

    public Organization Organization => organization;

    public JsonElement Scenes => scenes;

    public TimeProvider Time => time;

    /// <summary>The data folder of the running services.</summary>
    public string Folder => folder;

    public List<ReceivedOne> Received { get; } = [];

    public List<RefusedOne> Refused { get; } = [];

    /// <summary>What came and was neither an appeal nor refused: repeats, supplements, commands, review items.</summary>
    public List<string> Else { get; } = [];

    /// <exception cref="InvalidOperationException">The configuration of the running services has no such secret.</exception>
    public string Secret(string key) => secrets[key] ?? throw new InvalidOperationException($"{key} is not set in hotline.json: let build/run write one, or set it.");

    public void Receive(string channel, JsonNode receipt) => Received.Add(new(channel, receipt["number"]!.GetValue<string>(), receipt["code"]?.GetValue<string>()));

    /// <summary>Notes what a hostile or mistaken request was answered.</summary>
    /// <exception cref="InvalidOperationException">It was let in.</exception>
    public async Task RefuseAsync(string channel, string what, Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        var body = await answer.Content.ReadAsStringAsync();
        if (answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{channel}: {what} was let in.");
        }

        Refused.Add(new(channel, what, (int)answer.StatusCode, WhyOf(body)));
    }

    private static string WhyOf(string body)
    {
        try
        {
            var problem = JsonNode.Parse(body)!;
            return problem["errors"] is JsonObject errors ? string.Join(" ", errors.Select(error => $"{error.Key}：{error.Value![0]}")) : $"{problem["detail"]}";
        }
        catch (JsonException)
        {
            // A page: what its notice says.
            return Notice().Match(body) is { Success: true } notice ? notice.Groups["text"].Value : "（没有说明）";
        }
    }

    [GeneratedRegex("<main><h1>[^<]*</h1>\\s*<p[^>]*>(?<text>[^<]+)<", RegexOptions.CultureInvariant)]
    private static partial Regex Notice();
}

using System.Diagnostics;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Contracts;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>Whoever has the AsyncAPI document can read the stream with the clients he has.</summary>
public sealed class StrangerTests
{
    private const int Appeals = 6;
    private const string Name = "测试市民";
    private const string Phone = "13900000000";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public async Task A_stranger_reads_every_appeal_by_the_document_alone_though_all_of_them_come_twice()
    {
        using var cluster = Broker.Start();
        await using var stranger = Stranger.Start(cluster.BootstrapServers, "appeals");
        var data = Directory.CreateTempSubdirectory("hotline-").FullName;
        try
        {
            var numbers = new List<string>();
            await using (var hotline = await RunningHotline.StartAsync(Form.OneProcess, data, Broker.Options(cluster)))
            {
                using var citizen = await hotline.NewCitizenAsync();
                for (var i = 0; i < Appeals; i++)
                {
                    numbers.Add(await SubmitAsync(citizen, $"stranger-{i}", HttpStatusCode.Created));
                    Assert.Equal(numbers[i], await SubmitAsync(citizen, $"stranger-{i}", HttpStatusCode.OK));
                }

                await stranger.UntilAsync(read => read.Count >= Appeals, Limit);
                await hotline.StopAsync();
            }

            // Under another name of the cluster the office has everything sent anew.
            await using (var anew = await RunningHotline.StartAsync(Form.OneProcess, data, [.. Broker.Options(cluster), "--Hotline:Kafka:Cluster=anew"]))
            {
                await stranger.UntilAsync(read => read.Count >= 2 * Appeals, Limit);
                await anew.StopAsync();
            }

            Judge(stranger.Read, numbers);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [SkippableFact]
    public async Task By_kcat_an_appeal_is_a_key_headers_and_plain_JSON()
    {
        using var cluster = Broker.Start();
        await using var hotline = await RunningHotline.StartAsync(Form.OneProcess, options: Broker.Options(cluster));
        using var citizen = await hotline.NewCitizenAsync();
        var number = await SubmitAsync(citizen, "kcat-1", HttpStatusCode.Created);
        var topic = Stranger.Address("appeals");
        // timeout, so that a stream without the appeal fails here and does not wait for ever; it says 127 where there is no kcat
        using var kcat = Process.Start(
            new ProcessStartInfo("timeout", ["60", "kcat", "-C", "-b", cluster.BootstrapServers, "-t", topic, "-o", "beginning", "-c", "1", "-q", "-f", @"%k\n%h\n%s\n"])
            {
                RedirectStandardOutput = true,
            })!;
        var lines = (await kcat.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await kcat.WaitForExitAsync();
        Skip.If(kcat.ExitCode == 127, "kcat is not here: apt-get install kcat");
        Assert.Equal(0, kcat.ExitCode);
        Assert.Equal(3, lines.Length);
        var appeal = JsonNode.Parse(lines[2])!;
        Assert.Equal(number, appeal["number"]!.GetValue<string>());
        Assert.Equal(appeal["id"]!.GetValue<Guid>().ToString("N"), lines[0]);
        Assert.Contains($"ce_type={EventTypes.AppealReceived},", lines[1], StringComparison.Ordinal);
        Assert.Contains($"ce_id={lines[0]}/1,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("content-type=application/json", lines[1], StringComparison.Ordinal);
    }

    private static async Task<string> SubmitAsync(AppClient citizen, string key, HttpStatusCode expected)
    {
        using var answer = await citizen.SubmitAsync(Scenario.AppealOf("滨河街道的路灯坏了一周，晚上看不清路，请尽快维修。"), key);
        Assert.Equal(expected, answer.StatusCode);
        return (await AppClient.ReadAsync(answer))["number"]!.GetValue<string>();
    }

    private static void Judge(IReadOnlyList<JsonNode> read, IReadOnlyList<string> numbers)
    {
        AssertSound(read);
        var facts = read.GroupBy(message => (Header(message, "ce_source"), Header(message, "ce_id"))).ToList();
        Assert.All(facts, fact => Assert.InRange(fact.Count(), 2, int.MaxValue));
        Assert.All(facts, fact => Assert.Single(fact.Select(message => message["value"]!.GetValue<string>()).Distinct()));
        Assert.Equal(
            numbers.Order(StringComparer.Ordinal),
            facts.Select(fact => JsonNode.Parse(fact.First()["value"]!.GetValue<string>())!["number"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    private static void AssertSound(IReadOnlyList<JsonNode> read)
    {
        Assert.Empty(read.Where(message => message["faults"]!.AsArray().Count > 0).Select(message => $"{Header(message, "ce_type")}: {message["faults"]!.ToJsonString()}"));
        var data = string.Concat(read.Select(message => JsonNode.Parse(message["value"]!.GetValue<string>())!.ToJsonString(Readable)));
        Assert.DoesNotContain(Phone, data, StringComparison.Ordinal);
        Assert.DoesNotContain(Name, data, StringComparison.Ordinal);
    }

    private static string? Header(JsonNode message, string name) => message["headers"]![name]?.GetValue<string>();
}

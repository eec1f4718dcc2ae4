using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Hotline.AllInOne.Practice;

/// <summary>A practice caller: <c>call SETTINGS ADDRESS ACCOUNT</c> has the telephone of a seat ring and, after a while, be picked up. The secret is read from the settings file of build/run.</summary>
internal static class CallCommand
{
    /// <summary>The same each time: the second call has a history.</summary>
    private const string Caller = "13900001111";
    private static readonly TimeSpan Ringing = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        if (options is not [var settings, var address, var account] || !File.Exists(settings) || !Uri.TryCreate(address, UriKind.Absolute, out var hotline))
        {
            await Console.Error.WriteLineAsync("call wants the settings file of build/run, the hotline's address and the seat's account: call data/hotline.json http://127.0.0.1:12345 agent-01");
            return 1;
        }

        if (JsonNode.Parse(await File.ReadAllTextAsync(settings))?["Hotline"]?["Phone"]?["EventSecret"]?.GetValue<string>() is not { Length: > 0 } secret)
        {
            await Console.Error.WriteLineAsync($"{settings} has no Hotline:Phone:EventSecret: the seats hear of no calls.");
            return 1;
        }

        using var http = new HttpClient { BaseAddress = hotline };
        var telephones = new TelephoneSystem(http, secret, TimeProvider.System);
        var callId = $"practice-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        await TellAsync("queued");
        await output.WriteLineAsync("It rings …");
        await Task.Delay(Ringing, TimeProvider.System);
        await TellAsync("answered");
        await output.WriteLineAsync($"… and {account} picked up.");
        return 0;

        async Task TellAsync(string state)
        {
            using var answer = await telephones.TellAsync(new JsonObject { ["callId"] = callId, ["state"] = state, ["caller"] = Caller, ["agent"] = state == "answered" ? account : null });
            answer.EnsureSuccessStatusCode();
        }
    }
}

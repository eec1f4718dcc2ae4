using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Hotline.AllInOne.Practice;

/// <summary>
/// <c>proof POST http://127.0.0.1:12345/intake/app/appeals [FILE]</c>: prints the two headers by which a practice device proves itself for
/// one request, for <c>curl -H @-</c>. The device's key and token lie in FILE (<c>data/practice-device.json</c>); the first call registers it.
/// </summary>
internal static class ProofCommand
{
    private const string UsualFile = "data/practice-device.json";

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        if (options is not [var method, var target, .. var rest] || !Uri.TryCreate(target, UriKind.Absolute, out var address))
        {
            throw new InvalidOperationException("Say for which request: proof METHOD ADDRESS.");
        }

        var file = rest is [var named, ..] ? named : UsualFile;
        var device = File.Exists(file) ? Read(await File.ReadAllTextAsync(file)) : new PracticeDevice(TimeProvider.System);
        using var client = new AppClient(new HttpClient { BaseAddress = new Uri(address.GetLeftPart(UriPartial.Authority)) }, device);
        if (device.Token is null)
        {
            await client.RegisterAsync();
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            await File.WriteAllTextAsync(file, new JsonObject { ["key"] = Convert.ToBase64String(device.ExportKey()), ["token"] = device.Token }.ToJsonString());
        }

        await output.WriteLineAsync($"Authorization: DPoP {device.Token}");
        await output.WriteLineAsync($"DPoP: {device.Prove(method, address)}");
        return 0;
    }

    private static PracticeDevice Read(string json)
    {
        var stored = JsonNode.Parse(json)!;
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(stored["key"]!.GetValue<string>()), out _);
        return new PracticeDevice(TimeProvider.System, key) { Token = stored["token"]!.GetValue<string>() };
    }
}

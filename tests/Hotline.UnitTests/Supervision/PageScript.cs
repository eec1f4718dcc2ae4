using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.SupervisionLine;

namespace Hotline.UnitTests.Supervision;

/// <summary>The pages' own modules, run by Node.</summary>
internal static class PageScript
{
    /// <summary>Runs a function body with the modules as <c>s</c>, <c>c</c>, <c>r</c> and <c>m</c>, and a value as <c>input</c>; what it returns is the answer.</summary>
    public static JsonNode Run(string folder, string body, JsonObject? input = null)
    {
        Skip.If(!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, "node"))), "Node is not installed: apt-get install nodejs.");
        foreach (var module in new[] { "sealing.js", "conflicts.js", "returning.js", "mime.js" })
        {
            using var source = typeof(SupervisionPages).Assembly.GetManifestResourceStream("supervision/" + module)!;
            using var copy = File.Create(Path.Combine(folder, module));
            source.CopyTo(copy);
        }

        File.WriteAllText(Path.Combine(folder, "package.json"), """{"type":"module"}""");
        var script = Path.Combine(folder, "run.js");
        File.WriteAllText(script, $$"""
            import * as s from './sealing.js';
            import * as c from './conflicts.js';
            import * as r from './returning.js';
            import * as m from './mime.js';
            import { readFileSync } from 'node:fs';
            const input = JSON.parse(readFileSync(0, 'utf8'));
            const answer = await (async () => { {{body}} })();
            process.stdout.write(JSON.stringify(answer));
            """);
        var start = new ProcessStartInfo("node", [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var node = Process.Start(start)!;
        node.StandardInput.Write((input ?? []).ToJsonString());
        node.StandardInput.Close();
        var problem = node.StandardError.ReadToEndAsync();
        var answer = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        Assert.True(node.ExitCode == 0, problem.Result);
        return JsonNode.Parse(answer)!;
    }
}

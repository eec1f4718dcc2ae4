using System.Diagnostics;
using System.Text;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>What the README tells a newcomer to type is typed here, line by line.</summary>
public sealed class ReadmeTests
{
    private const string Address = "http://127.0.0.1:12345";

    [SkippableFact]
    public async Task Every_line_of_the_tour_works_and_ends_with_the_reply()
    {
        Skip.IfNot(File.Exists("/usr/bin/curl"), "curl is not installed");
        await using var hotline = await RunningHotline.StartAsync(Form.OneProcess);
        var tour = Tour().Replace(Address, hotline.Address.ToString().TrimEnd('/'), StringComparison.Ordinal);
        using var folder = new TemporaryFolder();

        // The tour writes receipt.json where it is run; a folder that looks like the repository keeps the tree clean.
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "build"), Path.Combine(Repository.Root, "build"));
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", tour])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["HOTLINE_DATA"] = hotline.Data;
        start.Environment["HOTLINE_PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "Hotline.AllInOne.dll");
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync();
        var said = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"{said}\n{await errors}");
        var last = said[said.LastIndexOf("{\"number\"", StringComparison.Ordinal)..];
        Assert.Contains("井盖已于今日更换", last, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"closed\"", last, StringComparison.Ordinal);
    }

    private static string Tour()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var from = text.IndexOf("```sh\n", text.IndexOf("## Tour", StringComparison.Ordinal), StringComparison.Ordinal) + 6;
        return text[from..text.IndexOf("```", from, StringComparison.Ordinal)];
    }
}

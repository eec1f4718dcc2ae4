using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Desk.Accounts;

/// <summary>Prints a one-time enrolment code, on the machine itself: <c>enrol --account acceptor-01</c>, and the host's own options. It runs beside the server.</summary>
public static class EnrolCommand
{
    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var at = Array.IndexOf(options, "--account");
        var account = at >= 0 && at + 1 < options.Length ? options[at + 1] : "";
        string[] rest = at < 0 ? options : [.. options[..at], .. options[Math.Min(options.Length, at + 2)..]];
        await using var application = new HotlineHost([.. rest, "--Hotline:Services=,"]).Add<DeskService>().Build(); // hosts nothing, so takes no lock
        if (application.Services.GetRequiredService<Organization>().User(account) is null)
        {
            await Console.Error.WriteLineAsync("The organization file has no such account: enrol --account ACCOUNT");
            return 1;
        }

        var codes = DeskService.CodesOf(application.Services.GetRequiredService<IServiceKeys>(), application.Services.GetRequiredService<TimeProvider>());
        await output.WriteLineAsync(codes.Issue(account));
        return 0;
    }
}

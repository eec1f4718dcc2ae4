using Hotline.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Hosting;

/// <summary>What a program does instead of serving: <c>token --role dispatcher</c> or <c>token --account lishi-station</c> prints a bearer token for practice.</summary>
internal sealed record Command(string? Role, string? Account, string[] Rest)
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(8);

    /// <returns>Null when the arguments name no command.</returns>
    public static Command? Parse(string[] args)
    {
        if (args is not ["token", .. var options])
        {
            return null;
        }

        string? role = null, account = null;
        var rest = new List<string>();
        for (var i = 0; i < options.Length; i++)
        {
            switch (options[i])
            {
                case "--role" when i + 1 < options.Length:
                    role = options[++i];
                    break;
                case "--account" when i + 1 < options.Length:
                    account = options[++i];
                    break;
                default:
                    rest.Add(options[i]);
                    break;
            }
        }

        return new Command(role, account, [.. rest]);
    }

    public async Task<int> RunAsync(HotlineHost host, TextWriter output)
    {
        // No service is hosted, so no lock is taken: it runs beside the servers.
        await using var application = host.Build([.. Rest, "--Hotline:Services=,"]);
        var organization = application.Services.GetRequiredService<Organization>();
        var user = Account is not null ? organization.User(Account) : organization.Data.Users.FirstOrDefault(user => Role is not null && user.Roles.Contains(Role));
        if (user is null)
        {
            throw new InvalidOperationException(
                $"The organization file has no such user. Say --account with one of its accounts, or --role with one of: {string.Join(", ", Roles.All.Order(StringComparer.Ordinal))}.");
        }

        await output.WriteLineAsync(StaffAuthentication.Mint(application.Services, user.Account, TokenLife));
        return 0;
    }
}

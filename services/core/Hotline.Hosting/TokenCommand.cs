using Hotline.Contracts;

namespace Hotline.Hosting;

/// <summary>Prints a bearer token for practice: <c>token --role dispatcher</c> or <c>token --account station-141102</c>, and the host's own options.</summary>
internal static class TokenCommand
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(8);

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var (role, rest) = Take(options, "--role");
        (var account, rest) = Take(rest, "--account");
        var tokens = await new HotlineHost(rest).MintTokensAsync(organization => Accounts(organization, role, account), Life);
        if (tokens.Count == 0)
        {
            throw new InvalidOperationException(
                $"The organization file has no such user. Say --account with one of its accounts, or --role with one of: {string.Join(", ", Roles.All.Order(StringComparer.Ordinal))}.");
        }

        await output.WriteLineAsync(tokens.Values.First());
        return 0;
    }

    private static IEnumerable<string> Accounts(Organization organization, string? role, string? account) => organization.Data.Users
        .Where(user => account is null ? role is not null && user.Roles.Contains(role) : user.Account == account)
        .Select(user => user.Account)
        .Take(1);

    private static (string? Value, string[] Others) Take(string[] options, string name)
    {
        var at = Array.IndexOf(options, name);
        return at < 0 || at + 1 >= options.Length ? (null, options) : (options[at + 1], [.. options[..at], .. options[(at + 2)..]]);
    }
}

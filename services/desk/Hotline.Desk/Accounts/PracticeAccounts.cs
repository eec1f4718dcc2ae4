using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Desk.Accounts;

/// <summary>An account of a practice installation, with what a person would have in his head and in his telephone.</summary>
/// <param name="Secret">Base32.</param>
internal sealed record PracticeAccount(string Account, string Password, string Secret);

/// <summary>
/// Enrols accounts for practice and writes their secrets into a file only its owner reads: <c>practice-accounts FILE ACCOUNT…</c>, before the server
/// starts; <c>sign-in FILE ACCOUNT</c> prints account, password and the code of the moment.
/// </summary>
public static class PracticeAccounts
{
    public static async Task<int> MakeAsync(string[] options, TextWriter output)
    {
        if (options is not [var file, .. var rest] || rest.Where(IsAccount).ToList() is not { Count: > 0 } accounts)
        {
            await Console.Error.WriteLineAsync("practice-accounts wants a file and accounts: practice-accounts FILE ACCOUNT… --Hotline:Data=FOLDER");
            return 1;
        }

        List<PracticeAccount> made = [.. accounts.Select(static account => new PracticeAccount(account, Base32.Grouped(NewSecret(10)).ToLowerInvariant(), NewSecret(Totp.SecretBytes)))];
        var content = JsonSerializer.SerializeToUtf8Bytes(made, PracticeJson.Default.ListPracticeAccount);
        if (!DurableFile.TryCreate(Path.GetFullPath(file), content, UnixFileMode.UserRead | UnixFileMode.UserWrite))
        {
            await Console.Error.WriteLineAsync($"{file} is there already: the accounts in it were enrolled before.");
            return 1;
        }

        await using var application = new HotlineHost([.. rest.Where(static option => !IsAccount(option)), $"--Hotline:Services={DeskService.Name}"]).Add<DeskService>().Build();
        var desk = application.Services.GetRequiredService<CredentialDesk>();
        var codes = application.Services.GetRequiredService<EnrolmentCodes>();
        foreach (var account in made)
        {
            // Step 0 is nobody's: no code of today is used up.
            var (result, _) = await desk.EnrolAsync(account.Account, codes.Issue(account.Account), account.Password, Base32.Decode(account.Secret)!, step: 0, CancellationToken.None);
            await output.WriteLineAsync($"{account.Account}: {(result == ProofResult.Proved ? "enrolled" : "the organization file has no such account")}");
        }

        return 0;
    }

    public static async Task<int> ShowAsync(string[] options, TextWriter output)
    {
        var known = options is [var file, ..] && File.Exists(file)
            ? JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file), PracticeJson.Default.ListPracticeAccount)!
            : [];
        if (options is not [_, var name] || known.Find(account => account.Account == name) is not { } found)
        {
            await Console.Error.WriteLineAsync($"sign-in wants a file and one of its accounts: {string.Join(", ", known.Select(static account => account.Account))}");
            return 1;
        }

        var code = Totp.CodeOf(Base32.Decode(found.Secret), Totp.StepOf(TimeProvider.System.GetUtcNow()));
        await output.WriteLineAsync($"account   {found.Account}\npassword  {found.Password}\ncode      {code}");
        return 0;
    }

    private static bool IsAccount(string option) => !option.StartsWith('-');

    private static string NewSecret(int bytes) => Base32.Encode(RandomNumberGenerator.GetBytes(bytes));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<PracticeAccount>))]
internal sealed partial class PracticeJson : JsonSerializerContext;

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Hotline.Ports;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine;

/// <summary>
/// Makes and joins keys, and opens what was passed upward: on a machine without a network, before witnesses (build/decisions). Nothing of it runs on
/// the server; only public halves are brought there.
/// </summary>
/// <param name="passphrases">Where passphrases come from, a line each.</param>
public sealed class KeyCommands(Func<string, string?> passphrases, TextWriter output)
{
    public const string Usage = """
        officer-key NAME PUBLIC-FOLDER PRIVATE-FOLDER [--no-passphrase]   makes an officer's key; NAME is his account
        escrow-key PUBLIC-FOLDER FOLDER-1 FOLDER-2                        makes the escrow key, its private half split between two persons
        escrow-join HALF-1 HALF-2 PRIVATE-FILE                            joins the two halves
        upward-open PRIVATE-FILE UPWARD-FILE FOLDER                       opens what was passed upward, at the higher body
        """;

    /// <summary>Practice and tests only: the private half lies open.</summary>
    public const string NoPassphrase = "--no-passphrase";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode UsualMode = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <returns>Null when the arguments are none of these commands.</returns>
    public async Task<int?> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["officer-key", var name, var publicFolder, var privateFolder, .. var more] when more is [] or [NoPassphrase] && !name.AsSpan().ContainsAny('/', '\\'):
                await MakeOfficerAsync(name, publicFolder, privateFolder, more.Length == 0);
                return 0;
            case ["escrow-key", var publicFolder, var first, var second]:
                await MakeEscrowAsync(publicFolder, first, second);
                return 0;
            case ["escrow-join", var first, var second, var file]:
                await JoinEscrowAsync(first, second, file);
                return 0;
            case ["upward-open", var key, var file, var folder]:
                await OpenUpwardAsync(key, file, folder);
                return 0;
            case ["officer-key" or "escrow-key" or "escrow-join" or "upward-open", ..]:
                throw new InvalidOperationException($"These are not its arguments.\n{Usage}");
            default:
                return null;
        }
    }

    /// <summary>Asks at the terminal, unseen; a line of the input where there is none.</summary>
    public static string? AskAtTerminal(string question)
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadLine();
        }

        Console.Error.Write(question + " ");
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (key.KeyChar != 0)
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }

    private async Task MakeOfficerAsync(string name, string publicFolder, string privateFolder, bool locked)
    {
        var key = P256Key.Generate();
        var secret = Path.GetFullPath(Path.Combine(privateFolder, name + (locked ? ".private.jwe" : ".private.jwk")));
        var open = Path.GetFullPath(Path.Combine(publicFolder, name + OfficerKeys.Extension));
        Keep(secret, locked ? Encoding.ASCII.GetBytes(PassphraseSeal.Lock(key, NewPassphrase())) : JsonSerializer.SerializeToUtf8Bytes(key, SealingJson.Default.P256Key));
        Keep(open, JsonSerializer.SerializeToUtf8Bytes(key.ToPublic(), SealingJson.Default.P256Key), UsualMode);
        await output.WriteLineAsync($"{name}  {key.Thumbprint()}");
        await output.WriteLineAsync($"public half   {open}");
        await output.WriteLineAsync($"private half  {secret}  Keep it off the server{(locked ? "" : "; it lies open, for practice only")}.");
    }

    private async Task MakeEscrowAsync(string publicFolder, string firstFolder, string secondFolder)
    {
        if (Path.GetFullPath(firstFolder) == Path.GetFullPath(secondFolder))
        {
            throw new InvalidOperationException("The two halves go to two persons: name two folders, each on a stick of its own.");
        }

        var key = P256Key.Generate();
        var open = Path.GetFullPath(Path.Combine(publicFolder, OfficerKeys.Escrow + OfficerKeys.Extension));
        var (first, second) = EscrowHalf.Split(key);
        var files = new[] { (firstFolder, first), (secondFolder, second) }.Select(half => (Path: Path.GetFullPath(Path.Combine(half.Item1, $"escrow-{half.Item2.Half}.json")), Half: half.Item2)).ToList();
        files.ForEach(file => Keep(file.Path, JsonSerializer.SerializeToUtf8Bytes(file.Half, SealingJson.Default.EscrowHalf)));
        Keep(open, JsonSerializer.SerializeToUtf8Bytes(key.ToPublic(), SealingJson.Default.P256Key), UsualMode);
        await output.WriteLineAsync($"{OfficerKeys.Escrow}  {key.Thumbprint()}");
        await output.WriteLineAsync($"public half   {open}");
        foreach (var file in files)
        {
            await output.WriteLineAsync($"half {file.Half.Half}        {file.Path}  checksum {file.Half.Checksum}");
        }
    }

    private async Task JoinEscrowAsync(string first, string second, string file)
    {
        var key = EscrowHalf.Join(Read(first, SealingJson.Default.EscrowHalf), Read(second, SealingJson.Default.EscrowHalf));
        var secret = Path.GetFullPath(file);
        Keep(secret, Encoding.ASCII.GetBytes(PassphraseSeal.Lock(key, NewPassphrase())));
        await output.WriteLineAsync($"{OfficerKeys.Escrow}  {key.Thumbprint()}");
        await output.WriteLineAsync($"private half  {secret}  It opens every report: destroy it when done, and make a new escrow key.");
    }

    private async Task OpenUpwardAsync(string keyFile, string file, string folder)
    {
        var text = await File.ReadAllTextAsync(keyFile);
        var key = text.TrimStart().StartsWith('{')
            ? Read(keyFile, SealingJson.Default.P256Key)
            : PassphraseSeal.Unlock(text, passphrases("Passphrase:") ?? throw new InvalidOperationException("No passphrase was given."));
        var letters = Read(file, SealingJson.Default.IReadOnlyListSealedLetter);
        for (var i = 0; i < letters.Count; i++)
        {
            var content = LetterSealer.Open(letters[i], LetterKinds.Upward, key);
            Keep(Path.GetFullPath(Path.Combine(folder, $"{i + 1}.json")), Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).TrimEnd(' ')));
            if (MailOf(content) is { } mail)
            {
                Keep(Path.GetFullPath(Path.Combine(folder, $"{i + 1}.eml")), mail);
            }
        }

        await output.WriteLineAsync($"{letters.Count} letters in {Path.GetFullPath(folder)}; files of the reporter's are inside them as base64, mails beside them.");
    }

    /// <returns>Null where there is none: a browser can seal whatever it likes, and the letters behind are to be read all the same.</returns>
    private static byte[]? MailOf(byte[] content)
    {
        try
        {
            if (JsonNode.Parse(content) is JsonObject letter && letter["mail"] is JsonValue value && value.TryGetValue(out string? mail))
            {
                return Convert.FromBase64String(mail);
            }
        }
        catch (Exception hostile) when (hostile is JsonException or FormatException)
        {
            // What there is stands in the .json.
        }

        return null;
    }

    private string NewPassphrase()
    {
        var passphrase = passphrases($"Passphrase for the private half, at least {PassphraseSeal.ShortestPassphrase} characters:");
        return passphrase is null || passphrase.Length < PassphraseSeal.ShortestPassphrase ? throw new InvalidOperationException($"A passphrase of at least {PassphraseSeal.ShortestPassphrase} characters is needed.")
            : passphrases("Once more:") == passphrase ? passphrase
            : throw new InvalidOperationException("The two are not the same. Nothing was made.");
    }

    private static void Keep(string path, byte[] content, UnixFileMode mode = OwnerOnly)
    {
        if (!DurableFile.TryCreate(path, content, mode))
        {
            throw new InvalidOperationException($"{path} is there already: a key that is overwritten opens nothing more. Choose another name or folder.");
        }
    }

    private static T Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new InvalidOperationException($"{path} is empty.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidOperationException($"{path} is not of the kind that is needed: {wrong.Message}");
        }
    }
}

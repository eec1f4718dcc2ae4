using System.Text.Json;
using Hotline.Ports;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine;

/// <summary>
/// Makes an officer's key: <c>officer-key NAME PUBLIC-FOLDER PRIVATE-FOLDER</c>. In service it is run on a machine without a network (build/decisions),
/// and only the public half is brought to the server.
/// </summary>
public static class OfficerKeyCommand
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        if (options is not [var name, var publicFolder, var privateFolder] || name.AsSpan().ContainsAny('/', '\\'))
        {
            throw new InvalidOperationException("officer-key wants a name and two folders: officer-key NAME PUBLIC-FOLDER PRIVATE-FOLDER");
        }

        var key = P256Key.Generate();
        var secret = Path.GetFullPath(Path.Combine(privateFolder, $"{name}.private.jwk"));
        var open = Path.GetFullPath(Path.Combine(publicFolder, $"{name}{OfficerKeys.Extension}"));
        if (!DurableFile.TryCreate(secret, JsonSerializer.SerializeToUtf8Bytes(key, SealingJson.Default.P256Key), OwnerOnly))
        {
            throw new InvalidOperationException($"{secret} is there already: a key that is overwritten opens nothing more. Choose another name.");
        }

        if (!DurableFile.TryCreate(open, JsonSerializer.SerializeToUtf8Bytes(key.ToPublic(), SealingJson.Default.P256Key)))
        {
            throw new InvalidOperationException($"{open} is there already. Choose another name.");
        }

        await output.WriteLineAsync($"{name}  {key.Thumbprint()}");
        await output.WriteLineAsync($"public half   {open}");
        await output.WriteLineAsync($"private half  {secret}  Keep it off the server, and give a copy sealed in an envelope to two persons.");
        return 0;
    }
}

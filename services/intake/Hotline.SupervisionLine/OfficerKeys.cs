using System.Text.Json;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine;

/// <summary>The public keys every report is sealed to: the files <c>*.jwk</c> of one folder, read at the start.</summary>
public sealed class OfficerKeys
{
    public const string Extension = ".jwk";

    /// <summary>Outside practice: one officer away, one who left, one report still opened by two.</summary>
    public const int Fewest = 3;

    private OfficerKeys(IReadOnlyDictionary<string, P256Key> byThumbprint, string? closed) => (ByThumbprint, Closed) = (byThumbprint, closed);

    public IReadOnlyDictionary<string, P256Key> ByThumbprint { get; }

    /// <summary>Why nothing can be handed in; null when the line is open.</summary>
    public string? Closed { get; }

    /// <exception cref="InvalidOperationException">A file is not a public P-256 key: starting without it would lock its officer out of every report.</exception>
    public static OfficerKeys Load(string folder, bool practice)
    {
        var keys = new Dictionary<string, P256Key>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).ToArray() : [])
        {
            var key = Read(file);
            if (key.D is not null)
            {
                throw new InvalidOperationException($"{file} holds a private key. Take it off this machine at once, treat it as lost, and put the public half of a new one here.");
            }

            keys[key.Thumbprint()] = key;
        }

        var closed = keys.Count == 0 ? $"no officer key lies in {folder}"
            : keys.Count < Fewest && !practice ? $"{keys.Count} officer keys lie in {folder}, and at least {Fewest} are needed"
            : null;
        return new OfficerKeys(keys, closed);
    }

    private static P256Key Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), SealingJson.Default.P256Key) is { } key && key.IsSound()
                ? key
                : throw new InvalidOperationException($"{file} is not a P-256 key that lies on the curve.");
        }
        catch (JsonException)
        {
            throw new InvalidOperationException($"{file} is not a JWK of a P-256 key: it must hold kty, crv, x and y.");
        }
    }
}

using System.Text.Json;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine;

/// <summary>The public keys every report is sealed to: the files <c>*.jwk</c> of one folder, read at the start.</summary>
/// <remarks>
/// A file bears the name of its officer's account, and where he has two, while one takes the other's place, something more behind an <c>@</c>:
/// <c>discipline-01@2027.jwk</c>. A file <c>escrow.jwk</c> is the key two persons keep.
/// </remarks>
public sealed class OfficerKeys
{
    public const string Extension = ".jwk";

    /// <summary>The name of the key two persons keep; it is no officer's, so it does not count towards <see cref="Fewest"/>.</summary>
    public const string Escrow = "escrow";

    /// <summary>Outside practice: one officer away, one who left, one report still opened by two.</summary>
    public const int Fewest = 3;

    private OfficerKeys(IReadOnlyDictionary<string, P256Key> byThumbprint, IReadOnlyDictionary<string, string> owners, P256Key? upward, string? closed) =>
        (ByThumbprint, Owners, Upward, Closed) = (byThumbprint, owners, upward, closed);

    public IReadOnlyDictionary<string, P256Key> ByThumbprint { get; }

    /// <summary>Whose a key is: an account, or <see cref="Escrow"/>, by its thumbprint.</summary>
    public IReadOnlyDictionary<string, string> Owners { get; }

    /// <summary>The higher body's key, for reports on the commission's own leaders; null when there is none.</summary>
    public P256Key? Upward { get; }

    /// <summary>Why nothing can be handed in; null when the line is open.</summary>
    public string? Closed { get; }

    /// <summary>The keys a report may be opened with.</summary>
    /// <param name="excluded">Accounts in a conflict of interest.</param>
    public IReadOnlyList<string> Without(IReadOnlyList<string> excluded) => [.. ByThumbprint.Keys.Where(key => !excluded.Contains(Owners[key]))];

    /// <param name="upward">The file of the higher body's public key; it may be missing.</param>
    /// <exception cref="InvalidOperationException">A file is not a public P-256 key: starting without it would lock its officer out of every report.</exception>
    public static OfficerKeys Load(string folder, string upward, bool practice)
    {
        var keys = new Dictionary<string, P256Key>();
        var owners = new Dictionary<string, string>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).ToArray() : [])
        {
            var key = ReadPublic(file);
            keys[key.Thumbprint()] = key;
            owners[key.Thumbprint()] = Path.GetFileNameWithoutExtension(file).Split('@')[0];
        }

        var officers = owners.Values.Where(owner => owner != Escrow).Distinct().Count();
        var closed = officers == 0 ? $"no officer key lies in {folder}"
            : officers < Fewest && !practice ? $"keys of {officers} officers lie in {folder}, and of at least {Fewest} are needed"
            : null;
        return new OfficerKeys(keys, owners, File.Exists(upward) ? ReadPublic(upward) : null, closed);
    }

    private static P256Key ReadPublic(string file)
    {
        var key = Read(file);
        return key.D is null
            ? key
            : throw new InvalidOperationException($"{file} holds a private key. Take it off this machine at once, treat it as lost, and put the public half of a new one here.");
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

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.SupervisionLine;
using Hotline.SupervisionLine.Sealing;
using Xunit;

namespace Hotline.UnitTests.Supervision;

/// <summary>Keys under passphrases, the escrow of two persons, and what the higher body opens.</summary>
public sealed class KeyCommandTests : IDisposable
{
    private const string Passphrase = "correct horse 9 电池";
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-keys-").FullName;
    private readonly StringWriter _said = new();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _said.Dispose();
    }

    [Fact] // RFC 7517, appendix C.4
    public void The_wrapping_key_is_derived_as_RFC_7518_has_it()
    {
        byte[] salt = [217, 96, 147, 112, 150, 117, 70, 247, 127, 8, 155, 137, 174, 42, 80, 215];
        var key = PassphraseSeal.Derive("Thus from my lips, by yours, my sin is purged.", "PBES2-HS256+A128KW", HashAlgorithmName.SHA256, salt, 4096, 16);
        Assert.Equal([110, 171, 169, 92, 129, 92, 109, 117, 233, 242, 116, 233, 170, 14, 24, 75], key);
    }

    [Fact]
    public async Task An_officers_private_half_lies_under_his_passphrase()
    {
        Assert.Equal(0, await RunAsync([Passphrase, Passphrase], "officer-key", "discipline-01", At("open"), At("secret")));
        var file = Path.Combine(At("secret"), "discipline-01.private.jwe");
        var locked = await File.ReadAllTextAsync(file);
        var key = PassphraseSeal.Unlock(locked, Passphrase);
        Assert.Equal(JsonSerializer.Deserialize(await File.ReadAllBytesAsync(Path.Combine(At("open"), "discipline-01.jwk")), SealingJson.Default.P256Key), key.ToPublic());
        Assert.Contains(key.Thumbprint(), _said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key.D!, locked + _said, StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.ThrowsAny<CryptographicException>(() => PassphraseSeal.Unlock(locked, Passphrase + " "));
        var parts = locked.Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            string[] changed = [.. parts];
            changed[i] = changed[i][..^2] + (changed[i][^2] == 'A' ? 'B' : 'A') + changed[i][^1];
            Assert.ThrowsAny<CryptographicException>(() => PassphraseSeal.Unlock(string.Join('.', changed), Passphrase));
        }
    }

    [Theory]
    [InlineData("short", "short")]
    [InlineData(Passphrase, "another passphrase")]
    [InlineData(null, null)]
    public async Task A_passphrase_that_is_short_or_mistyped_makes_nothing(string? first, string? second)
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync([first, second], "officer-key", "a", At("open"), At("secret")));
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_file_that_would_hold_the_program_for_hours_is_refused()
    {
        var parts = PassphraseSeal.Lock(P256Key.Generate(), Passphrase).Split('.');
        foreach (var header in new[] { """{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2s":"AAAA","p2c":2000000000,"cty":"jwk+json"}""", """{"alg":"dir","enc":"A256GCM","p2s":"AAAA","p2c":1,"cty":"x"}""", "{}", "[" })
        {
            parts[0] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header));
            Assert.ThrowsAny<CryptographicException>(() => PassphraseSeal.Unlock(string.Join('.', parts), Passphrase));
        }
    }

    [Fact]
    public async Task The_escrow_opens_with_both_halves_and_one_alone_opens_nothing()
    {
        Assert.Equal(0, await RunAsync([], "escrow-key", At("open"), At("one"), At("two")));
        var (one, two) = (Path.Combine(At("one"), "escrow-1.json"), Path.Combine(At("two"), "escrow-2.json"));
        var key = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(Path.Combine(At("open"), "escrow.jwk")), SealingJson.Default.P256Key)!;
        var letter = LetterSealer.Seal(LetterSize.Fill("{}"u8), LetterKinds.Report, [P256Key.Generate().ToPublic(), key]);

        // Whatever is made of one half, its secret as the private number among it, is another key.
        foreach (var file in new[] { one, two })
        {
            var half = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file), SealingJson.Default.EscrowHalf)!;
            Assert.True(half.IsSound());
            Assert.False((half.Key with { D = half.Secret }).IsSound());
            using var alone = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Base64Url.DecodeFromChars(half.Secret) });
            Assert.Throws<CryptographicException>(() => LetterSealer.Open(letter, LetterKinds.Report, P256Key.Of(alone, withPrivate: true)));
            await Assert.ThrowsAsync<CryptographicException>(() => RunAsync([Passphrase, Passphrase], "escrow-join", file, file, Path.Combine(_folder, "alone.jwe")));
        }

        Assert.Equal(0, await RunAsync([Passphrase, Passphrase], "escrow-join", two, one, Path.Combine(_folder, "joined.jwe"))); // in either order
        var joined = PassphraseSeal.Unlock(await File.ReadAllTextAsync(Path.Combine(_folder, "joined.jwe")), Passphrase);
        Assert.Equal(key, joined.ToPublic());
        Assert.Equal("{}", Encoding.UTF8.GetString(LetterSealer.Open(letter, LetterKinds.Report, joined)).TrimEnd());
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync([], "escrow-key", At("open"), At("one"), At("two"))); // never over a key that is there
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync([], "escrow-key", At("p"), At("same"), At("same")));
    }

    [Fact]
    public void Halves_that_are_damaged_or_of_two_escrows_are_not_joined()
    {
        var (first, second) = EscrowHalf.Split(P256Key.Generate());
        var (other, _) = EscrowHalf.Split(P256Key.Generate());
        var (again, _) = EscrowHalf.Split(EscrowHalf.Join(first, second)); // the same key split anew: its halves do not fit the old ones
        Assert.Throws<CryptographicException>(() => EscrowHalf.Join(other, second));
        Assert.Throws<CryptographicException>(() => EscrowHalf.Join(again, second));
        Assert.Throws<CryptographicException>(() => EscrowHalf.Join(first, second with { Secret = first.Secret }));
        Assert.Throws<CryptographicException>(() => EscrowHalf.Join(first, second with { Half = 1 }));
        Assert.DoesNotContain(first.Secret, first.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_higher_body_opens_what_was_passed_upward_and_nobody_else_does()
    {
        var key = P256Key.Generate();
        var file = Path.Combine(_folder, "handover.json");
        IReadOnlyList<SealedLetter> letters = [.. new[] { """{"text":"","mail":"RnJvbTogYQ=="}""", """{"text":"乙"}""", """{"mail":5}""", """{"mail":"%"}""", "[]" }.Select(text => LetterSealer.Seal(LetterSize.Fill(Encoding.UTF8.GetBytes(text)), LetterKinds.Upward, [key.ToPublic()]))];
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(letters, SealingJson.Default.IReadOnlyListSealedLetter));
        await File.WriteAllTextAsync(Path.Combine(_folder, "upward.jwe"), PassphraseSeal.Lock(key, Passphrase));
        Assert.Equal(0, await RunAsync([Passphrase], "upward-open", Path.Combine(_folder, "upward.jwe"), file, At("read")));
        Assert.Equal("""{"text":"乙"}""", await File.ReadAllTextAsync(Path.Combine(At("read"), "2.json")));
        Assert.Equal("From: a", await File.ReadAllTextAsync(Path.Combine(At("read"), "1.eml")));
        Assert.Equal(["1.eml", "1.json", "2.json", "3.json", "4.json", "5.json"], Directory.EnumerateFiles(At("read")).Select(Path.GetFileName).Order());
        await File.WriteAllTextAsync(Path.Combine(_folder, "other.jwk"), JsonSerializer.Serialize(P256Key.Generate(), SealingJson.Default.P256Key));
        await Assert.ThrowsAsync<CryptographicException>(() => RunAsync([], "upward-open", Path.Combine(_folder, "other.jwk"), file, At("unread")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync([Passphrase], "upward-open", Path.Combine(_folder, "upward.jwe"), Path.Combine(_folder, "upward.jwe"), At("unread")));
    }

    [Fact]
    public async Task Other_arguments_are_the_hosts_and_wrong_ones_are_told()
    {
        Assert.Null(await new KeyCommands(_ => null, _said).RunAsync(["--urls=http://127.0.0.1:0"]));
        foreach (var wrong in new string[][] { ["officer-key"], ["officer-key", "../a", "b", "c"], ["escrow-join", "a"], ["officer-key", "a", "b", "c", "--no-such"] })
        {
            Assert.Contains("officer-key NAME", (await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync([], wrong))).Message, StringComparison.Ordinal);
        }
    }

    private string At(string folder) => Path.Combine(_folder, folder);

    private async Task<int?> RunAsync(string?[] passphrases, params string[] arguments)
    {
        var left = new Queue<string?>(passphrases);
        return await new KeyCommands(_ => left.TryDequeue(out var passphrase) ? passphrase : null, _said).RunAsync(arguments);
    }
}

using FsCheck.Fluent;
using Hotline.Hosting;

namespace Hotline.UnitTests.Core;

public sealed class DeviceTokensTests : IDisposable
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= \t\n+/\u00e9";
    private readonly FakeTime _time = new();
    private readonly TestPhone _phone;
    private readonly DeviceTokens _server;

    public DeviceTokensTests() => (_phone, _server) = (new TestPhone(_time), TestPhone.Server(_time));

    public void Dispose() => _phone.Dispose();

    [Fact]
    public void A_device_that_registers_proves_its_key_without_a_token()
    {
        Assert.Equal(_phone.Thumbprint, _server.CheckRegistration(TestPhone.Request(null, _phone.Prove(null))).Device);
        Assert.Null(_server.CheckRegistration(TestPhone.Request(null, "")).Device);
    }

    [Fact]
    public void The_thumbprint_is_that_of_RFC_7638()
    {
        // The P-256 key of RFC 9449, section 4.2, and its thumbprint from section 6.1.
        var key = DeviceKey.From("EC", "P-256", "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA");
        Assert.Equal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", key!.Thumbprint);
    }

    [Fact]
    public void The_token_of_another_device_is_refused()
    {
        using var other = new TestPhone(_time);
        var token = _server.Issue(other.Thumbprint);
        var check = _server.Check(TestPhone.Request(token, _phone.Prove(token)));
        Assert.Equal((null, "invalid_token"), (check.Device, check.Error));
    }

    [Fact]
    public void A_token_of_another_server_is_refused()
    {
        var token = TestPhone.Server(_time, key: 1).Issue(_phone.Thumbprint);
        Assert.Equal("invalid_token", _server.Check(TestPhone.Request(token, _phone.Prove(token))).Error);
    }

    [Fact]
    public void A_token_ends_after_its_hours()
    {
        var server = TestPhone.Server(_time, limits: new DeviceLimits(TokenHours: 2));
        var token = server.Issue(_phone.Thumbprint);
        _time.Now += TimeSpan.FromHours(2);
        Assert.NotNull(server.Check(TestPhone.Request(token, _phone.Prove(token))).Device);
        _time.Now += TimeSpan.FromSeconds(1);
        Assert.Equal("invalid_token", server.Check(TestPhone.Request(token, _phone.Prove(token))).Error);
    }

    [Fact]
    public void Without_a_token_nothing_is_let_in()
    {
        Assert.Equal("invalid_token", _server.Check(TestPhone.Request(null, _phone.Prove(null))).Error);
        foreach (var authorization in new[] { "", "DPoP", "DPoP ", "Bearer x", "Basic Og==", "DPoP !!!!", "DPoP é" })
        {
            var request = TestPhone.Request(null, _phone.Prove(null));
            request.Headers.Authorization = authorization;
            Assert.Null(_server.Check(request).Device);
        }

        var twice = TestPhone.Request(null, _phone.Prove(null));
        var token = _server.Issue(_phone.Thumbprint);
        twice.Headers.Authorization = new([$"DPoP {token}", $"DPoP {token}"]);
        Assert.Null(_server.Check(twice).Device);
    }

    [Fact]
    public void A_token_changed_anywhere_is_refused_even_with_a_proof_made_for_it()
    {
        var token = _server.Issue(_phone.Thumbprint);
        for (var at = 0; at < token.Length; at++)
        {
            foreach (var c in Alphabet.Where(c => c != token[at]))
            {
                var changed = $"{token[..at]}{c}{token[(at + 1)..]}";
                Assert.True(_server.Check(TestPhone.Request(changed, _phone.Prove(changed))).Device is null, $"Accepted with '{c}' at {at} of {token.Length}.");
            }
        }
    }

    [Fact]
    public void A_proof_changed_anywhere_is_refused()
    {
        var token = _server.Issue(_phone.Thumbprint);
        Fuzz.Holds(
            from at in Gen.Choose(0, 1 << 20)
            from c in Gen.Elements(Alphabet.ToCharArray())
            from kind in Gen.Choose(0, 2)
            select (at, c, kind),
            change =>
            {
                var proof = _phone.Prove(token);
                var at = change.at % proof.Length;
                var changed = change.kind switch
                {
                    0 => $"{proof[..at]}{change.c}{proof[(at + 1)..]}",
                    1 => proof.Remove(at, 1),
                    _ => proof.Insert(at, change.c.ToString()),
                };
                return changed == proof || _server.Check(TestPhone.Request(token, changed)).Device is null;
            },
            tests: 3000);
    }

    [Fact]
    public void The_last_characters_of_a_signature_cannot_be_written_another_way()
    {
        var token = _server.Issue(_phone.Thumbprint);
        foreach (var c in Alphabet)
        {
            var proof = _phone.Prove(token);
            var changed = proof[..^1] + c;
            Assert.True(changed == proof || _server.Check(TestPhone.Request(token, changed)).Device is null, $"Accepted with '{c}' for '{proof[^1]}'.");
        }
    }

    [Fact]
    public void Parts_of_two_right_proofs_make_no_third()
    {
        var token = _server.Issue(_phone.Thumbprint);
        using var other = new TestPhone(_time);
        var one = _phone.Prove(token).Split('.');
        foreach (var two in new[] { _phone.Prove(token).Split('.'), other.Prove(token).Split('.') })
        {
            Assert.Null(_server.Check(TestPhone.Request(token, $"{two[0]}.{one[1]}.{two[2]}")).Device);
            Assert.Null(_server.Check(TestPhone.Request(token, $"{one[0]}.{two[1]}.{one[2]}")).Device);
            Assert.Null(_server.Check(TestPhone.Request(token, $"{one[0]}.{one[1]}.{two[2]}")).Device);
        }
    }

    [Fact]
    public void Hostile_headers_never_throw() => Fuzz.Holds(
        Fuzz.Text.Three(),
        text => _server.Check(TestPhone.Request(text.Item1, $"{text.Item1}.{text.Item2}.{text.Item3}")).Device is null
            && _server.Check(TestPhone.Request(_server.Issue(_phone.Thumbprint), _phone.Sign(text.Item1, text.Item2))).Device is null
            && _server.CheckRegistration(TestPhone.Request(null, _phone.Sign(_phone.Header(), text.Item2))).Device is null);
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Hotline.Hosting;
using Microsoft.Extensions.Primitives;

namespace Hotline.UnitTests.Core;

/// <summary>The proof of RFC 9449, each part wrong in turn.</summary>
public sealed class DeviceProofTests : IDisposable
{
    private readonly FakeTime _time = new();
    private readonly TestPhone _phone;
    private readonly DeviceTokens _server;
    private readonly string _token;

    public DeviceProofTests()
    {
        (_phone, _server) = (new TestPhone(_time), TestPhone.Server(_time));
        _token = _server.Issue(_phone.Thumbprint);
    }

    public static TheoryData<string, string?> WrongClaims => new()
    {
        { "jti", null }, { "jti", "\"\"" }, { "jti", "\"short\"" }, { "jti", "12345678" }, { "jti", "null" }, { "jti", $"\"{new string('j', 129)}\"" }, { "jti", "\"\\ud800 12345678\"" },
        { "htm", null }, { "htm", "\"GET\"" }, { "htm", "\"post\"" }, { "htm", "7" }, { "htm", "\"POST \"" },
        { "htu", null }, { "htu", "\"\"" }, { "htu", "\"/intake/app/appeals\"" },
        { "htu", "\"http://12345.example.org/intake/app/appeals\"" },
        { "htu", "\"https://12345.example.com/intake/app/appeals\"" },
        { "htu", "\"https://12345.example.org.evil.example/intake/app/appeals\"" },
        { "htu", "\"https://12345.example.org@evil.example/intake/app/appeals\"" },
        { "htu", "\"https://12345.example.org:8443/intake/app/appeals\"" },
        { "htu", "\"https://12345.example.org/intake/app/devices\"" },
        { "htu", "\"https://12345.example.org/intake/app/appeals/\"" },
        { "htu", "\"https://12345.example.org/intake/app/APPEALS\"" },
        { "htu", "\"https://12345.example.org/intake/app/x/../appeals\"" },
        { "htu", "\"https://12345.example.org/intake/app/appeals?a=b\"" },
        { "htu", "[\"https://12345.example.org/intake/app/appeals\"]" },
        { "iat", null }, { "iat", "0" }, { "iat", "-1" }, { "iat", "\"1772413200\"" }, { "iat", "1772413200.5" }, { "iat", "1e400" },
        { "iat", "1772412899" }, // 301 seconds ago
        { "iat", "1772413261" }, // 61 seconds ahead
        { "iat", "9223372036854775807" }, { "iat", "-9223372036854775808" },
        { "ath", null }, { "ath", "\"\"" }, { "ath", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"" }, { "ath", "null" },
    };

    public static TheoryData<string> WrongHeaders => new()
    {
        """{"alg":"ES256","jwk":JWK}""",
        """{"typ":"JWT","alg":"ES256","jwk":JWK}""",
        """{"typ":"DPOP+JWT","alg":"ES256","jwk":JWK}""",
        """{"typ":"dpop+jwt","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"none","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"None","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"HS256","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"RS256","jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}}""",
        """{"typ":"dpop+jwt","alg":"ES384","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":["ES256"],"jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"ES256"}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":null}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":"JWK"}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{}}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-384","x":"X","y":"Y"}}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"OKP","crv":"P-256","x":"X","y":"Y"}}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"X"}}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"Y","y":"X"}}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"XX","y":"Y"}}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"X","y":"Y","d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}}""",
        """{"typ":"dpop+jwt","alg":"ES256","alg":"none","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":JWK,"jwk":JWK}""",
        """{"typ":"\ud800","alg":"ES256","jwk":JWK}""",
        """{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"\udc00","y":"Y"}}""",
        "null", "[]", "\"dpop+jwt\"", "{", "",
    };

    public void Dispose() => _phone.Dispose();

    [Fact]
    public void A_right_proof_names_the_device() => Assert.Equal(_phone.Thumbprint, Check(_phone.Prove(_token)).Device);

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public void A_wrong_claim_is_refused(string name, string? json) => Refused(_phone.Prove(_token, (name, json)));

    [Theory]
    [MemberData(nameof(WrongHeaders))]
    public void A_wrong_header_is_refused(string header)
    {
        var point = _phone.Key.ExportParameters(false).Q;
        var filled = header.Replace("JWK", _phone.Jwk, StringComparison.Ordinal)
            .Replace("\"X\"", $"\"{Base64Url.EncodeToString(point.X)}\"", StringComparison.Ordinal)
            .Replace("\"Y\"", $"\"{Base64Url.EncodeToString(point.Y)}\"", StringComparison.Ordinal);
        Refused(_phone.Sign(filled, _phone.Claims(_token)));
        Refused(_phone.Sign(filled, _phone.Claims(_token))); // what was read once is not remembered as good
    }

    [Fact]
    public void A_proof_serves_once_until_it_would_be_too_old_anyway()
    {
        var proof = _phone.Prove(_token);
        Assert.NotNull(Check(proof).Device);
        for (var minute = 0; minute < 12; minute++)
        {
            Refused(proof);
            _time.Now += TimeSpan.FromMinutes(0.5);
        }
    }

    [Fact]
    public void A_proof_from_the_future_cannot_be_used_again_later()
    {
        var ahead = _time.Now.AddSeconds(60).ToUnixTimeSeconds();
        var proof = _phone.Prove(_token, ("iat", $"{ahead}"));
        Assert.NotNull(Check(proof).Device);
        for (var second = 0; second < 400; second += 20)
        {
            Refused(proof);
            _time.Now += TimeSpan.FromSeconds(20);
        }
    }

    [Fact]
    public void Another_device_may_use_the_same_jti()
    {
        using var other = new TestPhone(_time);
        var token = _server.Issue(other.Thumbprint);
        Assert.NotNull(Check(_phone.Prove(_token, ("jti", "\"same-for-both\""))).Device);
        Assert.Equal(other.Thumbprint, _server.Check(TestPhone.Request(token, other.Prove(token, ("jti", "\"same-for-both\"")))).Device);
        Refused(_phone.Prove(_token, ("jti", "\"same-for-both\"")));
    }

    [Fact]
    public void Clocks_may_differ_within_the_window()
    {
        var now = _time.Now.ToUnixTimeSeconds();
        Assert.NotNull(Check(_phone.Prove(_token, ("iat", $"{now - 300}"))).Device);
        Assert.NotNull(Check(_phone.Prove(_token, ("iat", $"{now + 60}"))).Device);
    }

    [Fact]
    public void A_proof_signed_by_another_key_than_it_shows_is_refused()
    {
        using var thief = new TestPhone(_time);
        Refused(thief.Sign(_phone.Header(), _phone.Claims(_token)));
    }

    [Fact]
    public void A_signature_of_another_form_is_refused()
    {
        var signed = $"{TestPhone.Encode(_phone.Header())}.{TestPhone.Encode(_phone.Claims(_token))}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        Refused($"{signed}.{Base64Url.EncodeToString(_phone.Key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))}");
        Refused($"{signed}.{Base64Url.EncodeToString(_phone.Key.SignData(bytes, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))}");
        Refused($"{signed}.{Base64Url.EncodeToString(new byte[64])}");
        Refused($"{signed}.{Base64Url.EncodeToString(new byte[63])}");
        Refused($"{signed}.");
        Refused(signed);
        Refused($"{_phone.Prove(_token)}.extra");
        Refused($"{_phone.Prove(_token)}==");
        Refused($" {_phone.Prove(_token)}");
        Refused(_phone.SignRaw($"{TestPhone.Encode(_phone.Header())}.{TestPhone.Encode(_phone.Claims(_token))}\u00e9"));
    }

    [Fact]
    public void More_or_fewer_than_one_proof_is_refused()
    {
        Refused(StringValues.Empty);
        Refused("");
        Refused(new StringValues([_phone.Prove(_token), _phone.Prove(_token)]));
    }

    [Fact]
    public void Long_headers_are_refused_before_they_are_read()
    {
        Refused(_phone.Prove(_token, ("pad", $"\"{new string('x', 3000)}\"")));
        Refused(new string('A', 4096));
        Refused(new string('.', 4095));
        Refused(_phone.Sign($$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{{_phone.Jwk}},"pad":{{new string('[', 1500)}}""", _phone.Claims(_token)));
        Assert.Null(_server.Check(TestPhone.Request(new string('A', 4096), _phone.Prove(_token))).Device);
    }

    [Fact]
    public void Claims_that_are_no_object_are_refused()
    {
        foreach (var claims in new[] { "null", "[]", "7", "\"x\"", "", "{", "{\"jti\":", "{\"a\":[[[[", "\uFEFF{}" })
        {
            Refused(_phone.Sign(_phone.Header(), claims));
        }
    }

    [Fact]
    public void Claims_we_do_not_know_are_skipped() =>
        Assert.NotNull(Check(_phone.Prove(_token, ("nonce", "{\"a\":[1,{\"jti\":\"x\"}]}"), ("exp", "1"))).Device);

    [Fact]
    public void Nothing_without_an_edge_is_let_in()
    {
        var request = TestPhone.Request(_token, _phone.Prove(_token));
        request.HttpContext.Features.Set<Hosting.EdgeFeature>(null);
        Assert.Null(_server.Check(request).Device);
    }

    private DeviceCheck Check(StringValues proof) => _server.Check(TestPhone.Request(_token, proof));

    private void Refused(StringValues proof)
    {
        var check = Check(proof);
        Assert.Null(check.Device);
        Assert.Equal("invalid_dpop_proof", check.Error);
        Assert.NotEmpty(check.Reason!);
    }
}

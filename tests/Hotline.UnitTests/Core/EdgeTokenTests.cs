using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.UnitTests.Core;

public sealed class EdgeTokenTests
{
    private const string Path = "/work-orders/261120030000004?state=open";
    private static readonly byte[] Key = new byte[32];
    private static readonly StaffUser User = new("acceptor-01", new HashSet<string> { Roles.Acceptor }, "hotline");
    private readonly FakeTime _time = new();
    private readonly EdgeToken _tokens;

    public EdgeTokenTests() => _tokens = new EdgeToken(Key, _time);

    [Fact]
    public void What_the_gateway_says_arrives()
    {
        var claims = _tokens.Verify(Issue(), "GET", Path);
        Assert.NotNull(claims);
        Assert.Equal(("acceptor-01", "hotline", "192.0.2.7", "https://12345.example.org"), (claims.Account, claims.Unit, claims.Client, claims.Origin));
        Assert.Equal([Roles.Acceptor], claims.Roles);
    }

    [Fact]
    public void A_partner_arrives_with_his_source_and_nobody_else_has_one()
    {
        var partner = new StaffUser("partner:media", new HashSet<string> { Roles.Partner }, "") { Source = "合作媒体" };
        Assert.Equal("合作媒体", _tokens.Verify(_tokens.Issue(partner, "192.0.2.7", "http://localhost", "GET", "/"), "GET", "/")!.Source);
        Assert.Equal("合作媒体", StaffUser.Of(partner.ToPrincipal("x")).Source);
        Assert.Null(_tokens.Verify(Issue(), "GET", Path)!.Source);
        Assert.Null(StaffUser.Of(User.ToPrincipal("x")).Source);
    }

    [Fact]
    public void Nobody_signed_in_arrives_as_nobody()
    {
        var claims = _tokens.Verify(_tokens.Issue(null, "192.0.2.7", "http://localhost", "GET", "/"), "GET", "/");
        Assert.Null(claims!.Account);
        Assert.Empty(claims.Roles);
    }

    [Fact]
    public void Any_changed_character_is_refused()
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= \n\u00e9";
        var token = Issue();
        for (var at = 0; at < token.Length; at++)
        {
            foreach (var c in Alphabet.Where(c => c != token[at]))
            {
                var changed = $"{token[..at]}{c}{token[(at + 1)..]}";
                Assert.True(_tokens.Verify(changed, "GET", Path) is null, $"Accepted with '{c}' for '{token[at]}' at {at} of {token.Length}.");
            }
        }
    }

    [Fact]
    public void Another_method_path_or_query_is_refused()
    {
        var token = Issue();
        Assert.Null(_tokens.Verify(token, "POST", Path));
        Assert.Null(_tokens.Verify(token, "get", Path));
        Assert.Null(_tokens.Verify(token, "GET", Path + "&unit=x"));
        Assert.Null(_tokens.Verify(token, "GET", Path.ToUpperInvariant()));
        Assert.Null(_tokens.Verify(token, "GET", "/work-orders/261120030000004"));
    }

    [Fact]
    public void It_holds_for_sixty_seconds()
    {
        var token = Issue();
        _time.Now += TimeSpan.FromSeconds(60);
        Assert.NotNull(_tokens.Verify(token, "GET", Path));
        _time.Now += TimeSpan.FromSeconds(1);
        Assert.Null(_tokens.Verify(token, "GET", Path));
    }

    [Fact]
    public void Another_key_is_refused() => Assert.Null(new EdgeToken([.. Enumerable.Repeat((byte)1, 32)], _time).Verify(Issue(), "GET", Path));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("e30.")]
    [InlineData("bnVsbA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!!!.!!!")]
    public void Garbage_is_refused(string? token) => Assert.Null(_tokens.Verify(token, "GET", Path));

    [Fact]
    public void Hostile_text_never_throws() => Fuzz.Holds(Fuzz.Text, text => _tokens.Verify(text, "GET", Path) is null && _tokens.Verify(text + "." + text, "GET", Path) is null);

    private string Issue() => _tokens.Issue(User, "192.0.2.7", "https://12345.example.org", "GET", Path);
}

using Hotline.Intake;

namespace Hotline.UnitTests.Core;

public sealed class QueryCodesTests
{
    private static readonly Guid Id = new("019cac0f-2680-7000-8000-000000000001");
    private readonly QueryCodes _codes = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    [Fact]
    public void The_same_key_and_id_give_the_same_code_for_ever()
    {
        // HMAC-SHA-256 of the 16 id bytes under 00 01 … 1f, its first 50 bits in Crockford's base32.
        Assert.Equal("B2VW7RVQ99", _codes.For(Id));
        Assert.Equal(_codes.For(Id), new QueryCodes([.. Enumerable.Range(0, 32).Select(i => (byte)i)]).For(Id));
    }

    [Fact]
    public void Codes_have_ten_characters_that_nobody_confuses()
    {
        for (var i = 0; i < 1000; i++)
        {
            var code = _codes.For(new Guid(i, 0, 0, new byte[8]));
            Assert.Equal(QueryCodes.Length, code.Length);
            Assert.DoesNotContain(code, c => !"0123456789ABCDEFGHJKMNPQRSTVWXYZ".Contains(c, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Another_id_or_another_key_gives_another_code()
    {
        Assert.NotEqual(_codes.For(Id), _codes.For(new Guid("019cac0f-2680-7000-8000-000000000002")));
        Assert.NotEqual(_codes.For(Id), new QueryCodes(new byte[32]).For(Id));
    }

    [Fact]
    public void Case_spaces_dashes_and_look_alikes_are_forgiven()
    {
        for (var i = 0; i < 200; i++)
        {
            var id = new Guid(i, 0, 0, new byte[8]);
            var code = _codes.For(id);
            Assert.True(_codes.Check(id, code));
            Assert.True(_codes.Check(id, code.ToLowerInvariant()));
            Assert.True(_codes.Check(id, $" {code[..5]}-{code[5..]} "));
            Assert.True(_codes.Check(id, code.Replace('0', 'O').Replace('1', 'l')));
            Assert.True(_codes.Check(id, code.Replace('0', 'o').Replace('1', 'i')));
        }
    }

    [Fact]
    public void A_wrong_code_is_refused()
    {
        var code = _codes.For(Id);
        for (var at = 0; at < code.Length; at++)
        {
            Assert.False(_codes.Check(Id, code[..at] + (code[at] == 'Z' ? 'Y' : 'Z') + code[(at + 1)..]));
        }

        Assert.False(_codes.Check(Id, ""));
        Assert.False(_codes.Check(Id, "          "));
        Assert.False(_codes.Check(Id, code.AsSpan(0, 9)));
        Assert.False(_codes.Check(Id, code + "0"));
        Assert.False(_codes.Check(Id, new string('\0', QueryCodes.Length)));
        Assert.False(_codes.Check(Id, new string('-', 100_000) + code[..9]));
        Assert.False(_codes.Check(new Guid("019cac0f-2680-7000-8000-000000000002"), code));
    }

    [Fact]
    public void Hostile_input_never_throws_and_never_fits() => Fuzz.Holds(Fuzz.Text, text => !_codes.Check(Id, text));
}

public sealed class CodeAttemptsTests
{
    private const string Number = "261120030000004";
    private readonly FakeTime _time = new();

    [Fact]
    public void Ten_wrong_codes_close_a_number_for_an_hour_and_no_other()
    {
        var attempts = new CodeAttempts(_time);
        for (var i = 0; i < 10; i++)
        {
            Assert.False(attempts.IsClosed(Number));
            attempts.Wrong(Number);
        }

        Assert.True(attempts.IsClosed(Number));
        Assert.False(attempts.IsClosed("260302121234561"));
        _time.Now += TimeSpan.FromMinutes(59);
        Assert.True(attempts.IsClosed(Number));
        _time.Now += TimeSpan.FromMinutes(1);
        Assert.False(attempts.IsClosed(Number));
    }

    [Fact]
    public void Wrong_codes_of_an_earlier_hour_do_not_count()
    {
        var attempts = new CodeAttempts(_time);
        for (var hour = 0; hour < 5; hour++)
        {
            for (var i = 0; i < 9; i++)
            {
                attempts.Wrong(Number);
            }

            Assert.False(attempts.IsClosed(Number));
            _time.Now += TimeSpan.FromHours(1);
        }
    }

    [Fact]
    public void Wrong_codes_count_from_many_threads()
    {
        var attempts = new CodeAttempts(_time);
        Parallel.For(0, 10, _ => attempts.Wrong(Number));
        Assert.True(attempts.IsClosed(Number));
    }

    [Fact]
    public void Guesses_at_many_numbers_do_not_let_the_closed_one_open()
    {
        var attempts = new CodeAttempts(_time);
        for (var i = 0; i < 10; i++)
        {
            attempts.Wrong(Number);
        }

        for (var i = 0; i < 100_050; i++)
        {
            attempts.Wrong(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.True(attempts.IsClosed(Number));
    }
}

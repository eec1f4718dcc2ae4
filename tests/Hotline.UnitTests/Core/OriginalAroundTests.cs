using System.Text;
using Hotline.Contracts;
using Hotline.Intake;

namespace Hotline.UnitTests.Core;

public sealed class OriginalAroundTests
{
    private static readonly Appeal Lamps = Of("您好，小区北门外的六盏路灯全部不亮。", "路灯连续多日不亮", "安和里小区北门外");

    [Fact]
    public void An_original_comes_back_byte_for_byte_and_takes_less()
    {
        var original = Encoding.UTF8.GetBytes($$"""{"title":"{{Lamps.Title}}", "text":"{{Lamps.Text}}","place":{"text":"{{Lamps.Place!.Text}}" },"contact":{"phone":"13800000000"} }""");
        var around = Write(original, Lamps);
        Assert.Equal(original, Read(around, Lamps, original.Length));
        Assert.True(around.Length < original.Length - Encoding.UTF8.GetByteCount(Lamps.Text) - Encoding.UTF8.GetByteCount(Lamps.Title), $"{around.Length} of {original.Length} bytes");
    }

    [Theory]
    [InlineData("")]
    [InlineData("路灯连续多日不亮路灯连续多日不亮")] // the title twice
    [InlineData("路灯连续多日不亮：天黑以后看不清路灯连续多日")] // the title, then most of it
    [InlineData("{\"text\":\"\\u60a8\\u597d\"}")] // escaped, so that no words are found
    public void Whatever_stands_where_it_comes_back(string text)
    {
        var original = Encoding.UTF8.GetBytes(text);
        Assert.Equal(original, Read(Write(original, Lamps), Lamps, original.Length));
    }

    [Fact]
    public void A_title_the_text_begins_with_does_not_hide_the_text()
    {
        var appeal = Of("路灯连续多日不亮，夜间出行不便，请派人查看。", "路灯连续多日不亮", null);
        var original = Encoding.UTF8.GetBytes(appeal.Text);
        var around = Write(original, appeal);
        Assert.True(around.Length <= 6, $"{around.Length} bytes");
        Assert.Equal(original, Read(around, appeal, original.Length));
    }

    [Fact]
    public void Any_bytes_come_back()
    {
        var random = new Random(20260321);
        string[] pieces = [Lamps.Text, Lamps.Title, Lamps.Place!.Text!, Lamps.Text[..5], "\0", "\"\r\n", "😀"];
        for (var round = 0; round < 2000; round++)
        {
            var original = new List<byte>();
            for (var i = random.Next(6); i >= 0; i--)
            {
                var noise = new byte[random.Next(40)];
                random.NextBytes(noise);
                original.AddRange(noise);
                original.AddRange(Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
            }

            Assert.Equal(original, Read(Write([.. original], Lamps), Lamps, original.Count));
        }
    }

    [Theory]
    [InlineData(OriginalAround.MostBytes - 3, true)]
    [InlineData(OriginalAround.MostBytes - 2, false)]
    [InlineData(20_000, false)]
    public void What_says_much_more_than_the_appeal_is_kept_otherwise(int length, bool fits) =>
        Assert.Equal(fits, OriginalAround.TryWrite(new byte[length], Lamps, new byte[OriginalAround.MostBytes], out _));

    [Fact]
    public void Damaged_bytes_are_noticed_or_give_no_more_than_the_length()
    {
        var original = Encoding.UTF8.GetBytes($"前{Lamps.Title}中{Lamps.Text}后");
        var around = Write(original, Lamps);
        Assert.False(OriginalAround.TryRead(around.AsSpan(..^1), Lamps, new byte[original.Length]));
        Assert.False(OriginalAround.TryRead(around, Lamps, new byte[original.Length - 1]));
        Assert.False(OriginalAround.TryRead(around, Lamps, new byte[original.Length + 1]));
        Assert.False(OriginalAround.TryRead([], Lamps, new byte[original.Length]));
        for (var i = 0; i < around.Length; i++)
        {
            var damaged = around.ToArray();
            damaged[i] ^= 0xFF;
            var read = new byte[original.Length];
            Assert.False(OriginalAround.TryRead(damaged, Lamps, read) && read.AsSpan().SequenceEqual(original));
        }
    }

    [Fact]
    public void Words_that_nearly_fit_everywhere_take_no_long_time()
    {
        var appeal = Of(new string('啊', 2000) + "吧" + new string('啊', 2000), new string('啊', 99) + "吧", new string('啊', 199) + "吧");
        var original = Encoding.UTF8.GetBytes(new string('啊', 5000));
        Assert.False(OriginalAround.TryWrite(original, appeal, new byte[OriginalAround.MostBytes], out _));
    }

    private static byte[] Write(byte[] original, Appeal appeal)
    {
        var output = new byte[OriginalAround.MostBytes];
        Assert.True(OriginalAround.TryWrite(original, appeal, output, out var written));
        return output[..written];
    }

    private static byte[] Read(byte[] around, Appeal appeal, int size)
    {
        var original = new byte[size];
        Assert.True(OriginalAround.TryRead(around, appeal, original));
        return original;
    }

    private static Appeal Of(string text, string title, string? place) => new()
    {
        Id = Guid.Empty,
        Number = "260321030000017",
        Channel = "app",
        SourceId = "1",
        ReceivedAt = DateTimeOffset.UnixEpoch,
        Title = title,
        Text = text,
        Place = place is null ? null : new Place(place),
    };
}

using FsCheck.Fluent;
using Hotline.Knowledge.Search;
using Hotline.UnitTests.Core;

namespace Hotline.UnitTests.Knowledge;

/// <summary>How text is taken apart for search.</summary>
public sealed class TokenizerTests
{
    [Theory]
    [InlineData("井盖丢失", "井 井盖 盖 盖丢 丢 丢失 失")]
    [InlineData("A3区，ETC怎么办", "a3 区 etc 怎 怎么 么 么办 办")]
    [InlineData("１２３４５热线", "12345 热 热线 线")]
    [InlineData("水", "水")]
    [InlineData("𠮷野家", "𠮷 𠮷野 野 野家 家")]
    [InlineData(" ，。！?", "")]
    [InlineData("ＡＢＣ abc", "abc abc")]
    public void Chinese_goes_by_pairs_and_characters_and_the_rest_by_words(string text, string words)
    {
        var normalized = Tokenizer.Normalize(text);
        Assert.Equal(words, string.Join(' ', Tokenizer.Split(normalized).Select(token => token.Of(normalized).ToString())));
    }

    [Fact]
    public void Any_text_is_taken_apart_within_its_bounds_and_whole_characters() => Fuzz.Holds(Fuzz.Text, text =>
    {
        var normalized = Tokenizer.Normalize(text);
        var tokens = Tokenizer.Split(normalized);
        return tokens.All(token => token.Length > 0 && token.Start >= 0 && token.Start + token.Length <= normalized.Length
                && !char.IsLowSurrogate(normalized[token.Start]) && !char.IsHighSurrogate(normalized[token.Start + token.Length - 1]))
            && tokens.Zip(tokens.Skip(1)).All(pair => pair.First.Start <= pair.Second.Start);
    });

    [Fact]
    public void A_letter_or_character_of_any_text_is_found_by_some_word() => Fuzz.Holds(Fuzz.Text, text =>
    {
        var normalized = Tokenizer.Normalize(text);
        var covered = Tokenizer.Split(normalized).SelectMany(token => Enumerable.Range(token.Start, token.Length)).ToHashSet();
        return Enumerable.Range(0, normalized.Length).Where(at => char.IsLetterOrDigit(normalized[at])).All(covered.Contains);
    });
}

using System.Globalization;
using System.Text;

namespace Hotline.Knowledge.Search;

/// <summary>A word of a normalized text: where it stands in it.</summary>
/// <param name="IsSingle">One Chinese character; beside others it serves one-character queries only.</param>
/// <param name="IsAlone">Not part of a longer run of Chinese characters.</param>
public readonly record struct Token(int Start, int Length, bool IsSingle, bool IsAlone)
{
    public ReadOnlySpan<char> Of(string text) => text.AsSpan(Start, Length);
}

/// <summary>
/// Takes text apart for search. Chinese has no spaces, so each pair of neighboring characters is a word, and each character;
/// letters and digits in a row are one word. No dictionary, so new words need no care. Pure.
/// </summary>
public static class Tokenizer
{
    private const int MostOfWord = 64;

    private enum Kind
    {
        Other,
        Han,
        Word,
    }

    /// <summary>The form in which texts are compared: full-width as half-width (NFKC), lower case, half surrogates as U+FFFD.</summary>
    public static string Normalize(string text)
    {
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // .NET refuses to normalize noncharacters such as U+FFFE.
            whole.Append((rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return whole.ToString().Normalize(NormalizationForm.FormKC).ToLowerInvariant();
    }

    /// <summary>The words of a normalized text, by where they begin.</summary>
    public static IReadOnlyList<Token> Split(string normalized)
    {
        var tokens = new List<Token>(normalized.Length * 2);
        var at = 0;
        while (at < normalized.Length)
        {
            var kind = KindAt(normalized, at, out var length);
            var start = at;
            at += length;
            if (kind == Kind.Word)
            {
                while (at < normalized.Length && KindAt(normalized, at, out length) == Kind.Word && at + length - start <= MostOfWord)
                {
                    at += length;
                }

                tokens.Add(new Token(start, at - start, IsSingle: false, IsAlone: true));
            }
            else if (kind == Kind.Han)
            {
                at = SplitRun(normalized, start, tokens);
            }
        }

        return tokens;
    }

    /// <returns>Where the run of Chinese characters ends.</returns>
    private static int SplitRun(string text, int start, List<Token> tokens)
    {
        KindAt(text, start, out var length);
        var alone = start + length >= text.Length || KindAt(text, start + length, out _) != Kind.Han;
        tokens.Add(new Token(start, length, IsSingle: true, alone));
        while (start + length < text.Length && KindAt(text, start + length, out var next) == Kind.Han)
        {
            tokens.Add(new Token(start, length + next, IsSingle: false, IsAlone: false));
            (start, length) = (start + length, next);
            tokens.Add(new Token(start, length, IsSingle: true, IsAlone: false));
        }

        return start + length;
    }

    private static Kind KindAt(string text, int at, out int length)
    {
        _ = Rune.TryGetRuneAt(text, at, out var rune);
        length = rune == default ? 1 : rune.Utf16SequenceLength;
        return IsHan(rune.Value) ? Kind.Han
            : Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? Kind.Word
            : Kind.Other;
    }

    private static bool IsHan(int code) => code is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFF or 0x3007;
}

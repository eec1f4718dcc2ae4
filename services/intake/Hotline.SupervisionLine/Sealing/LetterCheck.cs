using System.Buffers.Text;

namespace Hotline.SupervisionLine.Sealing;

/// <summary>What can be said of a sealed letter without its keys: that it is of the agreed algorithms, for exactly those it must be for, and of an agreed length.</summary>
internal static class LetterCheck
{
    private const int WrappedBytes = SealedLetter.KeyBytes + 8;

    /// <returns>What is wrong, for the program that sealed it; null when nothing is.</returns>
    public static string? Wrong(SealedLetter letter, string kind, IReadOnlyCollection<string> recipients, int mostBytes)
    {
        if (letter.Recipients.Any(recipient => recipient is null)) // the reader of JSON lets a null into a list
        {
            return "recipients：不能为 null。";
        }

        if (letter.Header()?.Cty != kind)
        {
            return $"protected：应为 {SealedLetter.ContentAlgorithm}，内容种类为 {kind}。";
        }

        if (!IsBytes(letter.Iv, SealedLetter.NonceBytes) || !IsBytes(letter.Tag, SealedLetter.TagBytes))
        {
            return "iv 或 tag 的长度不对。";
        }

        if (!LetterSize.IsOne(letter.ContentBytes) || letter.ContentBytes > mostBytes)
        {
            return "ciphertext 的长度不在约定的几档之内，或者过大。";
        }

        if (letter.Recipients.Count != recipients.Count || letter.Recipients.Select(recipient => recipient.Header.Kid).Distinct().Count() != recipients.Count
            || letter.Recipients.Any(recipient => !recipients.Contains(recipient.Header.Kid)))
        {
            return "收件人不是当前的全部工作人员密钥，请刷新页面后重试。";
        }

        return letter.Recipients.All(IsSound) ? null : "recipients：算法、临时公钥或密钥密文不对。";
    }

    public static bool IsSound(LetterRecipient recipient) =>
        recipient.Header.Alg == SealedLetter.KeyAlgorithm && recipient.Header.Epk.D is null && recipient.Header.Epk.IsSound() && IsBytes(recipient.EncryptedKey, WrappedBytes);

    private static bool IsBytes(string text, int bytes) => Base64Url.IsValid(text, out var length) && length == bytes;
}

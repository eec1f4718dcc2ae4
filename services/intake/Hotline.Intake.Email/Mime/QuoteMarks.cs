using System.Text.RegularExpressions;

namespace Hotline.Intake.Email.Mime;

/// <summary>By which lines mail programs mark quotations and signatures. Lines longer than any of theirs are looked at no further, so no pattern meets a long text.</summary>
internal static partial class QuoteMarks
{
    private const int Longest = 400;

    public static bool IsQuotedLine(string line) => line is ['>', ..] or [' ', '>', ' ', ..];

    /// <summary>Such as -----原始邮件-----: all below is quoted.</summary>
    public static bool IsSeparator(string line) =>
        line.Length <= Longest && line.AsSpan().TrimStart() is ['-' or '_' or '=' or '—' or '*', ..] && SeparatorLine().IsMatch(line);

    /// <summary>A line of dashes or underscores only.</summary>
    public static bool IsRule(string line) => line.Length <= Longest && line.Trim() is { Length: >= 5 } rule && rule.All(letter => letter is '-' or '_' or '=' or '—' or '*');

    /// <summary>Whether a line may begin an introduction; cheap, for it is asked of every line.</summary>
    public static bool MayIntroduce(string line) => line.Length <= Longest && IntroductionStart().IsMatch(line);

    /// <summary>Whether a line ends as introductions do; asked before any pattern is tried.</summary>
    public static bool EndsInColon(string line) => line.AsSpan().TrimEnd() is [.., ':' or '：'];

    /// <summary>Such as "On 3 May, X wrote:" or 在2024年1月1日，某某写道：</summary>
    public static bool Introduces(string text) => text.Length <= Longest && IntroductionEnd().IsMatch(text) && text.Any(char.IsAsciiDigit);

    /// <param name="isFirst">Whether it is a field that begins such a block: the sender's, or the date's as Hotmail has it.</param>
    public static bool IsHeaderField(string line, out bool isFirst)
    {
        var match = line.Length <= 4 * Longest && line.AsSpan().ContainsAny(':', '：') ? HeaderField().Match(line) : Match.Empty;
        isFirst = match.Success && match.Groups["first"].Success;
        return match.Success;
    }

    /// <summary>What a program adds below a letter of its own accord.</summary>
    public static bool IsProgramsLine(string line) => line.Length <= 120 && ProgramsLine().IsMatch(line);

    /// <summary>Two dashes: the delimiter of signatures since Usenet.</summary>
    public static bool IsSignatureRule(string line) => line.TrimEnd() == "--";

    [GeneratedRegex(@"^\s*[-_=—*]{2,}\s*(?:原始邮件|邮件原件|原邮件|原始郵件|原始信件|转发邮件信息|转发的邮件|转发邮件|轉寄郵件|回复的原邮件|original message|forwarded message|begin forwarded message|reply message|ursprüngliche nachricht|message d'origine|mensaje original|исходное сообщение)\s*[-_=—*]*\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SeparatorLine();

    [GeneratedRegex(@"^\s*(?:on\b|le\b|am\b|el\b|em\b|op\b|den\b|在|于|從|从|\d|(?:mon|tue|wed|thu|fri|sat|sun)\w*,|[""“<]|\S+@|\w[^:：]{0,60}(?:于|在)\s*\d|.{0,300}(?:写道|寫道|wrote)\s*[:：])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IntroductionStart();

    [GeneratedRegex(@"(?:\bwrote|\bwrites|写道|寫道|写到|的邮件内容|a écrit|\bschrieb\b.{0,120}|\bescribió|\bescreveu|написал(?:а|\(а\))?|\bот\b.{1,120}|\d{1,2}:\d\d\b[^:：]{0,60}<[^<>\s]+@[^<>\s]+>)\s*[:：]\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IntroductionEnd();

    [GeneratedRegex(@"^\s*[*【]?\s*(?:(?<first>from|date|sent|von|de|发\s?件\s?人|寄\s?件\s?人|寄件者|发送者|发自|発信者)|to|cc|subject|reply-to|an|betreff|gesendet|datum|收\s?件\s?人|收件者|抄\s?送(?:人)?|副本|主\s?题|主旨|主題|发送时间|发送日期|发件时间|日\s?期|时\s?间|寄件日期|傳送時間)\s*[*】]?\s*[:：]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HeaderField();

    [GeneratedRegex(@"^\s*(?:[-—_=]{0,6}\s*)?(?:(?:发自|来自|發自|由|从|通过)\s*(?:我的|网易|QQ|新浪|126|163|139|搜狐|阿里|钉钉|华为|小米|荣耀|iPhone|iPad|Windows|Outlook|Foxmail|Android|手机).{0,40}|从我的.{1,20}(?:发送|发出)|发送自.{1,30}|(?:获取|下载)\s*Outlook.{0,40}|网易邮箱(?:大师)?.{0,20}|.{0,20}邮箱大师(?:定制)?|sent (?:from|with|via|using)\b.{0,80}|get outlook for .{1,40}|отправлено с .{1,30}|envoyé de(?:puis)? .{1,30}|von meinem .{1,30} gesendet)\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ProgramsLine();
}

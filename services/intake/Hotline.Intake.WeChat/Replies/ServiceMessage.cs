using System.Text;
using Hotline.Intake.Messages;
using Hotline.Intake.Replies;
using Hotline.Intake.WeChat.Platform;

namespace Hotline.Intake.WeChat.Replies;

/// <summary>A customer-service message 客服消息 as the platform takes it. Pure.</summary>
internal static class ServiceMessage
{
    /// <summary>What one message takes; the same as of a passive reply.</summary>
    private const int MostBytes = WeChatReply.MostBytes;

    /// <summary>What is said, in as many messages as it needs.</summary>
    public static IReadOnlyList<string> TextsOf(OutgoingReply reply) =>
        Split(reply.Text.Contains(reply.Number, StringComparison.Ordinal) ? reply.Text : $"诉求{reply.Number}的答复：\n{reply.Text}");

    public static string JsonOf(string openid, string text) =>
        $$$"""{"touser":{{{RawJson.Quote(openid)}}},"msgtype":"text","text":{"content":{{{RawJson.Quote(text)}}}}}""";

    /// <summary>Pieces that each fit, broken at a line or a sentence where one ends in the second half.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var pieces = new List<string>();
        var piece = new StringBuilder();
        var (bytes, end) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > MostBytes)
            {
                var rest = end > 0 ? piece.ToString(end, piece.Length - end) : "";
                piece.Length -= rest.Length;
                pieces.Add(piece.ToString());
                piece.Clear().Append(rest);
                (bytes, end) = (Encoding.UTF8.GetByteCount(rest), 0);
            }

            piece.Append(rune);
            bytes += rune.Utf8SequenceLength;
            end = bytes > MostBytes / 2 && rune.Value is '\n' or '。' or '！' or '？' or '；' ? piece.Length : end;
        }

        pieces.Add(piece.ToString());
        return pieces;
    }
}

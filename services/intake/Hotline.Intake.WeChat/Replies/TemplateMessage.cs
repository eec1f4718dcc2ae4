using System.Globalization;
using Hotline.Contracts;
using Hotline.Intake.Replies;
using Hotline.Intake.WeChat.Platform;

namespace Hotline.Intake.WeChat.Replies;

/// <summary>A template message 模板消息 as the platform takes it. Pure.</summary>
internal static class TemplateMessage
{
    private const int MostOfOthers = 200;

    /// <summary>The template of a kind of reply; null when none is configured for it.</summary>
    public static WeChatTemplate? Of(WeChatOptions options, string kind) =>
        options.Templates.TryGetValue(kind, out var own) ? own : options.Templates.TryGetValue("default", out var common) ? common : null;

    public static string JsonOf(WeChatTemplate template, OutgoingReply reply, string openid)
    {
        var fields = template.Fields.Select(field => $$"""{{RawJson.Quote(field.Key)}}:{"value":{{RawJson.Quote(ValueOf(field.Key, Fill(field.Value, reply)))}}}""");
        var url = template.Url.Length > 0 ? $",\"url\":{RawJson.Quote(template.Url.Replace("{number}", reply.Number, StringComparison.Ordinal))}" : "";
        return $"{{\"touser\":{RawJson.Quote(openid)},\"template_id\":{RawJson.Quote(template.Id)},\"client_msg_id\":{RawJson.Quote(reply.Id)}{url},\"data\":{{{string.Join(',', fields)}}}}}";
    }

    /// <summary>Cut to what a field of this kind takes, by characters; the platform refuses the whole message else.</summary>
    public static string ValueOf(string field, string value)
    {
        var line = value.ReplaceLineEndings(" ").Trim();
        var most = field.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') switch
        {
            "thing" or "const" => 20,
            "character_string" => 32,
            "phone_number" => 17,
            "car_number" => 8,
            _ => MostOfOthers,
        };
        return line.EnumerateRunes().Count() <= most ? line : string.Concat(line.EnumerateRunes().Take(most - 1)) + "…";
    }

    private static string Fill(string words, OutgoingReply reply) => words
        .Replace("{number}", reply.Number, StringComparison.Ordinal)
        .Replace("{state}", AppealProgress.TitleOf(reply.Appeal.State), StringComparison.Ordinal)
        .Replace("{time}", OfficeTime.At(reply.Reply?.At ?? reply.Delivery.QueuedAt).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{title}", reply.Appeal.State.Appeal.Title, StringComparison.Ordinal)
        .Replace("{text}", reply.Text, StringComparison.Ordinal);
}

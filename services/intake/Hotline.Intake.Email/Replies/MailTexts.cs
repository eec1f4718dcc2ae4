using Hotline.Intake.Replies;

namespace Hotline.Intake.Email.Replies;

/// <summary>What stands in messages to citizens. Pure.</summary>
internal static class MailTexts
{
    public static string Of(OutgoingReply reply) => reply.Reply is null
        ? $"""
            您好：

            您的来信已收到并登记。

            诉求编号：{reply.Number}
            提取码：{reply.Code}

            凭编号和提取码可以查询办理进度。如需补充，请直接回复本邮件，并保留主题中的编号。
            同一天内的其他来信同样会登记办理，但不再自动回复。

            本邮件由系统自动发送。如情况紧急、危及人身安全，请立即拨打110、119或120。
            """
        : $"""
            您好：

            {reply.Text}

            诉求编号：{reply.Number}
            来信主题：{reply.Appeal.State.Appeal.Title}

            如需补充，请直接回复本邮件，并保留主题中的编号；也可以拨打12345。
            """;
}

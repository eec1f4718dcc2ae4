using Hotline.Contracts;
using Hotline.Intake.Replies;
using Hotline.Intake.WeChat.Platform;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat.Replies;

/// <summary>
/// Replies by WeChat: a customer-service message within 48 hours of what the citizen last sent, a template message after. The platform knows better than
/// we when he last did something, so its refusal of the one leads to the other.
/// </summary>
internal sealed class WeChatReplySender(WeChatApi api, IOptions<WeChatOptions> options, TimeProvider time) : IReplySender
{
    private const string Service = "service-message";
    private const string Template = "template";
    private const string Uses = "openid";
    private const int MostPieces = 10;

    /// <summary>Less than the platform's 48 hours, for clocks and the way there.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(48) - TimeSpan.FromMinutes(5);

    /// <summary>The platform drops a second message of the same client_msg_id for ten minutes.</summary>
    private static readonly SendingWay ByTemplate = new(Template, Uses) { RepeatFor = TimeSpan.FromMinutes(9) };

    /// <summary>Nobody can ask the platform whether it sent one, and it sends a second.</summary>
    private static readonly SendingWay ByServiceMessage = new(Service, Uses);

    public string? Closed => api.IsOpen ? null : $"{WeChatOptions.Section}:AppSecret";

    public bool Carries(Appeal appeal, string kind) => ReplyKinds.GoToCitizen(kind) && appeal.Reach.Contains(Channels.WeChat.Name);

    public ValueTask<SendingPlan> PlanAsync(OutgoingReply reply, CancellationToken cancellation) => new(
        reply.Contact?.Sender is null ? new SendOutcome.Refused("没有可发送的微信用户。")
        : time.GetUtcNow() - reply.Appeal.State.LastHeardAt > Window && TemplateMessage.Of(options.Value, reply.Delivery.Kind) is not null ? ByTemplate
        : (SendingPlan)ByServiceMessage);

    public async ValueTask<SendOutcome> SendAsync(OutgoingReply reply, string way, CancellationToken cancellation)
    {
        var openid = reply.Contact!.Sender!;
        if (way != Template)
        {
            return await SendTextsAsync(reply, openid, cancellation);
        }

        if (TemplateMessage.Of(options.Value, reply.Delivery.Kind) is not { } template)
        {
            return NoTemplate(reply);
        }

        try
        {
            var answer = await api.PostAsync("cgi-bin/message/template/send", TemplateMessage.JsonOf(template, reply, openid), cancellation);
            return new SendOutcome.Sent(answer.Msgid is { } id ? id.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        }
        catch (PlatformException failure)
        {
            return OutcomeOf(failure);
        }
    }

    private async ValueTask<SendOutcome> SendTextsAsync(OutgoingReply reply, string openid, CancellationToken cancellation)
    {
        var texts = ServiceMessage.TextsOf(reply);
        if (texts.Count > MostPieces)
        {
            return new SendOutcome.Refused("答复过长，微信发送不下，请另行告知。");
        }

        for (var piece = 0; piece < texts.Count; piece++)
        {
            try
            {
                await api.PostAsync("cgi-bin/message/custom/send", ServiceMessage.JsonOf(openid, texts[piece]), cancellation);
            }
            catch (PlatformException failure) when (piece > 0)
            {
                // The beginning is with him; to begin again would tell it twice.
                return new SendOutcome.Refused($"分{texts.Count}条发送，前{piece}条已送出，其余未能送出（{failure.Message}）。");
            }
            catch (PlatformException failure) when (failure.Errcode is 45015 or 45047 or 48001 && TemplateMessage.Of(options.Value, reply.Delivery.Kind) is not null)
            {
                return new SendOutcome.ByOtherWay(ByTemplate);
            }
            catch (PlatformException failure) when (failure.Errcode is 45015 or 45047)
            {
                return NoTemplate(reply);
            }
            catch (PlatformException failure)
            {
                return OutcomeOf(failure);
            }
        }

        return new SendOutcome.Sent();
    }

    private static SendOutcome.Refused NoTemplate(OutgoingReply reply) =>
        new($"已超过48小时或20条，微信不再接受客服消息；没有配置模板消息：{WeChatOptions.Section}:Templates:{reply.Delivery.Kind}。");

    private SendOutcome OutcomeOf(PlatformException failure) => failure switch
    {
        { MayHaveActed: true } => new SendOutcome.Unknown("微信没有回答。"),
        { Errcode: 43004 } => new SendOutcome.Refused("用户已取消关注公众号（43004）。"),
        { Errcode: 43101 } => new SendOutcome.Refused("用户拒收消息（43101）。"),
        { Errcode: 40003 } => new SendOutcome.Refused("微信不认识这个用户（40003）。"),
        { Errcode: 40037 or 47003 } => new SendOutcome.Refused($"模板编号或字段不对（{failure.Errcode}），请核对 {WeChatOptions.Section}:Templates。"),
        { Errcode: 45009 } => new SendOutcome.Away("公众号今日的调用次数已用完（45009）。", ForAll: true, UntilTomorrow()),
        { Errcode: 45011 } => new SendOutcome.Away("调用过于频繁（45011）。", ForAll: true, TimeSpan.FromMinutes(1)),
        { Errcode: -1 } => new SendOutcome.Away("微信系统繁忙（-1）。"),
        { Trouble: PlatformTrouble.NotListed } => new SendOutcome.Away("本服务器的地址不在公众号的 IP 白名单中（40164）。", ForAll: true, TimeSpan.FromMinutes(10)),
        { Errcode: 48001 } => new SendOutcome.Away("公众号没有发送这种消息的权限（48001）。", Pause: TimeSpan.FromMinutes(10)), // of this kind only: the others go on
        { Trouble: PlatformTrouble.NotAllowed } => new SendOutcome.Away($"AppId 或 {WeChatOptions.Section}:AppSecret 不对，或公众号没有此接口的权限（{failure.Message}）。", ForAll: true, TimeSpan.FromMinutes(10)),
        { Trouble: PlatformTrouble.TokenSpent } => new SendOutcome.Away("微信不认可它刚发的令牌。", ForAll: true, TimeSpan.FromMinutes(1)),
        { Errcode: 0 } => new SendOutcome.Away($"微信连接不上（{failure.Message}）。", ForAll: true),
        _ => new SendOutcome.Refused($"微信不接受这条消息（{failure.Errcode}）。"),
    };

    private TimeSpan UntilTomorrow()
    {
        var now = OfficeTime.At(time.GetUtcNow());
        return new DateTimeOffset(now.Date.AddDays(1), OfficeTime.Offset) + TimeSpan.FromMinutes(5) - now;
    }
}

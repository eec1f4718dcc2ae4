using System.Globalization;
using System.Text;
using Hotline.Hosting;
using Hotline.Intake.Messages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Partners.Weibo;

/// <summary>
/// The address set on Weibo's fans' service: WeChat's handshake with the appsecret in place of the token. The platform signs time and nonce, not the body;
/// the address must therefore be https.
/// </summary>
internal sealed class WeiboReceiver(
    [FromKeyedServices(PartnersChannel.Name)] AppealIntake intake, WeiboDesk desk, IOptions<PartnersOptions> options, TimeProvider time)
{
    private const int MostBytes = 256 * 1024;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);
    private static readonly string[] Signed = ["signature", "timestamp", "nonce"];

    /// <summary>The platform verifies the address when it is set.</summary>
    public IResult Verify(HttpContext http) => Find(http, out _) is { } refusal ? refusal
        : http.Request.Query["echostr"] is [{ Length: > 0 } echo] ? TypedResults.Text(echo)
        : Problems.Invalid(new FieldError("echostr", "缺少 echostr。"));

    public async Task<IResult> ReceiveAsync(HttpContext http)
    {
        if (Find(http, out var partner) is { } refusal)
        {
            return refusal;
        }

        // The body is not signed: an address out of somebody's log must not serve for ever.
        if (!IsFresh(http.Request.Query["timestamp"].ToString()))
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, "时间戳与服务器相差过大。", "请校准时钟后重新推送。");
        }

        using var entry = intake.Balance.Enter(partner!.Source);
        using var body = await RequestBytes.ReadAsync(http.Request, MostBytes, http.RequestAborted);
        var json = body.Content.Span.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{', ..];
        var original = new Original(body.Content, json ? "application/json" : "text/xml");
        var fields = WeChatReader.Read(body.Content);
        if (fields is null || WeiboMessage.Read(fields, json, body.Content.Span) is not { } message)
        {
            await intake.KeepForReviewAsync(partner.Name, original, "不是可识别的微博消息。", http.RequestAborted);
            return Problems.Of(StatusCodes.Status400BadRequest, "不是可识别的微博消息，原文已保存待人工核查。", "请核对推送格式：JSON，或微信格式的 XML。");
        }

        var reply = await desk.AnswerAsync(partner, message, original, http.RequestAborted);
        return reply.Length == 0 ? TypedResults.Text("")
            : json ? TypedResults.Text(message.Answer(reply), "application/json", Encoding.UTF8)
            : TypedResults.Text(WeChatReply.Of(fields, reply, time.GetUtcNow(), json: false), "application/xml", Encoding.UTF8);
    }

    /// <summary>Weibo writes seconds or milliseconds.</summary>
    private bool IsFresh(string timestamp) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var told)
        && Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - (told > 100_000_000_000 ? told / 1000 : told)) <= Tolerance.TotalSeconds;

    /// <returns>The answer to one who is not the platform; null when it is.</returns>
    private ProblemHttpResult? Find(HttpContext http, out SignedSender? partner)
    {
        var name = (string)http.Request.RouteValues["partner"]!;
        var query = http.Request.Query;
        partner = options.Value.Senders(PartnerProtocol.Weibo).FirstOrDefault(known => known.Name == name);
        if (partner is null)
        {
            return Problems.NotFound("没有这个微博账号。", "请核对地址。");
        }

        if (partner.Key.Length == 0)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "这个微博账号尚未配置。", $"请管理员在 {PartnersOptions.Section}:Partners 中设置它的 Key（appsecret）。");
        }

        var missing = Signed.Where(field => query[field] is not [{ Length: > 0 and <= 200 }]).ToList();
        return missing.Count > 0 ? Problems.Invalid(missing.Select(field => new FieldError(field, "缺少这个参数，或不止一个。")))
            : WeChatSignature.Matches(query["signature"], partner.Key, query["timestamp"].ToString(), query["nonce"].ToString()) ? null
            : Problems.Of(StatusCodes.Status401Unauthorized, "签名不对。", "请核对平台上的 appsecret 与配置是否一致。");
    }
}

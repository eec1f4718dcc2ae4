using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Hotline.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Hotline.Gateway.Partners;

/// <summary>The partner who asks, and the role his request has with the services.</summary>
internal sealed record PartnerFeature(GatewayPartnerOptions Partner, StaffUser User);

/// <summary>What stands before every route: who asks, how much he has left, whether he may, and that the request is of the plain kind these routes know.</summary>
internal sealed partial class PartnerDoor
{
    /// <summary>The header the knowledge base's partners use too.</summary>
    public const string KeyHeader = "Hotline-Partner-Key";

    private readonly (byte[] Hash, GatewayPartnerOptions Partner, PartnerQuota Quota)[] _partners;

    public PartnerDoor(IOptions<PartnerGatewayOptions> options, Organization organization, TimeProvider time, ILogger<PartnerDoor> logger)
    {
        foreach (var partner in options.Value.Partners)
        {
            if (partner.Key is not { Length: > 0 })
            {
                LogClosed(logger, partner.Name, PartnerGatewayOptions.Section);
            }

            if (partner.Unit is { } unit && organization.Unit(unit) is null)
            {
                throw new InvalidOperationException($"{PartnerGatewayOptions.Section}:Partners: {partner.Name} stands for the unit {unit}, which the organization file does not have.");
            }
        }

        _partners = [.. options.Value.Partners
            .Where(static partner => partner.Key is { Length: > 0 })
            .Select(partner => (HashOf(partner.Key), partner, new PartnerQuota(partner.PerMinute, partner.PerDay, time)))];
    }

    /// <summary>The route, behind the door.</summary>
    public RequestDelegate Guard(PartnerRoute route, RequestDelegate next) => async http =>
    {
        if (LetIn(http, route) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
        }
        else
        {
            await next(http);
        }
    };

    private ProblemHttpResult? LetIn(HttpContext http, PartnerRoute route)
    {
        var (_, partner, quota) = Find(http.Request.Headers[KeyHeader]);
        if (partner is null)
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, "没有合作单位的密钥，或密钥不对。", $"请在请求头 {KeyHeader} 中带上热线发给贵方的密钥；遗失或泄露的请向热线重新申请。");
        }

        var left = quota.Take();
        http.Response.Headers["RateLimit-Policy"] = quota.Policy;
        http.Response.Headers["RateLimit"] = left.Header;
        if (!left.Granted)
        {
            http.Response.Headers.RetryAfter = left.RetryAfter.ToString(CultureInfo.InvariantCulture);
            return Problems.Of(StatusCodes.Status429TooManyRequests, left.OfDay == 0 ? "今天的用量已满。" : "本分钟的用量已满。", "请按 Retry-After 给出的秒数后重试；如需提高用量请与热线联系。");
        }

        if (!partner.Rights.Contains(route.Right))
        {
            return Problems.Forbidden($"贵方没有“{route.RightTitle}”的权限。", "如业务需要，请向热线申请开通。");
        }

        http.Features.Set(new PartnerFeature(partner, partner.ToUser(route.Role)));
        return RefuseForm(http);
    }

    /// <summary>What these routes do not know is refused here: a query or an odd path could reach another address of a service than was meant, an upgrade a way without our token, a body that nobody reads the disk.</summary>
    private static ProblemHttpResult? RefuseForm(HttpContext http)
    {
        var request = http.Request;
        return request.QueryString.HasValue ? Problems.Of(StatusCodes.Status400BadRequest, "这个地址不接受查询参数。", "请去掉问号及其后的内容。")
            : http.WebSockets.IsWebSocketRequest || request.Headers.Upgrade.Count > 0 || http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
                ? Problems.Of(StatusCodes.Status400BadRequest, "这个地址不接受协议升级。", "请用普通的 HTTP 请求访问。")
            : HttpMethods.IsGet(request.Method) && (request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0)
                ? Problems.Of(StatusCodes.Status400BadRequest, "读取时不应带内容。", "请去掉请求体。")
            : request.RouteValues.Values.Any(static value => value is not string text || !PlainId().IsMatch(text)) ? Problems.NotFound("没有这个编号。", "请核对编号。")
            : null;
    }

    /// <summary>Every key is compared, in the same time whichever it is.</summary>
    private (byte[] Hash, GatewayPartnerOptions? Partner, PartnerQuota Quota) Find(string? key)
    {
        var (given, found) = (HashOf(key ?? ""), -1);
        for (var at = 0; at < _partners.Length; at++)
        {
            found = CryptographicOperations.FixedTimeEquals(_partners[at].Hash, given) ? at : found;
        }

        return found < 0 ? ([], null, null!) : _partners[found];
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    [GeneratedRegex(@"^(?!\.{1,2}\z)[A-Za-z0-9._-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainId();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The partner {Partner} is closed: its Key in {Section}:Partners is not set")]
    private static partial void LogClosed(ILogger logger, string partner, string section);
}

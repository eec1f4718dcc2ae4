using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Hotline.Hosting;
using Hotline.Intake.Replies;

namespace Hotline.Intake.Phone.Sms;

/// <summary>A provider over HTTP: a signed JSON post. 2xx is taken; a repeat of an id is answered like the first and not sent again.</summary>
internal sealed class HttpSmsSender : ISmsSender, IDisposable
{
    private const string ContentType = "application/json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly SmsOptions _options;
    private readonly TimeProvider _time;
    private readonly OutsideSystem _provider;
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // numbers go to the provider and nowhere else
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // the rule has the time-out
    };

    public HttpSmsSender(SmsOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _provider = new OutsideSystem(new OutsideCallRule(Patience, Rests: true), time);
    }

    public string? Missing => _options.Key.Length == 0 ? $"{SmsOptions.Section}:Key" : null;

    public async ValueTask<SendOutcome> SendAsync(SmsMessage message, CancellationToken cancellation)
    {
        var body = SmsJson.Bytes(message);
        try
        {
            return await _provider.CallAsync(async token =>
            {
                using var request = RequestOf(body);
                using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                var code = (int)answer.StatusCode;
                return answer.StatusCode switch
                {
                    >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new SendOutcome.Sent(),
                    HttpStatusCode.TooManyRequests => new SendOutcome.Away("短信平台请稍后再发（429）。", ForAll: true, Asked(answer)),
                    HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or < HttpStatusCode.BadRequest =>
                        new SendOutcome.Away($"短信平台不接受请求（{code}），请核对 {SmsOptions.Section}。", ForAll: true, TimeSpan.FromMinutes(10)),
                    >= HttpStatusCode.InternalServerError => throw new HttpRequestException($"status {code}"),
                    _ => (SendOutcome)new SendOutcome.Refused($"短信平台拒收（{code}）。"),
                };
            }, cancellation);
        }
        catch (OutsideAwayException away)
        {
            return away.MayHaveActed ? new SendOutcome.Unknown("短信平台没有回答。") : new SendOutcome.Away("短信平台连接不上。", ForAll: true);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage RequestOf(byte[] body)
    {
        var signature = RequestSignature.Of(
            _options.Key, _options.Name, _time.GetUtcNow().ToUnixTimeSeconds(), RandomNumberGenerator.GetHexString(32, lowercase: true), "POST", _options.Url!.PathAndQuery, ContentType, body);
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        request.Headers.TryAddWithoutValidation(RequestSignature.Header, signature);
        return request;
    }

    private TimeSpan Asked(HttpResponseMessage answer)
    {
        var asked = answer.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - _time.GetUtcNow() : null;
        return asked is { } told && told > TimeSpan.Zero && told < TimeSpan.FromDays(1) ? told : TimeSpan.FromMinutes(1);
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Intake.Calls;

namespace Hotline.Hosting;

/// <summary>
/// A platform over HTTP, every request signed by <see cref="RequestSignature"/> under one shared key:
/// <list type="bullet">
/// <item><c>PUT {Url}/{call}</c> with an <see cref="OutgoingCall"/>: 2xx, it has the call and rings once before <c>notAfter</c>. The same id again is answered like the first time
/// and rings nobody. 4xx, it will not; 429 and 503, not now.</item>
/// <item><c>GET {Url}/{call}</c>: 200 with a <see cref="CallReport"/>; 404, no such call; 405 or 501, it cannot be asked.</item>
/// <item>It posts a <see cref="CallReport"/> to the path in the order once the call has ended, and again until it gets a 2xx or a 4xx.</item>
/// </list>
/// </summary>
public sealed class HttpCallPlatform : ICallPlatform, IDisposable
{
    private const string ContentType = "application/json";
    private const int MostBytes = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly CallOptions _options;
    private readonly TimeProvider _time;
    private readonly OutsideSystem _placing;
    private readonly OutsideSystem _asking;
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // numbers go to the platform and nowhere else
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // the rule has the time-out
        MaxResponseContentBufferSize = MostBytes,
    };

    public HttpCallPlatform(CallOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _placing = new OutsideSystem(new OutsideCallRule(Patience, Rests: true), time); // never told again at once: it is asked first
        _asking = new OutsideSystem(new OutsideCallRule(Patience, Retries: 2, Pause: TimeSpan.FromMilliseconds(500), Rests: true), time);
    }

    public string? Missing => _options.Key.Length == 0 ? $"{CallOptions.Section}:Key" : null;

    public TimeSpan AskEvery => TimeSpan.FromMinutes(_options.AskMinutes);

    public async ValueTask<CallPlacement> PlaceAsync(OutgoingCall call, CancellationToken cancellation)
    {
        var body = CallPlatformJson.Bytes(call);
        try
        {
            return await _placing.CallAsync(async token =>
            {
                using var request = RequestOf(HttpMethod.Put, call.Call, body);
                using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                return answer.StatusCode switch
                {
                    >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => (CallPlacement)new CallPlacement.Taken(),
                    HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new CallPlacement.Away($"外呼平台请稍后再试（{(int)answer.StatusCode}）。", Asked(answer)),
                    HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or < HttpStatusCode.BadRequest =>
                        new CallPlacement.Away($"外呼平台不接受请求（{(int)answer.StatusCode}），请核对 {CallOptions.Section}。", TimeSpan.FromMinutes(10)),
                    >= HttpStatusCode.InternalServerError => throw new HttpRequestException($"status {(int)answer.StatusCode}"),
                    _ => new CallPlacement.Refused($"外呼平台拒绝呼叫（{(int)answer.StatusCode}）。"),
                };
            }, cancellation);
        }
        catch (OutsideAwayException away)
        {
            return away.MayHaveActed ? new CallPlacement.Unsure("外呼平台没有回答。") : new CallPlacement.Away("外呼平台连接不上。");
        }
    }

    public async ValueTask<CallKnowledge> AskAsync(string call, CancellationToken cancellation)
    {
        try
        {
            return await _asking.CallAsync(async token =>
            {
                using var request = RequestOf(HttpMethod.Get, call, []);
                using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, token);
                return answer.StatusCode switch
                {
                    HttpStatusCode.OK => Read(await answer.Content.ReadAsByteArrayAsync(token)),
                    HttpStatusCode.NotFound => new CallKnowledge.NotThere(),
                    HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented => new CallKnowledge.CannotSay(),
                    _ => new CallKnowledge.Away($"外呼平台没有说明（{(int)answer.StatusCode}）。", Asked(answer)),
                };
            }, cancellation);
        }
        catch (OutsideAwayException)
        {
            return new CallKnowledge.Away("外呼平台没有回答。");
        }
    }

    public void Dispose() => _http.Dispose();

    private static CallKnowledge Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, CallPlatformJson.Default.CallReport) is { } report
                ? new CallKnowledge.Known(report)
                : new CallKnowledge.Away("外呼平台的回答是空的。");
        }
        catch (JsonException)
        {
            return new CallKnowledge.Away("外呼平台的回答无法读取。");
        }
    }

    private HttpRequestMessage RequestOf(HttpMethod method, string call, byte[] body)
    {
        var address = new Uri($"{_options.Url!.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{call}{_options.Url.Query}");
        var request = new HttpRequestMessage(method, address);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        }

        var signature = RequestSignature.Of(
            _options.Key,
            _options.Name,
            _time.GetUtcNow().ToUnixTimeSeconds(),
            RandomNumberGenerator.GetHexString(32, lowercase: true),
            method.Method,
            address.PathAndQuery,
            body.Length > 0 ? ContentType : "",
            body);
        request.Headers.TryAddWithoutValidation(RequestSignature.Header, signature);
        return request;
    }

    private TimeSpan? Asked(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter is { } header && (header.Delta ?? header.Date - _time.GetUtcNow()) is { } told && told > TimeSpan.Zero && told < TimeSpan.FromDays(1) ? told : null;
}

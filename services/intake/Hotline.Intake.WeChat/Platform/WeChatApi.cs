using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Hotline.Intake.WeChat.Platform;

/// <summary>
/// Calls of the platform's interface. Each bears the account's token; when the platform holds that for spent it is fetched anew, once, and the
/// call made again.
/// </summary>
internal sealed class WeChatApi : IDisposable
{
    private const int MostJson = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly WeChatOptions _options;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _pipeline;
    private readonly AccessToken _token;

    public WeChatApi(IOptions<WeChatOptions> options, TimeProvider time)
    {
        _options = options.Value;
        var address = _options.ApiBase.AbsoluteUri;
        _http = new HttpClient(NewHandler()) { BaseAddress = new Uri(address.EndsWith('/') ? address : address + "/"), Timeout = Timeout.InfiniteTimeSpan }; // the pipeline has the time-out
        _pipeline = NewPipeline(time);
        _token = new AccessToken(FetchTokenAsync, time);
    }

    /// <summary>Whether there is a secret to call with.</summary>
    public bool IsOpen => _options.AppSecret.Length > 0;

    /// <summary>How whoever calls the platform or what it points to bears with it: a cut line is tried again at once, a stalled one is not.</summary>
    public static ResiliencePipeline NewPipeline(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(500),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>().Handle<IOException>(),
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            FailureRatio = 0.9,
            MinimumThroughput = 12,
            SamplingDuration = TimeSpan.FromSeconds(60),
            BreakDuration = TimeSpan.FromSeconds(30),
            ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>().Handle<IOException>().Handle<TimeoutRejectedException>(),
        })
        .AddTimeout(Patience)
        .Build();

    public static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false, // the token goes to the platform and nowhere else
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        MaxResponseHeadersLength = 32,
    };

    /// <param name="make">The request to the token; called again for each try.</param>
    /// <param name="most">The largest body taken, bytes.</param>
    /// <returns>The body, and its media type as the platform says it.</returns>
    /// <exception cref="PlatformException">The platform would not, or was not reached.</exception>
    public async Task<(byte[] Body, string? MediaType)> CallAsync(Func<string, HttpRequestMessage> make, int most, CancellationToken cancellation)
    {
        var token = await _token.GetAsync(cancellation);
        var answer = await SendAsync(_http, _pipeline, () => make(token), most, cancellation);
        if (Trouble(answer.Body) is not { Trouble: PlatformTrouble.TokenSpent })
        {
            return Trouble(answer.Body) is { } trouble ? throw trouble : answer;
        }

        token = await _token.RenewAsync(token, cancellation);
        answer = await SendAsync(_http, _pipeline, () => make(token), most, cancellation);
        return Trouble(answer.Body) is { } again ? throw again : answer;
    }

    /// <summary>Sends through a pipeline and reads the body, however it comes, up to a size.</summary>
    public static async Task<(byte[] Body, string? MediaType)> SendAsync(
        HttpClient http, ResiliencePipeline pipeline, Func<HttpRequestMessage> make, int most, CancellationToken cancellation)
    {
        try
        {
            return await pipeline.ExecuteAsync(
                async token =>
                {
                    using var request = make();
                    using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                    return answer.StatusCode switch
                    {
                        HttpStatusCode.OK => (await ReadAsync(answer.Content, most, token), answer.Content.Headers.ContentType?.MediaType),
                        >= HttpStatusCode.InternalServerError => throw new HttpRequestException($"status {(int)answer.StatusCode}"),
                        var status => throw new PlatformException(PlatformTrouble.Away, $"status {(int)status}"),
                    };
                },
                cancellation);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException)
        {
            throw new PlatformException(PlatformTrouble.Away, failure.GetType().Name, failure); // its own message may quote an address
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _token.Dispose();
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int most, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > most)
        {
            throw new PlatformException(PlatformTrouble.TooLarge, "The answer is too large.");
        }

        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var body = new MemoryStream((int)(content.Headers.ContentLength ?? 0));
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellation) is var read and > 0)
        {
            if (body.Length + read > most)
            {
                throw new PlatformException(PlatformTrouble.TooLarge, "The answer is too large.");
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static PlatformException? Trouble(byte[] body) =>
        body is [(byte)'{', ..] && body.Length <= MostJson && PlatformAnswer.Read(body) is { Errcode: not 0 and var code } ? PlatformException.Of(code) : null;

    private async Task<PlatformAnswer> FetchTokenAsync(bool force, CancellationToken cancellation)
    {
        var (body, _) = await SendAsync(_http, _pipeline, () => TokenRequestOf(force), MostJson, cancellation);
        return PlatformAnswer.Read(body) ?? throw new PlatformException(PlatformTrouble.Away, "The answer for a token is none.");
    }

    private HttpRequestMessage TokenRequestOf(bool force) => _options.StableToken
        ? new HttpRequestMessage(HttpMethod.Post, new Uri("cgi-bin/stable_token", UriKind.Relative))
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(
                new TokenRequest("client_credential", _options.AppId, _options.AppSecret, force), PlatformJson.Default.TokenRequest))
            {
                Headers = { { "Content-Type", "application/json" } },
            },
        }
        : new HttpRequestMessage(HttpMethod.Get, new Uri(
            $"cgi-bin/token?grant_type=client_credential&appid={Uri.EscapeDataString(_options.AppId)}&secret={Uri.EscapeDataString(_options.AppSecret)}", UriKind.Relative));
}

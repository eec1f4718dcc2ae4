using System.Net;
using System.Text;
using System.Text.Json;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat.Platform;

/// <summary>
/// Calls of the platform's interface. Each bears the account's token; when the platform holds that for spent it is fetched anew, once, and the
/// call made again.
/// </summary>
internal sealed class WeChatApi : IDisposable
{
    private const int MostJson = 64 * 1024;
    private readonly WeChatOptions _options;
    private readonly HttpClient _http;
    private readonly OutsideSystem _platform;
    private readonly OutsideSystem _acting;
    private readonly AccessToken _token;

    public WeChatApi(IOptions<WeChatOptions> options, TimeProvider time)
    {
        _options = options.Value;
        var address = _options.ApiBase.AbsoluteUri;
        _http = new HttpClient(NewHandler()) { BaseAddress = new Uri(address.EndsWith('/') ? address : address + "/"), Timeout = Timeout.InfiniteTimeSpan }; // the rule has the time-out
        _platform = new OutsideSystem(Rule, time);
        _acting = new OutsideSystem(Rule with { Retries = 0 }, time);
        _token = new AccessToken(FetchTokenAsync, time);
    }

    /// <summary>Whether there is a secret to call with.</summary>
    public bool IsOpen => _options.AppSecret.Length > 0;

    /// <summary>How the platform is called, and what it points to.</summary>
    public static OutsideCallRule Rule { get; } = new(Patience: TimeSpan.FromSeconds(20), Retries: 1, Pause: TimeSpan.FromMilliseconds(500), Rests: true);

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
        var answer = await SendAsync(_http, _platform, () => make(token), most, cancellation);
        if (Trouble(answer.Body) is not { Trouble: PlatformTrouble.TokenSpent })
        {
            return Trouble(answer.Body) is { } trouble ? throw trouble : answer;
        }

        token = await _token.RenewAsync(token, cancellation);
        answer = await SendAsync(_http, _platform, () => make(token), most, cancellation);
        return Trouble(answer.Body) is { } again ? throw again : answer;
    }

    /// <summary>Makes a call that has an effect: never again by itself, but for a token that was spent, with which it had none.</summary>
    /// <param name="path">Below the interface's address.</param>
    /// <exception cref="PlatformException">The platform would not, was not reached, or fell silent: then <see cref="PlatformException.MayHaveActed"/>.</exception>
    public async Task<ActionAnswer> PostAsync(string path, string json, CancellationToken cancellation)
    {
        var token = await TokenAsync(_token.GetAsync(cancellation));
        for (var again = false; ; again = true)
        {
            var (body, _) = await SendAsync(_http, _acting, () => Request(token), MostJson, cancellation);
            if (ActionAnswer.Read(body) is not { Errcode: { } code } answer)
            {
                throw new PlatformException(PlatformTrouble.Away, "The answer is none.") { MayHaveActed = true };
            }

            if (code == 0)
            {
                return answer;
            }

            var trouble = PlatformException.Of(code);
            token = trouble.Trouble is PlatformTrouble.TokenSpent && !again ? await TokenAsync(_token.RenewAsync(token, cancellation)) : throw trouble;
        }

        HttpRequestMessage Request(string bearer) => new(HttpMethod.Post, new Uri($"{path}?access_token={Uri.EscapeDataString(bearer)}", UriKind.Relative))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { { "Content-Type", "application/json; charset=utf-8" } } },
        };
    }

    /// <summary>Sends to a system outside and reads the body, however it comes, up to a size.</summary>
    public static async Task<(byte[] Body, string? MediaType)> SendAsync(
        HttpClient http, OutsideSystem outside, Func<HttpRequestMessage> make, int most, CancellationToken cancellation)
    {
        try
        {
            return await outside.CallAsync(
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
        catch (OutsideAwayException away)
        {
            throw new PlatformException(PlatformTrouble.Away, away.Message, away) { MayHaveActed = away.MayHaveActed };
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _token.Dispose();
    }

    /// <summary>Without a token nothing was asked for yet.</summary>
    private static async Task<string> TokenAsync(Task<string> fetching)
    {
        try
        {
            return await fetching;
        }
        catch (PlatformException none)
        {
            throw new PlatformException(none.Trouble, none.Message, none) { Errcode = none.Errcode };
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int most, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > most)
        {
            throw new PlatformException(PlatformTrouble.TooLarge, "The answer is too large.") { MayHaveActed = true };
        }

        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var body = new MemoryStream((int)(content.Headers.ContentLength ?? 0));
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellation) is var read and > 0)
        {
            if (body.Length + read > most)
            {
                throw new PlatformException(PlatformTrouble.TooLarge, "The answer is too large.") { MayHaveActed = true };
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static PlatformException? Trouble(byte[] body) =>
        body is [(byte)'{', ..] && body.Length <= MostJson && PlatformAnswer.Read(body) is { Errcode: not 0 and var code } ? PlatformException.Of(code) : null;

    private async Task<PlatformAnswer> FetchTokenAsync(bool force, CancellationToken cancellation)
    {
        var (body, _) = await SendAsync(_http, _platform, () => TokenRequestOf(force), MostJson, cancellation);
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

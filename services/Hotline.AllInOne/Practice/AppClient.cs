using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Hotline.AllInOne.Practice;

/// <summary>A citizen's app for practice and tests, over HTTP as the real one would.</summary>
/// <param name="prefix">The channel's: all that devices prove speak alike.</param>
public sealed class AppClient(HttpClient http, PracticeDevice device, string prefix = "/intake/app") : IDisposable
{
    public PracticeDevice Device => device;

    /// <summary>Registers the device and keeps its token.</summary>
    public async Task RegisterAsync(CancellationToken cancellation = default)
    {
        device.Token = null;
        using var answer = await SendAsync(HttpMethod.Post, "/devices", Json($$"""{"jwk":{{device.Jwk}}}"""), null, null, cancellation);
        answer.EnsureSuccessStatusCode();
        device.Token = (await ReadAsync(answer, cancellation))["access_token"]!.GetValue<string>();
    }

    public Task<HttpResponseMessage> SubmitAsync(HttpContent content, string idempotencyKey, CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Post, "/appeals", content, idempotencyKey, null, cancellation);

    /// <param name="kind">supplements, urges or withdrawals.</param>
    public Task<HttpResponseMessage> AddAsync(string kind, string number, string code, HttpContent content, string idempotencyKey, CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Post, $"/appeals/{number}/{kind}", content, idempotencyKey, code, cancellation);

    public async Task<HttpResponseMessage> TrackAsync(string number, string code, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{prefix}/appeals/{number}");
        request.Headers.Add("Hotline-Code", code);
        return await http.SendAsync(request, cancellation);
    }

    /// <summary>Asks as this device: a proof is for the path, without its query.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellation = default)
    {
        var address = new Uri(http.BaseAddress!, prefix + path);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("DPoP", device.Prove("GET", address));
        request.Headers.Authorization = device.Token is { } token ? new AuthenticationHeaderValue("DPoP", token) : null;
        return await http.SendAsync(request, cancellation);
    }

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation = default) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation)) ?? throw new InvalidDataException("The answer is null.");

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public void Dispose()
    {
        device.Dispose();
        http.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent content, string? idempotencyKey, string? code, CancellationToken cancellation)
    {
        var address = new Uri(http.BaseAddress!, prefix + path);
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Add("DPoP", device.Prove(method.Method, address));
        if (device.Token is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        if (code is not null)
        {
            request.Headers.Add("Hotline-Code", code);
        }

        return await http.SendAsync(request, cancellation);
    }
}

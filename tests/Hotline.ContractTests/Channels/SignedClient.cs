using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.Hosting;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>Another site's back end: signs each request with the key it shares.</summary>
internal sealed class SignedClient(HttpClient http, string name, string key, TimeProvider time)
{
    private int _nonces;

    public HttpRequestMessage Sign(HttpMethod method, string path, string? json = null, TimeSpan late = default, string? nonce = null)
    {
        var body = json is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        var signature = RequestSignature.Of(
            key, name, (time.GetUtcNow() - late).ToUnixTimeSeconds(), nonce ?? $"nonce{Interlocked.Increment(ref _nonces):D20}", method.Method, path, body is null ? "" : "application/json",
            json is null ? [] : Encoding.UTF8.GetBytes(json));
        var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.TryAddWithoutValidation(RequestSignature.Header, signature);
        return request;
    }

    public async Task<(int Status, JsonNode Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = Sign(method, path, json);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("{", text, StringComparison.Ordinal);
        return ((int)answer.StatusCode, JsonNode.Parse(text)!);
    }
}

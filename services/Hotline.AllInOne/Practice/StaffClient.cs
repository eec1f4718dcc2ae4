using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Hotline.AllInOne.Practice;

/// <summary>The staff API for practice and tests: each call in the name of one account.</summary>
/// <param name="tokens">Bearer tokens by account.</param>
public sealed class StaffClient(HttpClient http, IReadOnlyDictionary<string, string> tokens)
{
    public string TokenOf(string account) => tokens[account];

    public async Task<HttpResponseMessage> SendAsync(string account, HttpMethod method, string path, JsonObject? body = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(account));
        if (body is not null)
        {
            request.Content = AppClient.Json(body.ToJsonString());
        }

        return await http.SendAsync(request, cancellation);
    }

    /// <exception cref="HttpRequestException">The answer is an error; the message holds what it says.</exception>
    public async Task<JsonNode> CallAsync(string account, HttpMethod method, string path, JsonObject? body = null, CancellationToken cancellation = default)
    {
        using var answer = await SendAsync(account, method, path, body, cancellation);
        return answer.IsSuccessStatusCode
            ? await AppClient.ReadAsync(answer, cancellation)
            : throw new HttpRequestException($"{account}: {method} {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}", null, answer.StatusCode);
    }

    public Task<JsonNode> PostAsync(string account, string path, JsonObject body, CancellationToken cancellation = default) =>
        CallAsync(account, HttpMethod.Post, path, body, cancellation);

    /// <summary>Attaches a photo to a unit's part of an order.</summary>
    /// <exception cref="HttpRequestException">As of <see cref="CallAsync"/>.</exception>
    public async Task<JsonNode> AttachAsync(string account, string path, string kind, string name, byte[] photo, CancellationToken cancellation = default)
    {
        using var form = new MultipartFormDataContent { { new StringContent(kind), "kind" }, { new ByteArrayContent(photo), "file", name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form, Headers = { Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(account)) } };
        using var answer = await http.SendAsync(request, cancellation);
        return answer.IsSuccessStatusCode
            ? await AppClient.ReadAsync(answer, cancellation)
            : throw new HttpRequestException($"{account}: {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}", null, answer.StatusCode);
    }

    /// <summary>The work order of a number, as soon as there is one.</summary>
    public async Task<JsonNode> WorkOrderAsync(string account, string number, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            using var answer = await SendAsync(account, HttpMethod.Get, $"/work-orders/{number}", null, cancellation);
            if (answer.IsSuccessStatusCode)
            {
                return await AppClient.ReadAsync(answer, cancellation);
            }

            if (answer.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway))
            {
                answer.EnsureSuccessStatusCode();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
        }
    }
}

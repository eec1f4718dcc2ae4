using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hotline.Hosting;

namespace Hotline.Desk.Api;

/// <summary>Why a service said no: problem details (RFC 9457) as ours have them.</summary>
/// <param name="Errors">By field, zh-CN.</param>
internal sealed record ApiProblem(int Status, string? Detail = null, string? Remedy = null, Dictionary<string, string[]>? Errors = null)
{
    /// <summary>What to show: each wrong field with its message, else the whole on top.</summary>
    public IReadOnlyList<FieldError> ToErrors() => Errors is { Count: > 0 } errors
        ? [.. errors.SelectMany(static field => field.Value.Select(message => new FieldError(field.Key, message)))]
        : [new("", $"{Detail ?? "没有成功。"}{Remedy}")];
}

/// <summary>What a service answered: a value, or why there is none; neither where it has nothing to say but yes.</summary>
internal sealed record ApiAnswer<T>(T? Value, ApiProblem? Problem)
    where T : class;

/// <summary>
/// The other services' API, asked with the rights of whoever is signed in: they decide, the pages show. All goes through the one client given here, which
/// is where another way of invocation would be put in.
/// </summary>
/// <param name="client">Where it answers.</param>
internal sealed class ServiceApi(Lazy<HttpClient> client, StaffTokens tokens, EdgeToken edge, TimeProvider time)
{
    /// <summary>A token for one request lives no longer than the request may take.</summary>
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(2);
    private readonly OutsideSystem _reading = new(new OutsideCallRule(TimeSpan.FromSeconds(10), Retries: 2, TimeSpan.FromMilliseconds(100)), time);
    private readonly OutsideSystem _writing = new(new OutsideCallRule(TimeSpan.FromSeconds(20)), time);
    private string? _visitor;

    /// <summary>The same for whoever has this address: what he asks for through a page counts against his own limit, not against that of all pages.</summary>
    public ServiceApi For(string visitor)
    {
        var own = (ServiceApi)MemberwiseClone();
        own._visitor = visitor;
        return own;
    }

    public ValueTask<ApiAnswer<T>> GetAsync<T>(StaffUser user, string path, JsonTypeInfo<T> json, CancellationToken cancellation)
        where T : class =>
        CallAsync(_reading, () => NewRequest(user, HttpMethod.Get, path), json, cancellation);

    /// <param name="version">The version the user saw: a later one is not changed. Null where there is none.</param>
    /// <param name="key">The sender's own id of what is sent, so that it counts once however often it is sent. Null where the version guards it.</param>
    public ValueTask<ApiAnswer<T>> PostAsync<TBody, T>(
        StaffUser user, string path, TBody body, JsonTypeInfo<TBody> bodyJson, JsonTypeInfo<T> json, CancellationToken cancellation, int? version = null, string? key = null)
        where T : class =>
        CallAsync(
            _writing,
            () =>
            {
                var request = NewRequest(user, HttpMethod.Post, path);
                request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyJson)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                if (version is { } seen)
                {
                    request.Headers.TryAddWithoutValidation("If-Match", $"\"{seen}\"");
                }

                if (key is not null)
                {
                    request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
                }

                return request;
            },
            json,
            cancellation);

    /// <summary>Passes files on, with the fields that stand before them.</summary>
    public ValueTask<ApiAnswer<T>> PostFilesAsync<T>(
        StaffUser user, string path, IEnumerable<KeyValuePair<string, string>> fields, IReadOnlyList<UploadedFile> files, JsonTypeInfo<T> json, CancellationToken cancellation)
        where T : class =>
        CallAsync(
            _writing,
            () =>
            {
                var request = NewRequest(user, HttpMethod.Post, path);
                var form = new MultipartFormDataContent();
                foreach (var (name, value) in fields)
                {
                    form.Add(new StringContent(value), name);
                }

                foreach (var file in files)
                {
                    form.Add(new ReadOnlyMemoryContent(file.Content), "file", file.File.Name.Length > 0 ? file.File.Name : "file");
                }

                request.Content = form;
                return request;
            },
            json,
            cancellation);

    /// <summary>An appeal for whoever shows its query code, without signing in.</summary>
    /// <param name="channel">As its paths have it.</param>
    public ValueTask<ApiAnswer<FollowedAppeal>> FollowAsync(string channel, string number, string code, CancellationToken cancellation) => CallAsync(
        _reading,
        () =>
        {
            var request = NewRequest(HttpMethod.Get, $"/intake/{channel}/appeals/{number}");
            request.Headers.Add("Hotline-Code", code);
            return request;
        },
        ApiJson.Default.FollowedAppeal,
        cancellation);

    /// <summary>An answer to be passed on as it comes: a file, a stream of events. The caller disposes of it.</summary>
    /// <exception cref="OutsideAwayException">The service was not reached.</exception>
    public ValueTask<HttpResponseMessage> OpenAsync(StaffUser user, string path, CancellationToken cancellation) => _reading.CallAsync(
        async ended =>
        {
            using var request = NewRequest(user, HttpMethod.Get, path);
            return await client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended);
        },
        cancellation);

    private static async ValueTask<ApiAnswer<T>> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> json, CancellationToken cancellation)
        where T : class
    {
        if (answer.IsSuccessStatusCode)
        {
            var content = await answer.Content.ReadAsByteArrayAsync(cancellation);
            return new(content.Length == 0 ? null : JsonSerializer.Deserialize(content, json), null);
        }

        var isProblem = answer.Content.Headers.ContentType?.MediaType is "application/problem+json";
        var problem = isProblem ? JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancellation), ApiJson.Default.ApiProblem) : null;
        return new(null, (problem ?? Away) with { Status = (int)answer.StatusCode });
    }

    private async ValueTask<ApiAnswer<T>> CallAsync<T>(OutsideSystem system, Func<HttpRequestMessage> newRequest, JsonTypeInfo<T> json, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await system.CallAsync(
                async ended =>
                {
                    using var request = newRequest();
                    using var answer = await client.Value.SendAsync(request, ended);
                    return await ReadAsync(answer, json, ended);
                },
                cancellation);
        }
        catch (OutsideAwayException)
        {
            return new(null, Away);
        }
    }

    private static ApiProblem Away => new((int)HttpStatusCode.ServiceUnavailable, "这项服务暂时没有应答。", "请稍后再试；已填写的内容仍在页面上。");

    private HttpRequestMessage NewRequest(StaffUser user, HttpMethod method, string path)
    {
        var request = NewRequest(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.IssueBearer(user.Account, TokenLife));
        return request;
    }

    private HttpRequestMessage NewRequest(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(client.Value.BaseAddress!, path));
        if (_visitor is not null)
        {
            var asked = EdgeMiddleware.PathOf(PathString.FromUriComponent(request.RequestUri!), QueryString.FromUriComponent(request.RequestUri!));
            request.Headers.Add(EdgeToken.Header, edge.Issue(null, _visitor, "", method.Method, asked));
        }

        return request;
    }
}

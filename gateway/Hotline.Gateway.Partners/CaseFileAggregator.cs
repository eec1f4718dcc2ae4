using System.Net;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hotline.Hosting;
using Ocelot.Middleware;
using Ocelot.Multiplexer;

namespace Hotline.Gateway.Partners;

/// <summary>
/// Puts the parts of a case file together. Each service shows a partner no more than his own cases, so each part is his to see; a part that is away is
/// named as missing and the others come. Only dispatch can say that there is no such case.
/// </summary>
internal sealed partial class CaseFileAggregator(TimeProvider time, ILogger<CaseFileAggregator> logger) : IDefinedAggregator
{
    public const string Dispatch = "dispatch";
    public const string Knowledge = "knowledge";
    public const string Callback = "callback";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a service had to say.</summary>
    /// <param name="IsAway">It did not answer, or not as it should.</param>
    /// <param name="Content">Its part; null where it has none for this case, or is away.</param>
    private sealed record Part(string Name, bool IsAway, byte[]? Content, HttpContent? Refusal = null);

    public async Task<DownstreamResponse> Aggregate(List<HttpContext> responses)
    {
        var parts = await Task.WhenAll(responses.Select(ReadAsync));
        var refusal = parts.FirstOrDefault(static part => part.Name == Dispatch)?.Refusal;
        return refusal is not null ? Answer(HttpStatusCode.NotFound, refusal)
            : parts.All(static part => part.Content is null) ? Answer(HttpStatusCode.ServiceUnavailable, null) // whether there is such a case nobody can say now; the host says so in words
            : FileOf((string)responses[0].Request.RouteValues["number"]!, parts);
    }

    private async Task<Part> ReadAsync(HttpContext http)
    {
        var name = http.Items.DownstreamRoute().Key;
        if (http.Items.Errors() is [var error, ..])
        {
            LogAway(logger, name, error.Code.ToString());
            return new(name, IsAway: true, null);
        }

        var response = http.Items.DownstreamResponse();
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                var content = await response.Content.ReadAsByteArrayAsync(http.RequestAborted);
                if (IsObject(content))
                {
                    return new(name, IsAway: false, content);
                }

                LogAway(logger, name, "not JSON");
                return new(name, IsAway: true, null);
            case HttpStatusCode.NotFound:
                return new(name, IsAway: false, null, response.Content);
            default:
                LogAway(logger, name, response.StatusCode.ToString());
                return new(name, IsAway: true, null);
        }
    }

    private static bool IsObject(byte[] content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false; // said by the caller
        }
    }

    private DownstreamResponse FileOf(string number, IReadOnlyList<Part> parts)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Json))
        {
            json.WriteStartObject();
            json.WriteString("number", number);
            json.WriteString("at", time.GetUtcNow());
            foreach (var part in parts)
            {
                json.WritePropertyName(part.Name);
                if (part.Content is { } content)
                {
                    json.WriteRawValue(content, skipInputValidation: true); // read as JSON before
                }
                else
                {
                    json.WriteNullValue();
                }
            }

            json.WriteStartArray("missing");
            foreach (var part in parts.Where(static part => part.IsAway))
            {
                json.WriteStringValue(part.Name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Answer(HttpStatusCode.OK, new ByteArrayContent(stream.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } });
    }

    private static DownstreamResponse Answer(HttpStatusCode status, HttpContent? content) => new(content, status, new List<Header>(), null);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The part {Part} of a case file is away: {Why}")]
    private static partial void LogAway(ILogger logger, string part, string why);
}

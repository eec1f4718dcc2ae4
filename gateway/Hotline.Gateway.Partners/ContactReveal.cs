using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Gateway.Partners;

/// <summary>Where dispatch says a contact lies.</summary>
internal sealed record FoundContact(string Channel, Guid ContactRef);

/// <summary>
/// Has a contact shown to a partner: dispatch says whether the case is his and where the contact lies, the channel's service puts his name and reason on
/// record and shows it in the same commit. Two steps in a row, which no aggregate of Ocelot's can do.
/// </summary>
internal sealed class ContactReveal : IDisposable
{
    private const int MostBytes = 4096;
    private const int MostOfAnswer = 64 * 1024;

    private readonly HttpClient _http;
    private readonly Func<string, string?> _addressOf;

    public ContactReveal(IHttpContextAccessor accessor, EdgeToken token, IOptions<PartnerGatewayOptions> options, Func<string, string?> addressOf)
    {
        _addressOf = addressOf;
        _http = new HttpClient(new EdgeTokenHandler(accessor, token)
        {
            InnerHandler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = ImpatientInvokerPool.Idle },
        })
        { Timeout = TimeSpan.FromSeconds(options.Value.PartSeconds), MaxResponseContentBufferSize = MostOfAnswer };
    }

    public async Task RevealAsync(HttpContext http)
    {
        using var body = await RequestBytes.ReadAsync(http.Request, MostBytes, http.RequestAborted);
        try
        {
            using var found = await _http.GetAsync(AddressOf("dispatch", $"/dispatch/cases/{http.Request.RouteValues["number"]}/contact"), http.RequestAborted);
            if (found.StatusCode != HttpStatusCode.OK)
            {
                await PassOnAsync(found, http);
                return;
            }

            var contact = JsonSerializer.Deserialize(await found.Content.ReadAsByteArrayAsync(http.RequestAborted), ContactJson.Default.FoundContact)!;
            var service = ServiceTable.OfChannel(contact.Channel);
            using var reason = new ByteArrayContent(body.Content.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var shown = await _http.PostAsync(AddressOf(service.Name, $"{service.Prefixes[0]}/contacts/{contact.ContactRef:D}/reveal"), reason, http.RequestAborted);
            await PassOnAsync(shown, http);
        }
        catch (HttpRequestException)
        {
            await GatewayAnswers.Away(StatusCodes.Status502BadGateway).ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            await GatewayAnswers.Away(StatusCodes.Status504GatewayTimeout).ExecuteAsync(http);
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task PassOnAsync(HttpResponseMessage answer, HttpContext http)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await http.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync(http.RequestAborted), http.RequestAborted);
    }

    private Uri AddressOf(string service, string path) =>
        new(PartnerRoutes.PlacesOf(service, _addressOf)[0], path);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FoundContact))]
internal sealed partial class ContactJson : JsonSerializerContext;

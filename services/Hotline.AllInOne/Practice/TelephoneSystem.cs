using System.Text;
using System.Text.Json.Nodes;
using Hotline.Intake.Phone.Calls;

namespace Hotline.AllInOne.Practice;

/// <summary>An office's telephone system for practice and tests: tells of calls, signed.</summary>
public sealed class TelephoneSystem(HttpClient http, string secret, TimeProvider time)
{
    /// <param name="event">As the interface describes it; its time is now when it has none.</param>
    public async Task<HttpResponseMessage> TellAsync(JsonObject @event, CancellationToken cancellation = default)
    {
        @event["at"] ??= time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        var body = @event.ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/phone/call-events") { Content = AppClient.Json(body) };
        request.Headers.TryAddWithoutValidation(CallSignature.Header, CallSignature.Of(secret, time.GetUtcNow().ToUnixTimeSeconds(), Encoding.UTF8.GetBytes(body)));
        return await http.SendAsync(request, cancellation);
    }
}

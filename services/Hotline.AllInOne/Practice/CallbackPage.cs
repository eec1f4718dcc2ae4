using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hotline.AllInOne.Practice;

/// <summary>A citizen's browser for practice and tests: opens the link he was sent and answers.</summary>
public sealed partial class CallbackPage(HttpClient http)
{
    /// <summary>Waits for the link among the replies, answers that it was solved, and waits until the order is closed; one he is not asked about is closed by itself.</summary>
    /// <returns>What tracking shows then.</returns>
    public async Task<JsonNode> AnswerAsync(AppClient citizen, string number, string code, TimeProvider time, CancellationToken cancellation)
    {
        var answered = false;
        while (true)
        {
            using var answer = await citizen.TrackAsync(number, code, cancellation);
            var track = await AppClient.ReadAsync(answer, cancellation);
            if (track["state"]?.GetValue<string>() == "closed")
            {
                return track;
            }

            if (!answered && LinkIn(track) is { } link)
            {
                using var page = await SendAsync(link, number, [new("contacted", "yes"), new("solved", "yes"), new("satisfied", "satisfied")], cancellation);
                page.EnsureSuccessStatusCode();
                answered = true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
        }
    }

    /// <summary>Sends the form of one order.</summary>
    /// <param name="link">The path of the page.</param>
    public async Task<HttpResponseMessage> SendAsync(string link, string number, IEnumerable<KeyValuePair<string, string>> answers, CancellationToken cancellation = default)
    {
        using var form = new FormUrlEncodedContent([new("number", number), .. answers]);
        return await http.PostAsync(new Uri(link, UriKind.Relative), form, cancellation);
    }

    /// <summary>The path of the latest link he was sent; null when there is none yet.</summary>
    public static string? LinkIn(JsonNode track) =>
        track["replies"]!.AsArray().LastOrDefault(static reply => reply!["kind"]!.GetValue<string>() == "callback") is { } reply
            ? Link().Match(reply["text"]!.GetValue<string>()).Value
            : null;

    [GeneratedRegex("/callbacks/answer/[A-Za-z0-9_-]+")]
    private static partial Regex Link();
}

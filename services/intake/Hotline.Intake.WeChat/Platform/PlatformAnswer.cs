using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hotline.Intake.WeChat.Platform;

/// <summary>What the platform says in JSON, whichever call it answers.</summary>
/// <param name="ExpiresIn">Seconds the token is good for.</param>
/// <param name="Errcode">0 when all is well.</param>
/// <param name="VideoUrl">Where a video is to be had in place of its bytes.</param>
public sealed record PlatformAnswer(string? AccessToken = null, int ExpiresIn = 0, int Errcode = 0, string? VideoUrl = null)
{
    /// <returns>Null when the bytes are no JSON object of the kind.</returns>
    public static PlatformAnswer? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, PlatformJson.Default.PlatformAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a token is asked for with.</summary>
/// <param name="ForceRefresh">Kills the token in use; the platform allows it twenty times a day, half a minute apart.</param>
public sealed record TokenRequest(string GrantType, string Appid, string Secret, bool ForceRefresh);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PlatformAnswer))]
[JsonSerializable(typeof(TokenRequest))]
internal sealed partial class PlatformJson : JsonSerializerContext;

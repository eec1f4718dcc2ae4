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

/// <summary>What the platform says to a call that has an effect.</summary>
/// <param name="Errcode">0 when it was done; null when the answer does not say, which is no answer.</param>
/// <param name="Msgid">Under which it will tell what became of a template message; null for others.</param>
public sealed record ActionAnswer(int? Errcode = null, long? Msgid = null)
{
    /// <returns>Null when the bytes are no JSON object of the kind.</returns>
    public static ActionAnswer? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, PlatformJson.Default.ActionAnswer);
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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(PlatformAnswer))]
[JsonSerializable(typeof(ActionAnswer))]
[JsonSerializable(typeof(TokenRequest))]
internal sealed partial class PlatformJson : JsonSerializerContext;

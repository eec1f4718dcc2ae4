using System.Text.Json;
using System.Text.Json.Serialization;
using Hotline.Intake.Replies;

namespace Hotline.Intake.Phone.Sms;

/// <summary>A text message.</summary>
/// <param name="Id">The same for a repeat: the provider drops the second.</param>
/// <param name="Phone">A mobile number of 11 digits.</param>
/// <param name="Text">With the signature.</param>
public sealed record SmsMessage(string Id, string Phone, string Text);

/// <summary>Who carries text messages.</summary>
public interface ISmsSender
{
    /// <summary>The option without which nothing is sent; null when all are there.</summary>
    string? Missing { get; }

    /// <summary>Hands a message over, once for each id however often it is called.</summary>
    ValueTask<SendOutcome> SendAsync(SmsMessage message, CancellationToken cancellation);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SmsMessage))]
internal sealed partial class SmsJson : JsonSerializerContext
{
    /// <summary>A message as the provider and the practice folder get it.</summary>
    public static byte[] Bytes(SmsMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, Default.SmsMessage);
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake.Email.Replies;

/// <summary>Which appeal's receipt is a sender's one automatic answer of a day.</summary>
public sealed record AutomaticAnswer(Guid AppealId, DateTimeOffset At);

/// <summary>One automatic answer for each sender and day (RFC 3834): whatever answers us by itself gets no second one. Senders are kept as keyed hashes.</summary>
internal sealed class AutomaticAnswers(IDocumentStores stores, IIdSource ids, byte[] key, TimeProvider time)
{
    private readonly IDocumentStore<AutomaticAnswer> _answers = stores.Open(new DocumentType<AutomaticAnswer>(
        EmailChannel.Name, "automatic-answers", new FactTypes().Add("answered", AutomaticAnswerJson.Default.AutomaticAnswer), static (_, fact) => (AutomaticAnswer)fact.Data, []));

    /// <summary>Claims today's answer to a sender for an appeal; claimed again for the same appeal it stays its own.</summary>
    /// <param name="address">Lower case.</param>
    public async ValueTask<bool> ClaimAsync(string address, Guid appealId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var sender = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(address)))[..32];
        var document = new NewDocument(ids.Next(), $"{sender}/{OfficeTime.Day(now):yyyy-MM-dd}", [new NewFact(new AutomaticAnswer(appealId, now), now)]);
        return (await _answers.AddOnceAsync(document, cancellation)).Document.State.AppealId == appealId;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AutomaticAnswer))]
internal sealed partial class AutomaticAnswerJson : JsonSerializerContext;

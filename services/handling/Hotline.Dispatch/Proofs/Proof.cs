using System.Text.Json.Serialization;
using Hotline.Contracts;

namespace Hotline.Dispatch.Proofs;

/// <summary>A photo or document 证明材料 was attached to an assignment. A fact of the order that no event tells: what a reply rests on stands in the reply's.</summary>
/// <param name="Proof">1, 2, … within the assignment.</param>
/// <param name="Kind">One of <see cref="ProofKinds"/>.</param>
/// <param name="Blob">Where its sealed bytes lie, a <see cref="Ports.BlobRef"/>.</param>
public sealed record ProofAdded(Guid Id, string Number, int Assignment, int Proof, DateTimeOffset At, string By, string Kind, Attachment File, string Blob);

/// <summary>It was attached by mistake: no later reply rests on it. Replies that did keep it.</summary>
public sealed record ProofRemoved(Guid Id, string Number, int Assignment, int Proof, DateTimeOffset At, string By);

/// <summary>A proof as it stands.</summary>
public sealed record Proof(int Number, string Kind, Attachment File, string Blob, DateTimeOffset At, string By)
{
    public bool Removed { get; init; }
}

/// <summary>JSON of these facts as they are stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProofAdded))]
[JsonSerializable(typeof(ProofRemoved))]
internal sealed partial class ProofJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Hotline.Desk.Api;

/// <summary>What a search found, best first.</summary>
internal sealed record FoundArticles(IReadOnlyList<FoundArticle> Items);

/// <param name="Words">What of the question led to it.</param>
internal sealed record FoundArticle(string Code, int Version, string Title, string Head, string UnitName, IReadOnlyList<string> Words);

/// <summary>An article as everybody may read it, in force.</summary>
internal sealed record PublicArticle(
    string Code, int Version, string Title, string Text, string Basis, string UnitName, DateOnly? ValidFrom = null, DateOnly? ValidTo = null, DateTimeOffset? PublishedAt = null);

/// <summary>The same with what is for the hotline and its owner.</summary>
internal sealed record WholeArticle(string Code, IReadOnlyList<WholeVersion> Versions);

internal sealed record WholeVersion(int Version, WholeContent Content);

internal sealed record WholeContent(string? InternalText = null);

/// <summary>What the knowledge base had for an appeal when it came.</summary>
internal sealed record ProposedArticles(IReadOnlyList<ProposedArticle> Items);

internal sealed record ProposedArticle(string Code, int Version, string Title, IReadOnlyList<string> Words);

internal sealed record HelpedBody(bool Helped);

internal sealed record HelpedDone(bool Helped, bool First);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FoundArticles))]
[JsonSerializable(typeof(PublicArticle))]
[JsonSerializable(typeof(WholeArticle))]
[JsonSerializable(typeof(ProposedArticles))]
[JsonSerializable(typeof(HelpedBody))]
[JsonSerializable(typeof(HelpedDone))]
internal sealed partial class KnowledgeApiJson : JsonSerializerContext;

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.ContractTests.Documents;

/// <summary>The document of the store's contract: text, tags it is found by, and how often it changed.</summary>
public sealed record Memo(string Text, ImmutableList<string> Tags, int Changes)
{
    /// <summary>Found by its tags and, all together, under <c>all</c>.</summary>
    public static DocumentType<Memo> TypeFor(string service, string name = "memos", bool knowsChanges = true)
    {
        var facts = new FactTypes().Add("hotline.contract.memo-written.v1", MemoJson.Default.MemoWritten);
        return new(
            service,
            name,
            knowsChanges ? facts.Add("hotline.contract.memo-changed.v1", MemoJson.Default.MemoChanged) : facts,
            static (state, fact) => fact.Data switch
            {
                MemoWritten written => new Memo(written.Text, [.. written.Tags], 0),
                MemoChanged changed => state! with { Text = changed.Text ?? state.Text, Tags = changed.Tags is null ? state.Tags : [.. changed.Tags], Changes = state.Changes + 1 },
                _ => state!,
            },
            [new("tag", static memo => memo.Tags), new("all", static _ => ["all"])]);
    }

    public static NewDocument New(IIdSource ids, string key, string text = "文字", params string[] tags) =>
        new(ids.Next(), key, [new NewFact(new MemoWritten(text, tags), TimeProvider.System.GetUtcNow())]);
}

public sealed record MemoWritten(string Text, IReadOnlyList<string> Tags);

public sealed record MemoChanged(string? Text = null, IReadOnlyList<string>? Tags = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MemoWritten))]
[JsonSerializable(typeof(MemoChanged))]
internal sealed partial class MemoJson : JsonSerializerContext;

namespace Hotline.Contracts;

/// <summary>A version of a knowledge article 知识条目 is what everybody reads from now on; the one before no longer holds. Never with internal text.</summary>
/// <param name="Id">The article's.</param>
/// <param name="Code">What everybody calls it by.</param>
/// <param name="Version">1 or more; greater than any published before.</param>
/// <param name="Text">What citizens read.</param>
/// <param name="Basis">The law, rule or notice it rests on 依据.</param>
/// <param name="ValidFrom">The first day it holds, in the office's time; null for always.</param>
/// <param name="ValidTo">The last day it holds; null without end.</param>
public sealed record ArticlePublished(
    Guid Id, string Code, int Version, DateTimeOffset At, string Title, string Text, string Basis, DateOnly? ValidFrom = null, DateOnly? ValidTo = null);

/// <summary>The published version of an article was taken down 撤下, and no other took its place.</summary>
public sealed record ArticleWithdrawn(Guid Id, string Code, int Version, DateTimeOffset At);

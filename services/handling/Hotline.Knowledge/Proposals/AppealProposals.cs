using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Knowledge.Proposals;

/// <summary>An article that may answer an appeal.</summary>
/// <param name="Version">That was published when the appeal came.</param>
/// <param name="Words">What of the appeal led to it.</param>
public sealed record ArticleProposal(string Code, int Version, string Title, double Score, IReadOnlyList<string> Words);

/// <summary>What the knowledge base had for an appeal when it came, best first; perhaps nothing.</summary>
/// <param name="Id">The appeal's.</param>
public sealed record ArticlesProposed(Guid Id, string Number, DateTimeOffset At, IReadOnlyList<ArticleProposal> Items);

/// <summary>The proposals for one appeal, kept so that it can be seen later what the agent had before him.</summary>
public sealed record AppealProposals(ArticlesProposed Proposed)
{
    public static readonly DocumentType<AppealProposals> Type = new(
        KnowledgeService.Name,
        "proposals",
        new FactTypes()
            .Add("proposed", KnowledgeJson.Default.ArticlesProposed)
            .Add(EventTypes.AnswerProposed, HotlineJson.Default.AnswerProposed),
        static (state, fact) => fact.Data switch
        {
            AnswerProposed answer => state! with { Answer = answer },
            _ => state ?? new AppealProposals((ArticlesProposed)fact.Data),
        },
        []);

    /// <summary>What was proposed to dispatch as its answer by rule; null for most.</summary>
    public AnswerProposed? Answer { get; init; }
}

using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Knowledge.Proposals;

/// <summary>Shows the hotline what was proposed for an appeal; units see orders only, and only theirs.</summary>
internal static class ProposalEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/knowledge/proposals/{number}", GetAsync)
        .RequireStaff(Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.Auditor).WithTags("Knowledge");

    private static async Task<Results<Ok<ArticlesProposed>, ProblemHttpResult>> GetAsync(string number, IDocumentStore<AppealProposals> store, CancellationToken cancellation) =>
        AppealNumber.IsValid(number) && await store.FindAsync(number, cancellation) is { } found
            ? TypedResults.Ok(found.State.Proposed)
            : Problems.NotFound("没有这件诉求的知识推荐。", "请核对编号；刚受理的诉求请稍后再看。");
}

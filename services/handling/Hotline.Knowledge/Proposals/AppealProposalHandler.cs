using Hotline.Contracts;
using Hotline.Handling;

namespace Hotline.Knowledge.Proposals;

/// <summary>Looks for articles that answer an appeal as soon as it is received.</summary>
public sealed class AppealProposalHandler(ProposalDesk desk) : IHandle<Appeal>
{
    public async ValueTask HandleAsync(Appeal data, CloudEvent envelope, CancellationToken cancellation) => await desk.ProposeAsync(data, cancellation);
}

using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Knowledge.Articles;
using Hotline.Knowledge.Proposals;
using Hotline.Ports;

namespace Hotline.Knowledge.Orders;

/// <summary>Follows work orders: which may be answered by rule, who was told what on which article, and which answers should become articles.</summary>
public sealed class WorkOrderEventsHandler(IDocumentStore<AnsweredOrder> store, ArticleDesk desk, ProposalDesk proposals, TimeProvider time)
    : IHandle<WorkOrderOpened>, IHandle<WorkOrderAccepted>, IHandle<WorkOrderAnswered>, IHandle<WorkOrderAnswerChanged>,
        IHandle<WorkOrderDispatched>, IHandle<AssignmentChanged>, IHandle<WorkOrderHandled>, IHandle<WorkOrderClosed>
{
    public async ValueTask HandleAsync(WorkOrderOpened data, CloudEvent envelope, CancellationToken cancellation)
    {
        await NoteAsync(
            data.Id,
            new OrderNoted(data.Number, AnsweredOrder.Opened, data.At, data.Appeal.Confidential ? null : data.Appeal.Title, data.Proposal.Nature, Channel: data.Appeal.Channel, Source: data.Appeal.Source),
            cancellation);
        if (data.Proposal.MayAnswer)
        {
            await proposals.ProposeAnswerAsync(data, cancellation); // after dispatch has the order, and not on the appeal's own event, which it may not have read yet
        }
    }

    public ValueTask HandleAsync(WorkOrderAccepted data, CloudEvent envelope, CancellationToken cancellation) =>
        NoteAsync(data.Id, new OrderNoted(data.Number, AnsweredOrder.Accepted, data.At, Nature: data.Nature), cancellation);

    public ValueTask HandleAsync(WorkOrderAnswered data, CloudEvent envelope, CancellationToken cancellation) => NoteAsync(
        data.Id,
        new OrderNoted(data.Number, AnsweredOrder.Answered, data.At, Text: data.Text, Basis: data.Basis, Article: data.Article, Version: data.ArticleVersion),
        cancellation);

    public ValueTask HandleAsync(WorkOrderAnswerChanged data, CloudEvent envelope, CancellationToken cancellation) =>
        NoteAsync(data.Id, new OrderNoted(data.Number, AnsweredOrder.Changed, data.At, Article: data.Article, Version: data.Version), cancellation);

    public ValueTask HandleAsync(WorkOrderDispatched data, CloudEvent envelope, CancellationToken cancellation) => NoteAsync(
        data.Id, new OrderNoted(data.Number, AnsweredOrder.Dispatched, data.At, Assignment: data.Assignment, Parent: data.Parent, Unit: data.Unit), cancellation);

    /// <summary>Of what a unit does with its part, only that it gave it back says who may see the order.</summary>
    public ValueTask HandleAsync(AssignmentChanged data, CloudEvent envelope, CancellationToken cancellation) => data.State != AnsweredOrder.Returned
        ? ValueTask.CompletedTask
        : NoteAsync(data.Id, new OrderNoted(data.Number, AnsweredOrder.Returned, data.At, Assignment: data.Assignment), cancellation);

    public ValueTask HandleAsync(WorkOrderHandled data, CloudEvent envelope, CancellationToken cancellation) =>
        NoteAsync(data.Id, new OrderNoted(data.Number, AnsweredOrder.Handled, data.At, Text: data.PublicReply), cancellation);

    public ValueTask HandleAsync(WorkOrderClosed data, CloudEvent envelope, CancellationToken cancellation) =>
        NoteAsync(data.Id, new OrderNoted(data.Number, AnsweredOrder.Closed, data.At, Outcome: data.Outcome), cancellation);

    private async ValueTask NoteAsync(Guid id, OrderNoted fact, CancellationToken cancellation)
    {
        var document = (await store.AddOnceAsync(new NewDocument(id, fact.Number, [new NewFact(fact, fact.At)]), cancellation)).Document;
        while (AnsweredOrder.Apply(document.State, fact) != document.State)
        {
            document = await store.AppendAsync(document, [new NewFact(fact, fact.At)], cancellation)
                ?? await store.GetAsync(id, cancellation)
                ?? throw new InvalidOperationException("A document that was there is gone.");
        }

        if (fact.Step == AnsweredOrder.Closed && document.State.IsWorthADraft)
        {
            await DraftAsync(document.State, cancellation); // after the note: a crash in between has the event handled again
        }
    }

    /// <summary>A draft nobody reads before somebody took it up; its basis and unit are for him to set right.</summary>
    private ValueTask<AddResult<Article>> DraftAsync(AnsweredOrder order, CancellationToken cancellation)
    {
        var title = order.Title!.Length <= ArticleRequest.MostOfTitle ? order.Title : order.Title[..ArticleRequest.MostOfTitle];
        var content = new ArticleContent(
            title, order.Answer!.Text!, Hosting.Unit.Hotline, order.Answer.Basis ?? "工单答复", ["来自工单"], [], [], $"根据工单{order.Number}的答复起草，发布前请核对并删去个人信息。");
        var origin = $"order/{order.Number}";
        return desk.AddAsync("order", order.Number, code => [new ArticleWritten(code, 1, content, Article.ByRules, time.GetUtcNow(), origin)], cancellation);
    }
}

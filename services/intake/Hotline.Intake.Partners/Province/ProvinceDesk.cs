using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Intake.Partners.Province;

/// <summary>The two-way exchange with the province's platform: orders come in by their number, their state is polled, what is not ours goes back with a reason.</summary>
internal sealed class ProvinceDesk(
    [FromKeyedServices(PartnersChannel.Name)] AppealIntake intake,
    [FromKeyedServices(PartnersChannel.Name)] AppealWatch watch,
    [FromKeyedServices(PartnerProtocol.Province)] SignedRequests requests,
    TimeProvider time)
{
    private const int ShortestReason = 4;
    private const int LongestReason = 500;

    /// <summary>The kind of reply that asks the citizen whether it was solved.</summary>
    private const string Asking = "callback";

    /// <summary>An order, an edit of it, or either again.</summary>
    public Task<IResult> ReceiveAsync(HttpContext http) => requests.ReadAsync(http, ProvinceJson.Default.ProvinceOrder, ProvinceNormalizer.Check, async request =>
    {
        var (order, cancellation) = (request.Value, http.RequestAborted);
        var own = OwnOf(order);
        var content = ((OrderPushed)own.Data).Content;
        using var entry = intake.Balance.Enter(request.Sender.Source);
        var draft = ProvinceNormalizer.Normalize(order, request.Sender);
        await intake.FindByKeyAsync(draft.Key, cancellation); // while the store is away nobody can tell an edit from an order: then the province is to push again
        var (receipt, _) = await intake.ReceiveAsync(draft, request.Original, own, cancellation);
        if (!receipt.Repeated)
        {
            return Answer("received", StatusCodes.Status201Created);
        }

        var appeal = (await intake.GetAsync(receipt.Id, cancellation))!;
        if (HasPush(appeal))
        {
            return Answer("repeated", StatusCodes.Status200OK);
        }

        if (appeal.State.WithdrawnAt is not null)
        {
            return Problems.Conflict("这件工单已退回或撤销，修改不再办理。", "请用新的编号重新推送。");
        }

        // Both are once only: a push that was cut off in between is finished by the next.
        appeal = await intake.SupplementAsync(appeal, content, ProvinceNormalizer.EditOf(order), [], request.Original, cancellation);
        await AppendAsync(appeal, own, HasPush, cancellation);
        entry.CorrectTo(EntryOutcome.Supplement);
        watch.Changed(appeal.Id);
        return Answer("supplemented", StatusCodes.Status200OK);

        bool HasPush(Document<ReceivedAppeal> known) => known.State.Own is ProvincePart part && part.Pushes.Any(push => push.Content == content);

        IResult Answer(string outcome, int status) => TypedResults.Json(
            new ProvinceReceipt(order.ForeignId!, receipt.Number, receipt.Code, receipt.ReceivedAt, outcome), ProvinceJson.Default.ProvinceReceipt, statusCode: status);
    });

    public Task<IResult> CancelAsync(HttpContext http) => requests.ReadAsync(http, ProvinceJson.Default.ProvinceCancellation, ProvinceNormalizer.Check, async request =>
    {
        if (await FindAsync(http, request.Sender) is not { } appeal)
        {
            return NoSuchOrder();
        }

        var after = await intake.WithdrawAsync(appeal, "cancellation", SubmissionChecks.Given(request.Value.Reason), request.Original, http.RequestAborted);
        watch.Changed(after.Id);
        return TypedResults.Ok(Show(after.State));
    });

    public Task<IResult> TrackAsync(HttpContext http) =>
        requests.AskAsync(http, async sender => await FindAsync(http, sender) is { } appeal ? TypedResults.Ok(Show(appeal.State)) : NoSuchOrder());

    /// <summary>What came with an order, for the staff.</summary>
    public async Task<IResult> ShowAsync(string number, CancellationToken cancellation)
    {
        if (await intake.FindAsync(number, cancellation) is not { State.Own: ProvincePart part } appeal)
        {
            return NoSuchOrder();
        }

        var files = JsonSerializer.Deserialize(intake.OpenOwn(appeal, appeal.Facts.Last(fact => fact.Data is OrderPushed)), ProvinceJson.Default.IReadOnlyListProvinceFile)!;
        return TypedResults.Ok(new ProvinceOrderView(part.Latest.ForeignId, part.Latest.Deadline, part.Latest.Category, files, part.Returned?.Reason));
    }

    /// <summary>Sends an order back 退回: the platform reads the reason, and the work order ends as withdrawn.</summary>
    public async Task<IResult> ReturnAsync(string number, ProvinceReturn request, HttpContext http, CancellationToken cancellation)
    {
        var reason = TextCleaner.Clean(request.Reason);
        if (reason.Length is < ShortestReason or > LongestReason)
        {
            return Problems.Invalid(new FieldError("reason", $"请写明退回原因，{ShortestReason} 到 {LongestReason} 个字。"));
        }

        if (await intake.FindAsync(number, cancellation) is not { State.Own: ProvincePart part } appeal)
        {
            return NoSuchOrder();
        }

        if (appeal.State.State == "closed" || (appeal.State.WithdrawnAt is not null && part.Returned is null))
        {
            return Problems.Conflict($"这件工单{ProvinceNormalizer.StateOf(appeal.State).Title}，不能退回。", "请核对编号。");
        }

        var by = StaffUser.Of(http.User).Account;
        appeal = await AppendAsync(appeal, new OwnFact(new OrderReturned(by, reason, time.GetUtcNow())), static known => known.State.Own is ProvincePart { Returned: not null }, cancellation);
        var told = ((ProvincePart)appeal.State.Own!).Returned!.Reason;
        appeal = await intake.WithdrawAsync(appeal, "return", $"退回上级平台：{told}", new Original(JsonSerializer.SerializeToUtf8Bytes(request, ProvinceJson.Default.ProvinceReturn), "application/json"), cancellation);
        watch.Changed(appeal.Id);
        return TypedResults.Ok(Show(appeal.State));
    }

    private async ValueTask<Document<ReceivedAppeal>> AppendAsync(Document<ReceivedAppeal> appeal, OwnFact own, Func<Document<ReceivedAppeal>, bool> isThere, CancellationToken cancellation)
    {
        while (!isThere(appeal))
        {
            appeal = await intake.AppendOwnAsync(appeal, own, cancellation)
                ?? await intake.GetAsync(appeal.Id, cancellation)
                ?? throw new InvalidOperationException("An appeal vanished.");
        }

        return appeal;
    }

    private ValueTask<Document<ReceivedAppeal>?> FindAsync(HttpContext http, SignedSender sender) =>
        intake.FindByKeyAsync(SubmittedNormalizer.KeyOf(sender, (string)http.Request.RouteValues["foreignId"]!), http.RequestAborted);

    private static OwnFact OwnOf(ProvinceOrder order)
    {
        var content = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(order, ProvinceJson.Default.ProvinceOrder)));
        return new OwnFact(
            new OrderPushed(order.ForeignId!, content, order.Deadline?.ToUniversalTime(), SubmissionChecks.Given(order.Category)),
            JsonSerializer.SerializeToUtf8Bytes(order.Attachments ?? [], ProvinceJson.Default.IReadOnlyListProvinceFile));
    }

    private static ProvinceStatus Show(ReceivedAppeal appeal)
    {
        var (state, title) = ProvinceNormalizer.StateOf(appeal);
        var part = (ProvincePart)appeal.Own!;
        var latest = appeal.Replies.Where(reply => reply.Kind != Asking).MaxBy(reply => reply.Version); // that one has the citizen's own link
        var changed = new[] { appeal.Appeal.ReceivedAt, latest?.At, appeal.WithdrawnAt, part.Returned?.At, appeal.Supplements.LastOrDefault()?.ReceivedAt }.Max()!.Value;
        return new ProvinceStatus(part.Latest.ForeignId, appeal.Appeal.Number, state, title, appeal.Appeal.ReceivedAt, changed, part.Pushes.Count - 1, latest?.Text, part.Returned?.Reason);
    }

    private static ProblemHttpResult NoSuchOrder() => Problems.NotFound("没有这件工单。", "请核对编号。");
}

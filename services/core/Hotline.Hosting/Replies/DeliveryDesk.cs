using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Intake.Replies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Hosting;

/// <summary>A reply on its way, as staff see it: nothing by which the citizen could be reached.</summary>
/// <param name="Sequence">The place of its appeal in the list; the next page begins after the last one's.</param>
/// <param name="Version">Of the reply; 0 for the receipt.</param>
/// <param name="State">queued, sending, sent, delivered, elsewhere, withheld, failed or settled.</param>
/// <param name="Reason">Why it stands so, in zh-CN.</param>
/// <param name="Tries">Calls made of the platform.</param>
/// <param name="NotBefore">When it is tried next; null for at once, and where nothing is.</param>
public sealed record DeliveryLine(
    long Sequence, string Number, int Version, string Kind, string State, string? Reason, int Tries, DateTimeOffset Since, DateTimeOffset? NotBefore);

/// <summary>What a person did about a reply that could not be delivered.</summary>
/// <param name="Note">2–200 characters; it stays with the appeal.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DeliveryNote(string? Note);

/// <summary>What could not be delivered to citizens, and what a person does about it.</summary>
public static class DeliveryDesk
{
    private const int PageSize = 100;
    private const int ShortestNote = 2;
    private const int LongestNote = 200;
    private static readonly string[] Listed = [.. new[] { DeliveryState.Queued, DeliveryState.Sent, DeliveryState.Failed }.Select(ReplyDelivery.NameOf)];

    /// <summary>Maps the list below a channel's prefix, where the channel carries replies out.</summary>
    public static void MapDeliveries(this IEndpointRouteBuilder channel, ServiceDescription service)
    {
        if (!channel.ServiceProvider.GetRequiredService<IServiceProviderIsKeyedService>().IsKeyedService(typeof(IReplySender), service.Name))
        {
            return; // only asked whether there is one: a sender made now would tell of wrong options before the host does
        }

        channel.MapGet("/deliveries", async Task<Results<Ok<IReadOnlyList<DeliveryLine>>, ProblemHttpResult>> (
            HttpContext http, CancellationToken cancellation, string state = "failed", long after = 0) =>
        {
            if (!Listed.Contains(state))
            {
                return Problems.Invalid(new FieldError("state", $"应为 {string.Join("、", Listed)} 之一。"));
            }

            var sender = SenderOf(http, service);
            var page = await Of(http, service).Replies.PageAsync(state, after, PageSize, cancellation);
            return TypedResults.Ok<IReadOnlyList<DeliveryLine>>([.. from appeal in page
                from delivery in appeal.State.Deliveries
                where IsListed(delivery, state)
                select Show(appeal.Sequence, appeal.State.Appeal.Number, delivery, sender)]);
        }).RequireStaff(Roles.Acceptor, Roles.Auditor);
        channel.MapPost("/deliveries/{number}/{version:int}/again", (string number, int version, DeliveryNote request, HttpContext http, CancellationToken cancellation) =>
            TakeUpAsync(http, service, number, version, request, again: true, cancellation)).RequireStaff(Roles.Acceptor);
        channel.MapPost("/deliveries/{number}/{version:int}/settled", (string number, int version, DeliveryNote request, HttpContext http, CancellationToken cancellation) =>
            TakeUpAsync(http, service, number, version, request, again: false, cancellation)).RequireStaff(Roles.Acceptor);
    }

    private static async Task<Results<Ok<DeliveryLine>, ProblemHttpResult>> TakeUpAsync(
        HttpContext http, ServiceDescription service, string number, int version, DeliveryNote request, bool again, CancellationToken cancellation)
    {
        var note = TextCleaner.Clean(request.Note);
        if (note.Length is < ShortestNote or > LongestNote)
        {
            return Problems.Invalid(new FieldError("note", $"请写明情况，{ShortestNote} 到 {LongestNote} 个字。"));
        }

        var intake = Of(http, service);
        var by = StaffUser.Of(http.User).Account;
        if (await intake.FindAsync(number, cancellation) is not { } appeal
            || await intake.Replies.RecordAsync(appeal.Id, version, (_, now) => new ReplyTakenUp(version, now, by, note, again), cancellation) is not { } taken)
        {
            return Problems.NotFound("没有这条答复的投递记录。", "请从列表中取得编号和版本。");
        }

        if (!taken.Recorded)
        {
            return Problems.Conflict(
                $"这条答复现为 {ReplyDelivery.NameOf(taken.Delivery.State)}，不能{(again ? "重新发送" : "登记为已另行告知")}。",
                again ? "只有未能送达（failed）的可以重新发送；请刷新列表。" : "已送达或正在发送的无需登记；请刷新列表。");
        }

        http.RequestServices.GetRequiredKeyedService<Bell>(service.Name).Ring();
        return TypedResults.Ok(Show(appeal.Sequence, number, taken.Delivery, SenderOf(http, service)));
    }

    private static bool IsListed(ReplyDelivery delivery, string state) =>
        ReplyDelivery.NameOf(delivery.State is DeliveryState.Sending ? DeliveryState.Queued : delivery.State) == state;

    private static DeliveryLine Show(long sequence, string number, ReplyDelivery delivery, IReplySender sender) => new(
        sequence,
        number,
        delivery.Version,
        delivery.Kind,
        ReplyDelivery.NameOf(delivery.State),
        delivery.State is DeliveryState.Queued && sender.Closed is { } missing ? $"尚未配置：{missing}" : delivery.Reason,
        delivery.Tries,
        delivery.Since,
        delivery.NotBefore);

    private static IReplySender SenderOf(HttpContext http, ServiceDescription service) => http.RequestServices.GetRequiredKeyedService<IReplySender>(service.Name);

    private static AppealIntake Of(HttpContext http, ServiceDescription service) => http.RequestServices.GetRequiredKeyedService<AppealIntake>(service.Name);
}

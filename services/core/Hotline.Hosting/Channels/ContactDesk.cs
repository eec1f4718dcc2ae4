using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Hosting;

/// <summary>Asks to see a citizen's contact.</summary>
/// <param name="Reason">Why the identity is needed, 4–200 characters; it goes on record with who and when.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RevealRequest(string? Reason);

/// <summary>A citizen's contact, for the person who asked.</summary>
public sealed record RevealedContact(string? Name, string? Phone, string? Email, string? Address);

/// <summary>Opens a citizen's contact, for a person or partner with the right to and a reason; no service calls this but the partner gateway, for the partner who asked it.</summary>
public static class ContactDesk
{
    private const int ShortestReason = 4;
    private const int LongestReason = 200;

    public static void MapContacts(this IEndpointRouteBuilder channel, ServiceDescription service) =>
        channel.MapPost("/contacts/{contactRef:guid}/reveal", async Task<Results<Ok<RevealedContact>, ProblemHttpResult>> (
            Guid contactRef, RevealRequest request, HttpContext http, CancellationToken cancellation) =>
        {
            var reason = TextCleaner.Clean(request.Reason);
            if (reason.Length is < ShortestReason or > LongestReason)
            {
                return Problems.Invalid(new FieldError("reason", $"请写明查看理由，{ShortestReason} 到 {LongestReason} 个字。"));
            }

            var intake = http.RequestServices.GetRequiredKeyedService<AppealIntake>(service.Name);
            var contact = await intake.RevealContactAsync(contactRef, StaffUser.Of(http.User).Account, reason, cancellation);
            return contact is null
                ? Problems.NotFound("没有这条联系方式。", "请从工单上取得 contactRef；匿名诉求没有联系方式。")
                : TypedResults.Ok(new RevealedContact(contact.Name, contact.Phone, contact.Email, contact.Address));
        }).RequireStaff(Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.PartnerContacts);
}

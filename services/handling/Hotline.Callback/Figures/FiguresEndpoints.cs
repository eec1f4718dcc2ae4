using System.Security.Claims;
using Hotline.Callback.Tasks;
using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Callback.Figures;

/// <summary>A unit that says what the citizen denies.</summary>
/// <param name="Claim">What it says.</param>
public sealed record ContradictingUnit(string Unit, string UnitName, HandlingClaim Claim);

/// <summary>A contradiction 虚假办结.</summary>
/// <param name="Contacted">What the citizen says.</param>
/// <param name="Solved">What the citizen says.</param>
/// <param name="Words">His own words, for the hotline alone.</param>
public sealed record Contradiction(string Number, int Round, DateTimeOffset At, IReadOnlyList<ContradictingUnit> Units, bool? Contacted, bool Solved, string? UnsolvedReason, string? Words);

/// <summary>A page of contradictions.</summary>
/// <param name="Next">What to pass as <c>after</c> for the next page; null at the end.</param>
public sealed record ContradictionPage(IReadOnlyList<Contradiction> Items, long? Next);

/// <summary>What is made of the answers: contradictions, and figures.</summary>
internal static class FiguresEndpoints
{
    private const int UsualLimit = 50;
    private const int MostLimit = 200;
    private const int MostDays = 366;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var callbacks = routes.MapGroup("/callbacks").WithTags("Callbacks");
        callbacks.MapGet("/contradictions", ContradictionsAsync).RequireStaff(Roles.Acceptor, Roles.Auditor, Roles.StationDispatcher);
        callbacks.MapGet("/figures", FiguresAsync).RequireStaff(Roles.CallbackAgent, Roles.Acceptor, Roles.Dispatcher, Roles.Auditor);
    }

    private static async Task<Results<Ok<ContradictionPage>, ProblemHttpResult>> ContradictionsAsync(
        ClaimsPrincipal principal, CallbackDesk desk, CancellationToken cancellation, long after = 0, int limit = UsualLimit)
    {
        if (after < 0 || limit is < 1 or > MostLimit)
        {
            return Problems.Invalid(new FieldError(after < 0 ? "after" : "limit", after < 0 ? "请填写上一页返回的 next；第一页不填。" : $"请填写1到{MostLimit}。"));
        }

        var user = StaffUser.Of(principal);
        var seesAll = user.Roles.Contains(Roles.Acceptor) || user.Roles.Contains(Roles.Auditor);
        var value = seesAll ? CallbackDocument.All : CallbackDocument.UnitValue(user.Unit);
        var found = await desk.Store.QueryAsync(CallbackDocument.ContradictionIndex, value, after, limit, cancellation);
        var items = found.SelectMany(document => document.State.Rounds.Where(document.State.Contradicts).Select(round => Of(document.State, round, seesAll, user.Unit, desk.Organization)));
        return TypedResults.Ok(new ContradictionPage([.. items.Where(static item => item.Units.Count > 0)], found.Count == limit ? found[^1].Sequence : null));
    }

    private static async Task<Results<Ok<FiguresView>, ProblemHttpResult>> FiguresAsync(CallbackDesk desk, CancellationToken cancellation, DateOnly? from = null, DateOnly? to = null)
    {
        var last = to ?? OfficeTime.Day(desk.Now);
        var first = from ?? last;
        if (first > last || last.DayNumber - first.DayNumber >= MostDays)
        {
            return Problems.Invalid(new FieldError("from", $"请填写不晚于 to 的日期，跨度不超过{MostDays}天。"));
        }

        var rounds = new List<(CallbackTask Task, CallbackRound Round)>();
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            long after = 0;
            while (await desk.Store.QueryAsync(CallbackDocument.DayIndex, CallbackDocument.DayKey(day), after, MostLimit, cancellation) is { Count: > 0 } page)
            {
                rounds.AddRange(page.SelectMany(static document => document.State.Rounds, static (document, round) => (document.State, round)).Where(one => OfficeTime.Day(one.round.StartedAt) == day));
                after = page[^1].Sequence;
            }
        }

        return TypedResults.Ok(CallbackFigures.Of(first, last, rounds, desk.Options.FairIsContent, desk.Organization));
    }

    /// <summary>A station sees the units below it, and nothing by which it could know who spoke.</summary>
    private static Contradiction Of(CallbackTask task, CallbackRound round, bool seesAll, string unit, Organization organization)
    {
        var answer = round.Answer!.Answer;
        var units = task.PartsOf(round.Number)
            .Where(part => CallbackTask.Contradicts(part, answer) && (seesAll || organization.IsWithin(part.Unit, unit)))
            .Select(part => new ContradictingUnit(part.Unit, organization.NameOf(part.Unit), part.Claim!));
        return new(task.Number, round.Number, round.Answer.At, [.. units], answer.Contacted, answer.Solved, answer.UnsolvedReason, seesAll ? answer.Words : null);
    }
}

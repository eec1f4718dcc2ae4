using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Hotline.Callback.Tasks;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Callback.Calls;

/// <summary>When a machine rings, about what, and what is made of the end of a call 自动外呼. Pure.</summary>
internal static class CallRules
{
    /// <summary>Who tried, where it was a machine.</summary>
    public const string ByMachine = "machine";

    /// <summary>A call of which the channel's service told nothing for too long: our own word.</summary>
    public const string Lost = "lost";

    /// <summary>More questions at once nobody listens to.</summary>
    private const int MostOrders = 10;

    /// <summary>After the time for ringing. The channel's service gives up after two hours; it may have been down itself.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromHours(6);

    /// <summary>After these a person takes over: he asked for one, the number is in doubt, or nobody can ring it.</summary>
    private static readonly FrozenSet<string> Last =
        new[] { CallOutcomes.Agent, CallOutcomes.Refused, CallOutcomes.WrongNumber, CallOutcomes.Failed, CallOutcomes.Closed, Lost }.ToFrozenSet();

    /// <summary>The ends that were a contact with the citizen, or may have been one.</summary>
    private static readonly FrozenSet<string> Tries = new[]
    {
        CallOutcomes.Answered, CallOutcomes.HungUp, CallOutcomes.Agent, CallOutcomes.Refused, CallOutcomes.WrongNumber,
        CallOutcomes.NoAnswer, CallOutcomes.Busy, CallOutcomes.Off, CallOutcomes.Unknown,
    }.ToFrozenSet();

    private static readonly FrozenSet<string> PickedUp =
        new[] { CallOutcomes.Answered, CallOutcomes.HungUp, CallOutcomes.Agent, CallOutcomes.Refused, CallOutcomes.WrongNumber }.ToFrozenSet();

    public static bool IsLast(string outcome) => Last.Contains(outcome);

    /// <summary>Whether the machine has had its turn, and a person may call. The last try of all is a person's.</summary>
    public static bool IsOver(CallbackTask task, CallbackRound round, CallbackOptions options, OfficeCalendar calendar, DateTimeOffset now) =>
        options.MachineTries == 0
        || task.Order?.PhoneKey is null
        || (round.OpenCall is null
            && (round.MachineIsDone
                || round.Tries.Count(static tried => tried.Way == CallbackWays.Machine) >= options.MachineTries
                || round.Tries.Count >= options.Tries - 1
                || calendar.AddWorkingDays(CallbackRules.CallFrom(task, round, options), options.MachineDays) <= now));

    /// <summary>Until when a machine may ring him now; null when it may not.</summary>
    public static DateTimeOffset? MayRingUntil(CallbackTask task, CallbackOptions options, OfficeCalendar calendar, DateTimeOffset now) =>
        task is { HasPhone: true, Current: { IsOpen: true, OpenCall: null } round }
        && CallbackRules.CallFrom(task, round, options) <= now
        && !IsOver(task, round, options, calendar, now)
        && !IsClaimed(round, options, now)
        && round.Tries.Count(tried => OfficeTime.Day(tried.At) == OfficeTime.Day(now)) < options.TriesADay
        && !WasContacted(round, options, now)
            ? options.MachineMayCallUntil(now, calendar)
            : null;

    /// <summary>Orders the call about a task, and what else the same phone is to be asked about; null when this is not the time.</summary>
    /// <param name="others">What else has the same phone, and takes answers, is being rung about, or was spoken about these days.</param>
    public static CallbackCallOrdered? Order(
        CallbackTask task, Guid id, IEnumerable<CallbackTask> others, CallbackOptions options, OfficeCalendar calendar, DateTimeOffset now)
    {
        var samePhone = others.Where(other => other.Number != task.Number).ToList();
        if (MayRingUntil(task, options, calendar, now) is not { } until
            || samePhone.Exists(other => other.Rounds.Exists(theirs => theirs.OpenCall is not null || WasContacted(theirs, options, now) || (theirs.IsOpen && IsClaimed(theirs, options, now)))))
        {
            return null;
        }

        List<CallbackTask> asked = [task, .. samePhone.Where(other => MayRingUntil(other, options, calendar, now) is not null).Take(MostOrders - 1)];
        var round = task.Current!;
        return new(id, task.Number, now, round.Number, task.Order!.Channel, IdOf(id, round), until, CallScripts.Of(asked));
    }

    /// <summary>What the end of a call says of one of its orders.</summary>
    /// <param name="number">Of the round that was asked about.</param>
    /// <param name="isHis">Whether who picked up can be taken for who raised it: the order the call stands with is, others of one proven sender.</param>
    public static Decision Hear(CallbackTask task, Guid id, int number, bool isHis, AppealCalled called, CallbackOptions options, DateTimeOffset now)
    {
        var round = task.Rounds.Find(known => known.Number == number);
        var before = round?.Heard.LastOrDefault(heard => heard.Call == called.Call)?.Outcome;
        if (round is null || (before is not null && (before == called.Outcome || before is not (CallOutcomes.Unknown or Lost))))
        {
            return new(null);
        }

        var heard = new CallHeard(round.Number, called.Call, called.Outcome, now);
        if (round != task.Current || !round.IsOpen)
        {
            return Decision.Of(heard); // answered otherwise, or over: what he said himself, or the office did, stands
        }

        if (CallScripts.AnswerOf(task, called.Answers) is { } answer)
        {
            return Decision.Of(heard, CallbackRules.Answered(task, id, CallbackWays.Machine, CallbackRules.ByCitizen, answer, options, now));
        }

        if (!Tries.Contains(called.Outcome) || before == CallOutcomes.Unknown)
        {
            return Decision.Of(heard); // nobody was rung; or it was counted when nobody knew
        }

        var why = called.Outcome == CallOutcomes.Answered ? CallOutcomes.HungUp : called.Outcome;
        var tried = new CallbackTried(id, task.Number, called.At, round.Number, CallbackWays.Machine, ByMachine, PickedUp.Contains(called.Outcome), why);
        return called.Outcome == CallOutcomes.Refused && isHis
            ? Decision.Of(heard, tried, new CallbackEnded(id, task.Number, now, round.Number, CallbackRules.Unanswered))
            : Decision.Of(heard, tried);
    }

    /// <summary>What is to be done about a call of which nothing was heard yet; null for nothing.</summary>
    /// <param name="isWanted">Whether one of its orders is still to be asked about.</param>
    public static object? Settle(CallbackTask task, Guid id, CallbackRound round, bool isWanted, DateTimeOffset now) => round.OpenCall switch
    {
        null => null,
        { } lost when now > lost.NotAfter + LostAfter => new CallHeard(round.Number, lost.Call, Lost, now),
        { IsWithdrawn: false } call when !isWanted => new CallbackCallWithdrawn(id, task.Number, now, round.Number, task.Order!.Channel, call.Call),
        _ => null,
    };

    /// <summary>He is not rung twice within the pause, whoever did it, nor again at once where a call could not be made.</summary>
    private static bool WasContacted(CallbackRound round, CallbackOptions options, DateTimeOffset now) =>
        round.Contacts.Any(at => at.AddMinutes(options.MachinePauseMinutes) > now);

    /// <summary>An agent who took it up has the number before him, and dials.</summary>
    private static bool IsClaimed(CallbackRound round, CallbackOptions options, DateTimeOffset now) => round.Claim is { } claim && claim.At.AddMinutes(options.ClaimMinutes) > now;

    /// <summary>The same when it is decided again; a hash, for an appeal's id never leaves the system.</summary>
    private static string IdOf(Guid id, CallbackRound round) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"call/{id:N}/{round.Number}/{round.Calls.Count}")))[..32];
}

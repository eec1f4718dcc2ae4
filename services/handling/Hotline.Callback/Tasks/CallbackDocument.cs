using System.Globalization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Callback.Tasks;

/// <summary>How a callback is kept: its id is the appeal's, its key the number.</summary>
public static class CallbackDocument
{
    /// <summary>What still has to be asked: <see cref="Open"/>; of these, what nobody can be called about: <see cref="Mute"/>, and about what a machine may ring: <see cref="Ringable"/>; about what one was told to: <see cref="Ringing"/>.</summary>
    public const string StateIndex = "state";
    public const string Open = "open";
    public const string Mute = "mute";
    public const string Ringable = "ringable";
    public const string Ringing = "ringing";

    /// <summary>What takes answers, by the citizen's key.</summary>
    public const string PersonIndex = "person";

    /// <summary>What takes answers, or is being rung about, by the key of the phone; and by <see cref="PhoneValue"/> what he was called about on a day.</summary>
    public const string PhoneIndex = "phone";

    /// <summary>Contradictions: <see cref="All"/>, or those of a unit.</summary>
    public const string ContradictionIndex = "contradiction";
    public const string All = "all";

    /// <summary>The office's days on which an asking began.</summary>
    public const string DayIndex = "day";

    public static readonly DocumentType<CallbackTask> Type = new(
        CallbackService.Name,
        "task",
        new FactTypes()
            .Add("order-seen", CallbackJson.Default.OrderSeen)
            .Add("claimed", CallbackJson.Default.CallbackClaimed)
            .Add("link-shared", CallbackJson.Default.LinkShared)
            .Add("call-heard", CallbackJson.Default.CallHeard)
            .Add(EventTypes.CallbackCallOrdered, HotlineJson.Default.CallbackCallOrdered)
            .Add(EventTypes.CallbackCallWithdrawn, HotlineJson.Default.CallbackCallWithdrawn)
            .Add(EventTypes.WorkOrderAccepted, HotlineJson.Default.WorkOrderAccepted)
            .Add(EventTypes.WorkOrderAnswered, HotlineJson.Default.WorkOrderAnswered)
            .Add(EventTypes.WorkOrderDispatched, HotlineJson.Default.WorkOrderDispatched)
            .Add(EventTypes.AssignmentChanged, HotlineJson.Default.AssignmentChanged)
            .Add(EventTypes.WorkOrderHandled, HotlineJson.Default.WorkOrderHandled)
            .Add(EventTypes.WorkOrderCallbackStarted, HotlineJson.Default.WorkOrderCallbackStarted)
            .Add(EventTypes.WorkOrderRedone, HotlineJson.Default.WorkOrderRedone)
            .Add(EventTypes.WorkOrderClosed, HotlineJson.Default.WorkOrderClosed)
            .Add(EventTypes.AppealRated, HotlineJson.Default.AppealRated)
            .Add(EventTypes.CallbackAsked, HotlineJson.Default.CallbackAsked)
            .Add(EventTypes.CallbackTried, HotlineJson.Default.CallbackTried)
            .Add(EventTypes.CallbackAnswered, HotlineJson.Default.CallbackAnswered)
            .Add(EventTypes.CallbackEnded, HotlineJson.Default.CallbackEnded),
        static (state, fact) => CallbackTask.Apply(state, fact.Data),
        [
            new(StateIndex, StatesOf),
            new(PhoneIndex, static task => task is { HasPhone: true, Order.PhoneKey: { } phone } ? PhonesOf(task, phone) : []),
            new(PersonIndex, static task => task is { Current.TakesAnswers: true, Order.PersonKey: { } person } ? [person] : []),
            new(ContradictionIndex, static task => task.Rounds.Where(task.Contradicts).SelectMany(round => UnitsAbove(task, round).Append(All)).Distinct()),
            new(DayIndex, static task => task.Rounds.Select(round => DayKey(OfficeTime.Day(round.StartedAt))).Distinct()),
        ]);

    /// <summary>The value under which a unit finds its contradictions, and the station that passed it the part.</summary>
    public static string UnitValue(string unit) => $"unit/{unit}";

    /// <summary>The value for what was tried, heard or answered on a phone on an office's day, also where it is done with.</summary>
    public static string PhoneValue(string phone, DateOnly day) => $"{phone}/{DayKey(day)}";

    public static string DayKey(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static IEnumerable<string> StatesOf(CallbackTask task)
    {
        if (task.Current is { IsOpen: true } round)
        {
            yield return Open;
            if (!task.HasPhone)
            {
                yield return Mute;
            }
            else if (task.Order!.PhoneKey is not null && !round.MachineIsDone)
            {
                yield return Ringable;
            }
        }

        if (IsRinging(task))
        {
            yield return Ringing;
        }
    }

    private static bool IsRinging(CallbackTask task) => task.Rounds.Exists(static round => round.OpenCall is not null);

    private static IEnumerable<string> PhonesOf(CallbackTask task, string phone) => task.Rounds
        .SelectMany(static round => round.Contacts)
        .Select(at => PhoneValue(phone, OfficeTime.Day(at)))
        .Distinct()
        .Concat(task.Current is { TakesAnswers: true } || IsRinging(task) ? [phone] : []);

    private static IEnumerable<string> UnitsAbove(CallbackTask task, CallbackRound round)
    {
        foreach (var part in task.PartsOf(round.Number).Where(part => CallbackTask.Contradicts(part, round.Answer!.Answer)))
        {
            for (var above = part; above is not null; above = above.Parent is { } parent ? task.Parts.Find(other => other.Assignment == parent) : null)
            {
                yield return UnitValue(above.Unit);
            }
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake.Phone.Calls;

/// <summary>Calls in the channel's store. A caller's number stands there sealed; calls of one caller are found by a blind index.</summary>
internal sealed class CallStore(IDocumentStore<Call> calls, ISealer sealer, byte[] callerKey, IIdSource ids, TimeProvider time)
{
    private const int PageSize = 1000;
    private const int MostEarlier = 20;
    private const string Recorded = "recorded";
    private static readonly TimeSpan LongestCall = TimeSpan.FromHours(12);

    /// <summary>Records an event of a call, once per call, state and time.</summary>
    public async ValueTask<Document<Call>> RecordAsync(CallEvent told, CancellationToken cancellation)
    {
        var moment = new CallMoment(told.State!, told.At!.Value.ToUniversalTime(), told.Agent, told.SkillGroup, told.Rating, told.Caller is { } number ? BlindOf(number) : null, told.Recording is { } recording ? Blind(recording.Address) : null);
        var document = await calls.FindAsync(told.CallId!, cancellation);
        while (true)
        {
            var now = time.GetUtcNow();
            if (document is null)
            {
                var id = ids.Next();
                var started = new NewFact(new CallStarted(told.CallId!, moment), now) { Sealed = Seal(id, told) };
                (var added, document) = await calls.AddOnceAsync(new NewDocument(id, told.CallId!, [started]), cancellation);
                if (added)
                {
                    return document;
                }
            }

            if (document.State.Has(moment))
            {
                return document;
            }

            if (document.State.IsMoved)
            {
                told = told with { Caller = null, Recording = null }; // where the recording lies is not the hotline's to know
                moment = moment with { Caller = null };
            }

            if (await calls.AppendAsync(document, [new NewFact(moment, now) { Sealed = Seal(document.Id, told) }], cancellation) is { } after)
            {
                return after;
            }

            document = await calls.FindAsync(told.CallId!, cancellation);
        }
    }

    /// <returns>Null also when the call was moved to the supervision line.</returns>
    public async ValueTask<Document<Call>?> FindShownAsync(string callId, CancellationToken cancellation) =>
        await calls.FindAsync(callId, cancellation) is { State.IsMoved: false } call ? call : null;

    public ValueTask<Document<Call>?> FindAsync(string callId, CancellationToken cancellation) => calls.FindAsync(callId, cancellation);

    /// <summary>Adds what an agent did.</summary>
    /// <param name="isThere">Whether it was added before; null for what counts each time.</param>
    public async ValueTask<Document<Call>> AddAsync(Document<Call> call, object what, Func<Call, bool>? isThere, CancellationToken cancellation)
    {
        while (isThere?.Invoke(call.State) is not true)
        {
            if (await calls.AppendAsync(call, [new NewFact(what, time.GetUtcNow())], cancellation) is { } after)
            {
                return after;
            }

            call = await calls.GetAsync(call.Id, cancellation) ?? throw new InvalidOperationException("A call vanished.");
        }

        return call;
    }

    /// <summary>Calls that ring or are being spoken, oldest first. One whose end was never told is not shown for ever.</summary>
    public async ValueTask<IReadOnlyList<Call>> OpenAsync(CancellationToken cancellation)
    {
        var since = time.GetUtcNow() - LongestCall;
        var open = new List<Call>();
        long after = 0;
        while (await calls.QueryAsync("open", "open", after, PageSize, cancellation) is { Count: > 0 } page)
        {
            open.AddRange(page.Select(call => call.State).Where(call => call.Began >= since));
            after = page[^1].Sequence;
        }

        return open;
    }

    /// <summary>Calls that began on a day of the office.</summary>
    public async IAsyncEnumerable<Call> OfDayAsync(DateTimeOffset day, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        long after = 0;
        while (await calls.QueryAsync("day", Call.DayOf(day), after, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var call in page)
            {
                yield return call.State;
            }

            after = page[^1].Sequence;
        }
    }

    /// <summary>What the caller of a call raised before by phone, latest first.</summary>
    public async ValueTask<IReadOnlyList<LinkedAppeal>> EarlierAsync(Call call, CancellationToken cancellation)
    {
        var earlier = new List<AppealWritten>();
        long after = 0;
        while (call.Caller is { } caller && await calls.QueryAsync("caller", caller, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            earlier.AddRange(page.Where(other => other.State.CallId != call.CallId).SelectMany(other => other.State.Appeals));
            after = page[^1].Sequence;
        }

        return [.. earlier.OrderByDescending(appeal => appeal.At).Take(MostEarlier).Select(appeal => new LinkedAppeal(appeal.Number, appeal.Title, appeal.At))];
    }

    /// <summary>Where the recordings of the calls lie in which an appeal was written down, for a person with the right to and a reason; that he asked is on record before.</summary>
    /// <returns>Empty while none has come; null when no call is known of the appeal.</returns>
    public async ValueTask<IReadOnlyList<CallRecording>?> OpenRecordingsAsync(string number, string by, string reason, CancellationToken cancellation)
    {
        var found = await calls.QueryAsync("appeal", number, 0, PageSize, cancellation);
        var recordings = new List<CallRecording>();
        foreach (var call in found.Where(static call => !call.State.IsMoved))
        {
            var opened = new RecordingsOpened(by, reason, time.GetUtcNow());
            var after = await AddAsync(call, opened, isThere: null, cancellation);
            recordings.AddRange(after.Facts
                .Where(fact => fact.Data is CallStarted { First.State: Recorded } or CallMoment { State: Recorded })
                .Select(fact => (fact.At, Opened: Open(after.Id, fact).Recording))
                .Where(recorded => recorded.Opened is not null)
                .Select(recorded => new CallRecording(after.State.CallId, recorded.At, recorded.Opened!)));
        }

        return found.Count == 0 ? null : recordings;
    }

    /// <summary>The caller's number in clear; null when it was withheld.</summary>
    public string? CallerOf(Document<Call> call) => call.Facts
        .Where(fact => fact.Data is CallStarted or CallMoment)
        .Select(fact => Open(call.Id, fact).Caller)
        .FirstOrDefault(caller => caller is not null);

    private SealedCall Open(Guid id, Fact fact) => JsonSerializer.Deserialize(sealer.Open(fact.Sealed.Span, ContextOf(id)), CallJson.Default.SealedCall)!;

    private byte[] Seal(Guid id, CallEvent told) =>
        sealer.Seal(JsonSerializer.SerializeToUtf8Bytes(new SealedCall(told.Caller, told.Recording), CallJson.Default.SealedCall), ContextOf(id));

    /// <summary>The same for +86 139…, 0139… and 139….</summary>
    private string BlindOf(string number) => Blind(PhoneNumbers.Digits(number));

    private string Blind(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(callerKey, Encoding.UTF8.GetBytes(text)))[..32];

    private static byte[] ContextOf(Guid id) => id.ToByteArray(bigEndian: true);
}

using Hotline.Callback.Answers;
using Hotline.Callback.Calls;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Callback.Tasks;

/// <summary>The one way to callbacks: notes what happens to orders, and records what was tried and answered.</summary>
public sealed class CallbackDesk(
    IDocumentStore<CallbackTask> store, AnswerTokens tokens, Organization organization, IOptions<CallbackOptions> options, IOptions<EdgeLimits> limits, TimeProvider time)
{
    private const int MostOfOnePerson = 20;

    internal Organization Organization => organization;

    internal CallbackOptions Options => options.Value;

    internal DateTimeOffset Now => time.GetUtcNow();

    internal IDocumentStore<CallbackTask> Store => store;

    internal async ValueTask<Document<CallbackTask>?> FindAsync(string number, CancellationToken cancellation) =>
        AppealNumber.IsValid(number) ? await store.FindAsync(number, cancellation) : null;

    /// <summary>This task and the others of the same sender that take answers: they are asked together.</summary>
    internal async ValueTask<IReadOnlyList<Document<CallbackTask>>> TogetherAsync(Document<CallbackTask> document, CancellationToken cancellation) =>
        document.State.Order?.PersonKey is not { } person
            ? [document]
            : [document, .. (await store.QueryAsync(CallbackDocument.PersonIndex, person, 0, MostOfOnePerson, cancellation)).Where(other => other.Id != document.Id)];

    /// <summary>The others that have the same phone, and take answers or are being rung about: one call is about all of them.</summary>
    internal async ValueTask<IReadOnlyList<Document<CallbackTask>>> SamePhoneAsync(Document<CallbackTask> document, CancellationToken cancellation) =>
        document.State.Order?.PhoneKey is not { } phone
            ? []
            : [.. (await AllAsync(phone, cancellation)).Where(other => other.Id != document.Id)];

    /// <summary>What the same phone was called about today and the day before, also where it is done with.</summary>
    internal async ValueTask<IReadOnlyList<Document<CallbackTask>>> LatelyCalledAsync(Document<CallbackTask> document, CancellationToken cancellation)
    {
        if (document.State.Order?.PhoneKey is not { } phone)
        {
            return [];
        }

        var today = OfficeTime.Day(time.GetUtcNow());
        return [.. await AllAsync(CallbackDocument.PhoneValue(phone, today), cancellation), .. await AllAsync(CallbackDocument.PhoneValue(phone, today.AddDays(-1)), cancellation)];
    }

    /// <summary>What was sent no link because an order's link shows it too, and still takes answers: also when that order itself is done with.</summary>
    internal async ValueTask<IReadOnlyList<Document<CallbackTask>>> SharedWithAsync(Document<CallbackTask> document, CancellationToken cancellation) =>
        [.. (await TogetherAsync(document, cancellation)).Where(other => other.State.Current is { TakesAnswers: true } round && round.SharedWith == document.State.Number)];

    /// <summary>Notes an event of an order, with what follows of it in the same commit: the link when the asking begins, the platform's rating as an answer.</summary>
    internal async ValueTask NoteAsync(Guid id, string number, object fact, CancellationToken cancellation)
    {
        while (true)
        {
            var document = await store.GetAsync(id, cancellation);
            var after = CallbackTask.Apply(document?.State, fact);
            if (document is not null && ReferenceEquals(document.State, after))
            {
                return;
            }

            var now = time.GetUtcNow();
            List<NewFact> facts = [new(fact, now)];
            if (fact is WorkOrderCallbackStarted or AppealRated && await FollowAsync(id, after, fact, now, cancellation) is { } follows)
            {
                facts.Add(NewOf(follows, now));
            }

            if (document is not null)
            {
                if (await store.AppendAsync(document, facts, cancellation) is not null)
                {
                    return;
                }

                continue;
            }

            var result = await store.AddOnceAsync(new NewDocument(id, number, facts), cancellation);
            if (result.Added)
            {
                return;
            }

            if (result.Document.Id != id)
            {
                throw new InvalidOperationException("Another appeal has this number already.");
            }
        }
    }

    /// <summary>Appends what <paramref name="decide"/> makes of a task; when somebody else was first, it is asked again.</summary>
    /// <returns>The task after; null with the refusal, or without one when there is no such task.</returns>
    internal async ValueTask<(Document<CallbackTask>? After, CallbackRefusal? Refused)> ChangeAsync(
        string number, Func<Document<CallbackTask>, DateTimeOffset, Decision> decide, CancellationToken cancellation)
    {
        while (await FindAsync(number, cancellation) is { } document)
        {
            var now = time.GetUtcNow();
            var (facts, refused) = decide(document, now);
            if (facts is null)
            {
                return (null, refused);
            }

            if (await store.AppendAsync(document, [.. facts.Select(fact => NewOf(fact, now))], cancellation) is { } after)
            {
                return (after, null);
            }
        }

        return (null, null);
    }

    /// <summary>Appends what <paramref name="decide"/> makes of a task as it was read, if nobody appended meanwhile; whoever looks again decides anew.</summary>
    /// <returns>Whether it was appended.</returns>
    internal async ValueTask<bool> AppendAsync(Document<CallbackTask> document, Func<DateTimeOffset, object?> decide, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return decide(now) is { } fact && await store.AppendAsync(document, [NewOf(fact, now)], cancellation) is not null;
    }

    /// <summary>Ends what nobody answered by link and nobody can be called about.</summary>
    internal async ValueTask EndMuteAsync(CancellationToken cancellation)
    {
        const int PageSize = 200;
        long after = 0;
        while (await store.QueryAsync(CallbackDocument.StateIndex, CallbackDocument.Mute, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var document in page)
            {
                var (task, now) = (document.State, time.GetUtcNow());
                if (task.Current is { } round && CallbackRules.CallFrom(task, round, options.Value) <= now)
                {
                    // Whoever appended meanwhile was somebody with an answer, or the end of the order: the next look tells.
                    await store.AppendAsync(document, [NewOf(new CallbackEnded(document.Id, task.Number, now, round.Number, CallbackRules.Unreachable), now)], cancellation);
                }
            }

            after = page[^1].Sequence;
        }
    }

    /// <summary>All under a value of the phones' index: a village's office may have given its number with hundreds.</summary>
    private async ValueTask<IReadOnlyList<Document<CallbackTask>>> AllAsync(string phone, CancellationToken cancellation)
    {
        const int PageSize = 200;
        var all = new List<Document<CallbackTask>>();
        while (await store.QueryAsync(CallbackDocument.PhoneIndex, phone, all.Count == 0 ? 0 : all[^1].Sequence, PageSize, cancellation) is { Count: > 0 } page)
        {
            all.AddRange(page);
        }

        return all;
    }

    private async ValueTask<object?> FollowAsync(Guid id, CallbackTask task, object fact, DateTimeOffset now, CancellationToken cancellation)
    {
        if (task.IsAskedByPlatform)
        {
            return CallbackRules.AnswerByPlatform(task, id, options.Value, now);
        }

        if (fact is not WorkOrderCallbackStarted || task.Current is not { IsOpen: true } round)
        {
            return null;
        }

        if (task.Order?.PersonKey is { } person)
        {
            var others = await store.QueryAsync(CallbackDocument.PersonIndex, person, 0, MostOfOnePerson, cancellation);
            if (others.FirstOrDefault(other => other.Id != id && other.State.Current is { IsOpen: true, SharedWith: null, LinkedAt: { } linked } && linked.AddHours(options.Value.LinkHours) > now) is { } shared)
            {
                return new LinkShared(round.Number, shared.State.Number, now);
            }
        }

        var link = $"{limits.Value.PublicOrigin}/callbacks/answer/{tokens.Issue(task.Number, round.Number)}";
        return new CallbackAsked(id, task.Number, now, round.Number, $"您的诉求（编号{task.Number}）办得怎么样，请您评价：{link} （不用登录，约一分钟；链接只发给您，请勿转发）");
    }

    private static NewFact NewOf(object fact, DateTimeOffset now) => new(fact, now, fact is CallbackClaimed or LinkShared or CallHeard ? null : Topics.Callbacks);
}

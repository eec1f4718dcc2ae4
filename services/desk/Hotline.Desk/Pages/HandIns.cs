using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Desk.Pages;

/// <summary>A filled-in form was taken up.</summary>
/// <param name="To">Where whoever sent it was led.</param>
internal sealed record HandedIn(DateTimeOffset At, string To);

/// <summary>
/// Each filling-in of a form counts once: sent again, by a reload, the way back or a double click, it leads where it led the first time, and nothing is done
/// twice. What was refused was not taken up, and may be sent again.
/// </summary>
internal sealed class HandIns(IDocumentStore<HandedIn> store, IIdSource ids, TimeProvider time)
{
    public static readonly DocumentType<HandedIn> Type = new(
        DeskService.Name, "hand-in", new FactTypes().Add("handed-in", HandInJson.Default.HandedIn), static (state, fact) => state ?? (HandedIn)fact.Data, []);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _atWork = [];

    /// <param name="filling">The id in the form's token.</param>
    /// <param name="handler">What takes the form up; it has when it leads on (See Other).</param>
    public async Task<IResult> OnceAsync(string filling, Func<Task<IResult>> handler, CancellationToken cancellation)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (_atWork.GetOrAdd(filling, mine) is var first && first != mine)
        {
            await first.Task.WaitAsync(cancellation);
        }

        try
        {
            if (await store.FindAsync(filling, cancellation) is { State.To: var before })
            {
                return Visit.SeeOther(before);
            }

            var result = await handler();
            if (result is SeeOtherResult led)
            {
                // It was taken up, so this is noted also for one who does not wait for the answer.
                var at = time.GetUtcNow();
                await store.AddOnceAsync(new NewDocument(ids.Next(), filling, [new NewFact(new HandedIn(at, led.Path), at)]), CancellationToken.None);
            }

            return result;
        }
        finally
        {
            _atWork.TryRemove(filling, out _);
            mine.SetResult();
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HandedIn))]
internal sealed partial class HandInJson : JsonSerializerContext;

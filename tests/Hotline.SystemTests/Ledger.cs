using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Providers.Sqlite.Engine;

namespace Hotline.SystemTests;

/// <summary>What the ledger found. All zero is the promise.</summary>
/// <param name="Lost">Acknowledged, and no appeal is there.</param>
/// <param name="Doubled">One submission, several appeals or receipts; or one appeal, several work orders.</param>
/// <param name="Ghost">An event or work order without its appeal.</param>
/// <param name="Zombie">An appeal without its event, or without a work order when all is quiet.</param>
public sealed record Verdict(int Attempts, int Acknowledged, int Stored, int Lost, int Doubled, int Ghost, int Zombie)
{
    public bool Holds => Lost == 0 && Doubled == 0 && Ghost == 0 && Zombie == 0;
}

/// <summary>
/// Kept outside the system: each submission tried, each receipt given. After the run it is held against the store's own rows.
/// </summary>
public sealed class Ledger
{
    private static readonly TimeSpan QuietLimit = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, ConcurrentBag<string>> _receipts = new();

    public int Acknowledged => _receipts.Count(entry => !entry.Value.IsEmpty);

    public void Attempt(string key) => _receipts.TryAdd(key, []);

    public void Acknowledge(string key, string number) => _receipts[key].Add(number);

    /// <summary>Waits until every stored appeal has its work order, or nothing moves any more, and counts.</summary>
    /// <param name="carries">Some may still be on their way from a journal to the store: waits for as many as were acknowledged first.</param>
    public async Task<Verdict> JudgeAsync(string dataFolder, bool carries = false)
    {
        using var limit = new CancellationTokenSource(QuietLimit);
        using var store = SqliteConnection.Open(Path.Combine(dataFolder, "hotline.db"), readOnly: true);
        while (!limit.IsCancellationRequested
            && (Count(store, EventTypes.AppealReceived) > Count(store, EventTypes.WorkOrderOpened) || (carries && Count(store, EventTypes.AppealReceived) < Acknowledged)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }

        var appeals = Facts(store, EventTypes.AppealReceived).Select(fact => (
            Id: fact["id"]!.GetValue<Guid>(), Number: fact["number"]!.GetValue<string>(), Source: fact["sourceId"]!.GetValue<string>())).ToList();
        var orders = Facts(store, EventTypes.WorkOrderOpened).Select(fact => fact["id"]!.GetValue<Guid>()).ToList();
        var bySource = appeals.ToLookup(appeal => appeal.Source);
        var byNumber = appeals.ToLookup(appeal => appeal.Number, appeal => appeal.Id);
        var aliases = Aliases(store);
        Guid? AppealOf(string number) => aliases.TryGetValue(number, out var of) ? of : byNumber[number].Select(id => (Guid?)id).FirstOrDefault();
        var ids = appeals.Select(appeal => appeal.Id).ToHashSet();
        var lost = _receipts.Count(entry => entry.Value.Any(number => !bySource[entry.Key].Any(appeal => appeal.Id == AppealOf(number))));
        var doubled = bySource.Count(group => group.Count() > 1)
            + _receipts.Count(entry => entry.Value.Select(AppealOf).Distinct().Count() > 1)
            + appeals.GroupBy(appeal => appeal.Number).Count(group => group.Count() > 1)
            + orders.GroupBy(order => order).Count(group => group.Count() > 1);
        var ghost = orders.Count(order => !ids.Contains(order))
            + (int)store.Scalar("SELECT count(*) FROM events e LEFT JOIN facts f ON f.id = e.fact WHERE f.id IS NULL");
        var zombie = ids.Except(orders).Count()
            + (int)store.Scalar($"SELECT count(*) FROM facts f LEFT JOIN events e ON e.fact = f.id WHERE f.type = '{EventTypes.AppealReceived}' AND e.seq IS NULL");
        return new Verdict(_receipts.Count, Acknowledged, appeals.Count, lost, doubled, ghost, zombie);
    }

    /// <summary>Second numbers, given while the store was away, and the appeals they lead to.</summary>
    private static Dictionary<string, Guid> Aliases(SqliteConnection store)
    {
        using var rows = store.Prepare($"SELECT a.body, r.body FROM facts a JOIN facts r ON r.id >> {SqliteSchema.FactBits} = a.id >> {SqliteSchema.FactBits} WHERE a.type = 'number-aliased' AND r.type = ?1");
        rows.Bind(1, EventTypes.AppealReceived);
        var aliases = new Dictionary<string, Guid>();
        while (rows.Step())
        {
            aliases.Add(JsonNode.Parse(rows.Blob(0))!["number"]!.GetValue<string>(), JsonNode.Parse(rows.Blob(1))!["id"]!.GetValue<Guid>());
        }

        return aliases;
    }

    private static long Count(SqliteConnection store, string type) => store.Scalar($"SELECT count(*) FROM facts WHERE type = '{type}'");

    private static List<JsonNode> Facts(SqliteConnection store, string type)
    {
        using var rows = store.Prepare("SELECT body FROM facts WHERE type = ?1 ORDER BY id");
        rows.Bind(1, type);
        var facts = new List<JsonNode>();
        while (rows.Step())
        {
            facts.Add(JsonNode.Parse(rows.Blob(0), documentOptions: new JsonDocumentOptions())!);
        }

        return facts;
    }
}

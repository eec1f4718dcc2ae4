using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>
/// When something was read or written, by the clock of the replica set. A read that is to come after it sees no less, even of a member that
/// has only just become the primary and does not know yet how much a majority has.
/// </summary>
internal sealed record ReadTime(BsonTimestamp Operation, BsonDocument? Cluster)
{
    /// <summary>Reads a page of documents, all at once, no earlier than <paramref name="before"/>.</summary>
    /// <returns>The documents, and when they were read; null of a single server, which knows no such times and needs none.</returns>
    public static async Task<(List<BsonDocument> Found, ReadTime? At)> AfterAsync(
        ReadTime? before,
        IMongoCollection<BsonDocument> collection,
        FilterDefinition<BsonDocument> filter,
        Func<IFindFluent<BsonDocument, BsonDocument>, IFindFluent<BsonDocument, BsonDocument>> shape,
        CancellationToken cancellation)
    {
        using var session = await SessionAsync(collection.Database.Client, before, cancellation);
        if (session is null)
        {
            return (await shape(collection.Find(filter)).ToListAsync(cancellation), null);
        }

        if (before is not null)
        {
            session.AdvanceOperationTime(before.Operation);
            if (before.Cluster is not null)
            {
                session.AdvanceClusterTime(before.Cluster);
            }
        }

        var found = await shape(collection.Find(session, filter)).ToListAsync(cancellation);
        return (found, Of(session));
    }

    /// <summary>Writes, and tells when; of a write that failed too, for what refused it was there by then.</summary>
    /// <param name="write">Under the session it is given; null of a single server.</param>
    /// <param name="told">Hears of the time before the outcome is known to anybody else.</param>
    public static async Task<T> WriteAsync<T>(IMongoClient client, Func<IClientSessionHandle?, Task<T>> write, Action<ReadTime> told)
    {
        using var session = await SessionAsync(client, null, CancellationToken.None);
        try
        {
            return await write(session);
        }
        finally
        {
            if (session is not null && Of(session) is { } at)
            {
                told(at);
            }
        }
    }

    /// <summary>The later of two; null when neither is known.</summary>
    public static ReadTime? Later(ReadTime? one, ReadTime? other) =>
        one is null || (other is not null && other.Operation > one.Operation) ? other : one;

    private static ReadTime? Of(IClientSessionHandle session) => session.OperationTime is { } operation ? new ReadTime(operation, session.ClusterTime) : null;

    /// <summary>None of a single server; nor of one not asked yet, for what it is shows with its first answer.</summary>
    private static async Task<IClientSessionHandle?> SessionAsync(IMongoClient client, ReadTime? before, CancellationToken cancellation) =>
        client.Cluster.Description.Type is ClusterType.Standalone || (client.Cluster.Description.Type is ClusterType.Unknown && before is null)
            ? null
            : await client.StartSessionAsync(new ClientSessionOptions { CausalConsistency = true }, cancellation);
}

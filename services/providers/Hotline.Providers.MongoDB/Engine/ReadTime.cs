using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>
/// When something was read, by the clock of the replica set. A read that is to come after it sees no less, even of a member that
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
        var client = collection.Database.Client;
        if (client.Cluster.Description.Type is ClusterType.Standalone || (client.Cluster.Description.Type is ClusterType.Unknown && before is null))
        {
            // What an unknown one is shows with its first answer.
            return (await shape(collection.Find(filter)).ToListAsync(cancellation), null);
        }

        using var session = await client.StartSessionAsync(new ClientSessionOptions { CausalConsistency = true }, cancellation);
        if (before is not null)
        {
            session.AdvanceOperationTime(before.Operation);
            if (before.Cluster is not null)
            {
                session.AdvanceClusterTime(before.Cluster);
            }
        }

        var found = await shape(collection.Find(session, filter)).ToListAsync(cancellation);
        return (found, session.OperationTime is { } operation ? new ReadTime(operation, session.ClusterTime) : null);
    }
}

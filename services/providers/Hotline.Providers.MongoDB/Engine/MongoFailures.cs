using Hotline.Ports;
using MongoDB.Driver;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>What a failure of the driver means: the store is away, a key is taken, a document is too large; all else is a fault and stays what it is.</summary>
internal static class MongoFailures
{
    private const int OutOfDiskSpace = 14031;

    // MongoDB's own lists: retryable errors of reads and writes, and what a server says that steps down or stops.
    private static readonly HashSet<int> Passing = [6, 7, 63, 64, 79, 89, 91, 100, 112, 133, 134, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436, 50, 43];
    private static readonly HashSet<int> Large = [10334, 17419, 17420];

    /// <summary>Runs a call and says <see cref="EngineAwayException"/> where the store is away.</summary>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (AwayOf(failure) is not null)
        {
            throw AwayOf(failure)!;
        }
    }

    /// <returns>Null when the failure says nothing of the store being away.</returns>
    public static EngineAwayException? AwayOf(Exception failure)
    {
        if (failure is EngineAwayException away)
        {
            return away;
        }

        if (IsFull(failure))
        {
            return new EngineAwayException("The disk of MongoDB is full: it takes no more writes.", failure) { DiskFull = true };
        }

        return failure is TimeoutException or MongoConnectionException or MongoExecutionTimeoutException or MongoWriteConcernException or MongoCursorNotFoundException
            or MongoNotPrimaryException or MongoNodeIsRecoveringException or MongoConnectionPoolPausedException or MongoWaitQueueFullException
            || (failure is MongoException labelled && (labelled.HasErrorLabel("RetryableWriteError") || labelled.HasErrorLabel("TransientTransactionError")))
            || CodesOf(failure).Any(Passing.Contains)
            ? new EngineAwayException($"MongoDB cannot be reached or written just now ({failure.GetType().Name}{Codes(failure)}).", failure)
            : null;
    }

    public static bool IsDuplicate(Exception failure) => failure switch
    {
        MongoWriteException { WriteError.Category: ServerErrorCategory.DuplicateKey } => true,
        MongoDuplicateKeyException => true,
        MongoBulkWriteException { WriteConcernError: null, WriteErrors: var errors } => errors.Count > 0 && errors.All(error => error.Category == ServerErrorCategory.DuplicateKey),
        _ => false,
    };

    /// <summary>A document has at most 16 MB. The driver says so of an insert, the server of what a change would make.</summary>
    public static bool IsTooLarge(Exception failure) =>
        CodesOf(failure).Any(Large.Contains) || (failure is FormatException or MongoCommandException && failure.Message.Contains("larger than", StringComparison.Ordinal));

    private static bool IsFull(Exception failure) =>
        CodesOf(failure).Contains(OutOfDiskSpace) || (failure is MongoServerException && failure.Message.Contains("No space left on device", StringComparison.Ordinal));

    private static string Codes(Exception failure) => string.Concat(CodesOf(failure).Distinct().Select(code => $", code {code}"));

    private static IEnumerable<int> CodesOf(Exception failure) => failure switch
    {
        MongoWriteException { WriteError: { } error } => [error.Code],
        MongoWriteException { WriteConcernError: { } concern } => [concern.Code],
        MongoBulkWriteException bulk => bulk.WriteErrors.Select(error => error.Code).Concat(bulk.WriteConcernError is { } concern ? [concern.Code] : []),
        MongoCommandException command => [command.Code],
        _ => [],
    };
}

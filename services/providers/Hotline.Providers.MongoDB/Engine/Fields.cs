using MongoDB.Bson;
using MongoDB.Driver;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>The names of a document's fields, short because each document repeats them, and the indexes upon them.</summary>
internal static class Fields
{
    /// <summary>16 bytes of the hash of type and key.</summary>
    public const string Key = "_id";

    public const string Type = "t";
    public const string Id = "id";
    public const string Sequence = "seq";
    public const string Version = "v";

    /// <summary>The facts in their order: the first is number 1.</summary>
    public const string Facts = "facts";

    /// <summary>What the document is found by now: type, index and value in one string.</summary>
    public const string Index = "ix";

    /// <summary>Events that no relay has settled yet; missing when there are none.</summary>
    public const string Pending = "pending";

    /// <summary>The type of a number that was given up: no document can take it any more.</summary>
    public const string GivenUp = "";

    public static class Fact
    {
        public const string Type = "t";
        public const string At = "at";

        /// <summary>UTF-8 JSON, byte for byte.</summary>
        public const string Data = "d";

        public const string Sealed = "s";
    }

    public static class Event
    {
        /// <summary>The number of the write: events come in its order.</summary>
        public const string Order = "o";

        /// <summary>The number of the fact.</summary>
        public const string Fact = "n";

        public const string Topic = "to";

        /// <summary>The partition key; missing when it is the document's id.</summary>
        public const string Key = "k";
    }

    public static string PendingOrder { get; } = $"{Pending}.{Event.Order}";

    public static IReadOnlyList<CreateIndexModel<BsonDocument>> Indexes { get; } =
    [
        new(new BsonDocument { { Type, 1 }, { Id, 1 } }, new CreateIndexOptions { Name = "id", Unique = true }),
        new(new BsonDocument(Sequence, 1), new CreateIndexOptions { Name = "sequence", Unique = true }),
        new(new BsonDocument { { Index, 1 }, { Sequence, 1 } }, new CreateIndexOptions { Name = "index" }),
        new(new BsonDocument(PendingOrder, 1), new CreateIndexOptions { Name = "pending", Sparse = true }),
    ];

    public static BsonBinaryData Binary(Guid id) => new(id, GuidRepresentation.Standard);

    public static Guid Guid(BsonValue value) => value.AsBsonBinaryData.ToGuid(GuidRepresentation.Standard);

    /// <summary>Takes a number away from whoever holds it: the index lets only one of both in.</summary>
    public static BsonDocument GiveUp(long number) => new()
    {
        { Key, $"given-up/{number}" },
        { Type, GivenUp },
        { Id, number },
        { Sequence, number },
    };
}

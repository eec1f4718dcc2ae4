using DotNet.Testcontainers.Containers;
using Hotline.ContainerTests;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Hotline.ContractTests.MongoDB;

/// <summary>The server the suites run on, here MongoDB in a container: one for all of them, a replica set of one.</summary>
internal static class MongoServer
{
    private const ushort Port = 27017;

    private static readonly Lazy<string> Started = new(() => StartAsync().GetAwaiter().GetResult());

    /// <summary>Directly to the one member: the set knows it by its name inside the container, which nobody outside could follow.</summary>
    public static string ConnectionString
    {
        get
        {
            Engine.Demand();
            return Started.Value;
        }
    }

    private static async Task<string> StartAsync()
    {
        var container = Engine.Container(Engine.MongoImage, Port, IsPrimaryAsync).WithCommand("--replSet", "hotline", "--bind_ip_all").Build();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => container.DisposeAsync().AsTask().GetAwaiter().GetResult();
        await container.StartAsync();
        return AddressOf(container);
    }

    private static string AddressOf(IContainer container) => $"mongodb://{container.Hostname}:{container.GetMappedPublicPort(Port)}/?directConnection=true";

    /// <summary>Makes it a set as soon as it listens.</summary>
    private static async Task<bool> IsPrimaryAsync(IContainer container)
    {
        using var client = new MongoClient($"{AddressOf(container)}&serverSelectionTimeoutMS=1000");
        var admin = client.GetDatabase("admin");
        try
        {
            var hello = await admin.RunCommandAsync<BsonDocument>(new BsonDocument("hello", 1));
            if (!hello.Contains("setName"))
            {
                var members = new BsonArray { new BsonDocument { { "_id", 0 }, { "host", $"127.0.0.1:{Port}" } } };
                await admin.RunCommandAsync<BsonDocument>(new BsonDocument("replSetInitiate", new BsonDocument { { "_id", "hotline" }, { "members", members } }));
            }

            return hello.GetValue("isWritablePrimary", false).AsBoolean;
        }
        catch (Exception early) when (early is TimeoutException or MongoConnectionException)
        {
            return false; // not listening yet
        }
    }
}

using System.Globalization;
using DotNet.Testcontainers.Containers;
using Hotline.ContainerTests;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Hotline.ContractTests.MongoDB;

/// <summary>The server the suites run on, here MongoDB in a container: one for all of them, a replica set of one.</summary>
internal static class MongoServer
{
    private static readonly Lazy<string> Started = new(() => StartAsync().GetAwaiter().GetResult());

    /// <summary>Of the set, whose one member has the same address for itself inside the container and, through a network of ours, outside.</summary>
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
        IContainer? container = null;
        ushort port = 0;
        var network = new CuttingProxy(() => (container!.Hostname, container.GetMappedPublicPort(port)));
        port = ushort.Parse(network.Address.Split(':')[1], CultureInfo.InvariantCulture);
        container = Engine.Container(Engine.MongoImage, port, _ => IsPrimaryAsync(network.Address))
            .WithCommand("--replSet", "hotline", "--bind_ip_all", "--port", $"{port}")
            .Build();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => container.DisposeAsync().AsTask().GetAwaiter().GetResult();
        await container.StartAsync();
        return $"mongodb://{network.Address}/?replicaSet=hotline";
    }

    /// <summary>Makes it a set as soon as it listens.</summary>
    private static async Task<bool> IsPrimaryAsync(string address)
    {
        using var client = new MongoClient($"mongodb://{address}/?directConnection=true&serverSelectionTimeoutMS=1000");
        var admin = client.GetDatabase("admin");
        try
        {
            var hello = await admin.RunCommandAsync<BsonDocument>(new BsonDocument("hello", 1));
            if (!hello.Contains("setName"))
            {
                var members = new BsonArray { new BsonDocument { { "_id", 0 }, { "host", address } } };
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

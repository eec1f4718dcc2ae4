using System.Diagnostics;
using MongoDB.Bson;
using MongoDB.Driver;
using Xunit;

namespace Hotline.ContractTests.MongoDB;

/// <summary>
/// The server the tests run on: the one that <c>HOTLINE_MONGODB</c> names, else a <c>mongod</c> of this machine, started in a temporary folder as a
/// replica set of one. Without either the tests are skipped.
/// </summary>
internal static class MongoServer
{
    private const string Variable = "HOTLINE_MONGODB";
    private static readonly Lazy<string?> Known = new(Find);

    public static string ConnectionString
    {
        get
        {
            Skip.If(Known.Value is null, $"There is no MongoDB to test on: set {Variable} to a connection string, or install mongod.");
            return Known.Value!;
        }
    }

    private static string? Find() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Program() is { } program ? Start(program) : null;

    private static string? Program() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "mongod")).FirstOrDefault(File.Exists);

    private static string Start(string program)
    {
        var folder = Directory.CreateTempSubdirectory("hotline-mongod-").FullName;
        var port = FreePorts.Next();
        string[] arguments = ["--dbpath", folder, "--port", $"{port}", "--bind_ip", "127.0.0.1", "--replSet", "hotline", "--logpath", Path.Combine(folder, "mongod.log")];
        var server = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.Kill();
            server.WaitForExit();
            Directory.Delete(folder, recursive: true);
        };
        using var client = new MongoClient($"mongodb://127.0.0.1:{port}/?directConnection=true");
        var members = new BsonArray { new BsonDocument { { "_id", 0 }, { "host", $"127.0.0.1:{port}" } } };
        client.GetDatabase("admin").RunCommand<BsonDocument>(new BsonDocument("replSetInitiate", new BsonDocument { { "_id", "hotline" }, { "members", members } }));
        return $"mongodb://127.0.0.1:{port}/?replicaSet=hotline";
    }
}

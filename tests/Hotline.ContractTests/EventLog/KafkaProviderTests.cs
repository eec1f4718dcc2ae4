using Hotline.Contracts;
using Hotline.Ports;
using Hotline.Providers.Kafka;
using Hotline.Providers.Kafka.Practice;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Hotline.ContractTests.EventLog;

/// <summary>The provider as a host sees it: its options are judged before anything starts, and it can bring a broker of its own.</summary>
public sealed class KafkaProviderTests
{
    private readonly MemoryOutbox _outbox = new();

    [Fact]
    public async Task All_faults_of_the_options_are_told_at_once_with_their_remedies()
    {
        using var host = NewHost(("LingerMs", "500"), ("Buffer", "0"), ("Cluster", "no spaces"), ("Client:acks", "1"), ("Client:linger.ms", "5"));
        var faults = (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Failures.Order(StringComparer.Ordinal).ToList();
        string[] expected =
        [
            "Hotline:Kafka:BootstrapServers is empty: name the brokers",
            "Hotline:Kafka:Buffer is 0: it must be 1 to 100000.",
            "Hotline:Kafka:Client:acks is not for configuration",
            "Hotline:Kafka:Client:linger.ms has an option of its own: use Hotline:Kafka:LingerMs.",
            "Hotline:Kafka:Cluster must be",
            "Hotline:Kafka:LingerMs is 500: it must be 0 to 100; 2 to 5 is good.",
        ];
        Assert.Equal(expected.Length, faults.Count);
        Assert.All(expected.Zip(faults), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_librdkafka_does_not_know_is_told_at_the_start()
    {
        using var host = NewHost(("BootstrapServers", "127.0.0.1:9"), ("Client:security.protokoll", "ssl"));
        var fault = Assert.Single((await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Failures);
        Assert.Contains("security.protokoll", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Practice_needs_no_cluster_and_gets_everything_at_each_start()
    {
        var key = new Uuid7(TimeProvider.System).Next();
        _outbox.Add("dispatch", Topics.WorkOrders, new CloudEvent("e/1", "/hotline/dispatch", "tested", DateTimeOffset.UnixEpoch, key, "1"u8.ToArray()));
        for (var start = 0; start < 2; start++)
        {
            using var host = NewHost(("Practice", "true"));
            await host.StartAsync();
            var reading = new Reading(host.Services.GetRequiredService<IEventLog>(), new Subscription("callback", [Topics.WorkOrders]), settle: true);
            Assert.Equal("e/1", (await reading.UntilAsync(1))[0].Event.Id);
            await reading.StopAsync();
            await host.StopAsync();
        }
    }

    [Fact]
    public async Task Topics_that_are_there_are_left_as_they_are()
    {
        using var cluster = new MockCluster();
        foreach (var topic in Topics.All)
        {
            cluster.CreateTopic(topic, partitions: topic == Topics.Appeals ? 4 : 12);
            cluster.CreateTopic(Topics.Dead(topic), partitions: 1);
        }

        using var host = NewHost(("BootstrapServers", cluster.BootstrapServers));
        var told = Assert.Single(await host.Services.GetRequiredService<IMigration>().MigrateAsync(CancellationToken.None));
        Assert.StartsWith("hotline.appeals.v1: has 4 partitions and keeps them", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_brokers_preparing_them_says_why()
    {
        using var host = NewHost(("BootstrapServers", "127.0.0.1:9"));
        var refusal = await Assert.ThrowsAsync<EngineAwayException>(() => host.Services.GetRequiredService<IMigration>().MigrateAsync(CancellationToken.None));
        Assert.Contains("Hotline:Kafka:BootstrapServers", refusal.Message, StringComparison.Ordinal);
    }

    private IHost NewHost(params (string Option, string Value)[] options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(options.ToDictionary(option => $"{KafkaOptions.Section}:{option.Option}", string? (option) => option.Value));
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IOutbox>(_outbox);
        new KafkaProvider().Add(builder.Services, builder.Configuration, ProviderPorts.EventLog, ["dispatch"]);
        return builder.Build();
    }
}

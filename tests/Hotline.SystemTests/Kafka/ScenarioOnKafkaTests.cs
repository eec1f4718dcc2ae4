using Xunit;

namespace Hotline.SystemTests;

/// <summary>The scenario with Kafka between the services, with the same assertions.</summary>
public sealed class ScenarioOnKafkaTests
{
    [SkippableTheory]
    [InlineData(Form.OneProcess)]
    [InlineData(Form.Split)]
    public async Task An_appeal_goes_the_whole_way_on_Kafka(Form form)
    {
        using var cluster = Broker.Start();
        await using var hotline = await RunningHotline.StartAsync(form, options: Broker.Options(cluster), services: Scenario.Services);
        await Scenario.RunAsync(hotline);
        await hotline.StopAsync();
    }
}

using Hotline.Benchmarks.Gateway;
using Hotline.Benchmarks.Knowledge;
using Hotline.Benchmarks.Receive;
using Hotline.Benchmarks.Servers;
using Hotline.Benchmarks.Steps;

try
{
    return args switch
    {
        ["proxy", .. var options] => await BareProxy.RunAsync(options),
        ["gateway"] => await GatewayCommand.RunAsync(Console.Out),
        ["echo", .. var options] => await EchoServer.RunAsync(options),
        ["server", .. var options] => await BenchServer.RunAsync(options),
        ["receive"] => await ReceiveCommand.RunAsync(Console.Out),
        ["profile", .. var options] => await ProfileCommand.RunAsync(options, Console.Out),
        ["knowledge"] => await KnowledgeCommand.RunAsync(Console.Out),
        ["steps"] => await StepsCommand.RunAsync(Console.Out),
#if WITH_KAFKA
        ["kafka"] => await Hotline.Benchmarks.Kafka.KafkaCommand.RunAsync(Console.Out),
        ["outage", .. var options] => await Hotline.Benchmarks.Kafka.OutageCommand.RunAsync(options, Console.Out),
#endif
        _ => await UsageAsync(),
    };
}
catch (Exception failure) when (failure is InvalidOperationException or IOException or HttpRequestException or System.Net.Sockets.SocketException or TimeoutException)
{
    await Console.Error.WriteLineAsync($"It could not be measured: {failure.Message}");
    return 1;
}

static async Task<int> UsageAsync()
{
    await Console.Error.WriteLineAsync("Usage: build/bench receive | gateway | kafka | outage [SECONDS] | steps | knowledge | profile [SECONDS]. What each measures: tests/Hotline.Benchmarks/README.md");
    return 2;
}

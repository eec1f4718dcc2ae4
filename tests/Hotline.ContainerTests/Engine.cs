using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Xunit;

[assembly: AssemblyTrait("Needs", "Containers")] // build/test 'Needs!=Containers' leaves them out where an engine is there

namespace Hotline.ContainerTests;

/// <summary>
/// The machine's container engine, asked once whether it answers; without one the tests are skipped. It is found as Testcontainers finds it:
/// <c>DOCKER_HOST</c>, the usual sockets, <c>~/.testcontainers.properties</c>.
/// </summary>
/// <remarks>
/// An office with a registry of its own names its images in <c>HOTLINE_KAFKA_IMAGE</c> and <c>HOTLINE_MONGODB_IMAGE</c>, and that of Testcontainers'
/// own cleaner in <c>TESTCONTAINERS_RYUK_CONTAINER_IMAGE</c>; or has all of them under one prefix, <c>TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX</c>.
/// The images must take the settings that Docker Hub's take.
/// </remarks>
internal static class Engine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly Lazy<string?> Silence = new(Ask);

    public static string KafkaImage { get; } = Named("HOTLINE_KAFKA_IMAGE") ?? "apache/kafka:3.9.1";

    public static string MongoImage { get; } = Named("HOTLINE_MONGODB_IMAGE") ?? "mongo:8.0.12";

    public static bool Answers => Silence.Value is null;

    /// <summary>Skips the test when no engine answers.</summary>
    public static void Demand() => Skip.IfNot(Answers, Silence.Value);

    /// <param name="ready">Asked again and again; the container has started when it says so.</param>
    public static ContainerBuilder Container(string image, ushort port, Func<IContainer, Task<bool>> ready) => new ContainerBuilder(image)
        .WithPortBinding(port, assignRandomHostPort: true)
        .WithWaitStrategy(Wait.ForUnixContainer().AddCustomWaitStrategy(new Until(ready), wait => wait.WithInterval(TimeSpan.FromMilliseconds(200)).WithTimeout(StartLimit)));

    private static string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } image ? image : null;

    private static string? Ask()
    {
        // Testcontainers pings what it finds, and builds nothing when nothing answers; a socket that takes connections and says no word would hold it up.
        var asking = Task.Run(() =>
        {
            try
            {
                new ContainerBuilder(KafkaImage).Build();
                return null;
            }
            catch (DockerUnavailableException silence)
            {
                var causes = (silence.InnerException as AggregateException)?.InnerExceptions.Select(tried => $"{tried.Message.TrimEnd('.')}: {tried.GetBaseException().Message.Trim()}").Distinct() ?? [];
                return $"No container engine answers: start Docker, or name one in DOCKER_HOST (an older one's DOCKER_API_VERSION too). {string.Join(" ", causes)}";
            }
        });
        return asking.Wait(Patience) ? asking.Result : $"The container engine did not answer within {Patience.TotalSeconds} s.";
    }

    private sealed class Until(Func<IContainer, Task<bool>> ready) : IWaitUntil
    {
        public Task<bool> UntilAsync(IContainer container) => ready(container);
    }
}

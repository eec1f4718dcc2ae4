using Hotline.Intake.App;
using System.Text.Encodings.Web;

namespace Hotline.Benchmarks.Servers;

/// <summary>The yardstick: Kestrel that parses the same body with the same generated JSON code, writes it back, and does nothing else.</summary>
internal static class EchoServer
{
    public const string Path = "/echo";

    public static async Task<int> RunAsync(string[] options)
    {
        var builder = WebApplication.CreateSlimBuilder(options);
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, AppJson.Default);
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // the default would double the bytes of Chinese text
        });
        await using var application = builder.Build();
        application.MapPost(Path, (AppAppeal appeal) => TypedResults.Ok(appeal));
        application.MapGet("/health/ready", () => TypedResults.Ok());
        application.MapGet(ServerCounters.Path, () => TypedResults.Text(ServerCounters.Now(handled: 0).ToString()));
        await application.RunAsync();
        return 0;
    }
}

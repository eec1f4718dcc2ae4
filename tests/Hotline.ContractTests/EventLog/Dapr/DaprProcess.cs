using Hotline.Ports;
using Hotline.Providers.Dapr;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.ContractTests.EventLog.Dapr;

/// <summary>A process of ours with the Dapr provider and nothing else, on a port of its own.</summary>
internal sealed class DaprProcess : IAsyncDisposable
{
    private readonly WebApplication _application;

    private DaprProcess(WebApplication application) => _application = application;

    public IServiceProvider Services => _application.Services;

    public IEventLog Log => Services.GetRequiredService<IEventLog>();

    public Uri Address => new(_application.Urls.First());

    public static async Task<DaprProcess> StartAsync(
        int grpcPort, MemoryOutbox? outbox = null, string[]? hosted = null, Subscription[]? subscriptions = null, LogLines? lines = null, string? token = DaprSidecar.AppToken, params (string Option, string Value)[] options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Hotline:Dapr:GrpcEndpoint"] = $"http://127.0.0.1:{grpcPort}" });
        if (token is not null)
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["APP_API_TOKEN"] = token });
        }

        builder.Configuration.AddInMemoryCollection(options.ToDictionary(option => $"Hotline:Dapr:{option.Option}", string? (option) => option.Value));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IOutbox>(outbox ?? new MemoryOutbox());
        if (lines is not null)
        {
            builder.Services.AddSingleton(lines.Logger<DaprRelay>());
            builder.Services.AddSingleton(lines.Logger<DaprCallbacks>());
        }

        foreach (var subscription in subscriptions ?? [])
        {
            builder.Services.AddSingleton(subscription);
        }

        new DaprProvider().Add(builder.Services, builder.Configuration, ProviderPorts.EventLog, hosted ?? []);
        var application = builder.Build();
        application.Run(http =>
        {
            http.Response.StatusCode = StatusCodes.Status418ImATeapot; // stands for the edge and all behind it
            return Task.CompletedTask;
        });
        await application.StartAsync();
        return new DaprProcess(application);
    }

    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}

using Dapr.Client;
using Grpc.Net.Client;
using Hotline.Ports;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Dapr;

/// <summary>The event log on Dapr, <c>Hotline:EventLog=Dapr</c>: the relay that carries the store's events to the sidecar, and the routes by which the sidecar delivers.</summary>
public sealed class DaprProvider : IProvider
{
    public void Add(IServiceCollection services, IConfiguration configuration, ProviderPorts ports, IReadOnlyList<string> hostedServices)
    {
        if (!ports.HasFlag(ProviderPorts.EventLog))
        {
            return;
        }

        LaySecrets(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<DaprOptions>().BindConfiguration(DaprOptions.Section)
            .Configure<IConfiguration>(static (options, all) => options.AppToken ??= all["APP_API_TOKEN"])
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<DaprOptions>, DaprOptionsValidator>();
        services.AddDaprClient(static (provider, client) => SetUp(client, provider.GetRequiredService<IOptions<DaprOptions>>().Value));
        services.AddSingleton(new RelayedServices(hostedServices));
        services.AddSingleton<DaprEventLog>();
        services.AddSingleton<IEventLog>(static provider => provider.GetRequiredService<DaprEventLog>());
        services.AddSingleton<IStartupFilter, DaprCallbacks>();
        services.AddHostedService<DaprRelay>();
        if (configuration[$"{DaprOptions.Section}:{nameof(DaprOptions.InvokeAppId)}"] is { Length: > 0 })
        {
            services.AddSingleton<IServiceInvocation, DaprInvocation>();
        }
    }

    internal static void SetUp(DaprClientBuilder client, DaprOptions options)
    {
        client.UseGrpcChannelOptions(new GrpcChannelOptions
        {
            ThrowOperationCanceledOnCancellation = true,
            HttpHandler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
            MaxReconnectBackoff = TimeSpan.FromSeconds(5), // of its own accord it would wait for two minutes
        });
        if (options.GrpcEndpoint is { } grpc)
        {
            client.UseGrpcEndpoint(grpc.OriginalString);
        }

        if (options.HttpEndpoint is { } http)
        {
            client.UseHttpEndpoint(http.OriginalString);
        }

        if (options.ApiToken is { } token)
        {
            client.UseDaprApiToken(token);
        }
    }

    /// <summary>Before the services are registered, for some of them look at their options by then.</summary>
    private static void LaySecrets(IConfiguration configuration)
    {
        var options = configuration.GetSection(DaprOptions.Section).Get<DaprOptions>() ?? new DaprOptions();
        if (options.SecretStore is not { Length: > 0 } store)
        {
            return;
        }

        if (configuration is not IConfigurationBuilder builder)
        {
            throw new InvalidOperationException("Hotline:Dapr:SecretStore is set, but this program's configuration takes no further source.");
        }

        if (new DaprOptionsValidator().Validate(null, options) is { Failed: true } faults)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(DaprOptions), faults.Failures);
        }

        var setUp = new DaprClientBuilder();
        SetUp(setUp, options);
        using var client = setUp.Build();
        var loading = Task.Run(() => DaprSecrets.LoadAsync(client, store, TimeSpan.FromSeconds(options.SecretSeconds), TimeProvider.System));
        DaprSecrets.Lay(builder, loading.GetAwaiter().GetResult());
    }
}

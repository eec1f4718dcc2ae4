using System.Net;
using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>
/// The process around one service or many. It starts with empty configuration: the embedded providers, the folder <c>data</c>, port 12345
/// on loopback. <c>--Hotline:Services=a,b</c> picks from the modules the program lists.
/// </summary>
/// <param name="time">The clock of the whole process; the system's when null.</param>
public sealed class HotlineHost(string[] args, TimeProvider? time = null)
{
    /// <summary>The public port, in both forms.</summary>
    public const int PublicPort = 12345;

    private readonly List<Module> _modules = [];
    private Action<IHostApplicationBuilder>? _addGateway;
    private Action<IEndpointRouteBuilder>? _mapGateway;
    private int _port = PublicPort;

    private sealed record Module(ServiceDescription Service, Action<IHostApplicationBuilder> AddServices, Action<IEndpointRouteBuilder> MapEndpoints);

    /// <summary>The services this program can host.</summary>
    public IReadOnlyList<ServiceDescription> Services => [.. _modules.Select(module => module.Service)];

    public HotlineHost Add<TModule>()
        where TModule : IServiceModule
    {
        _modules.Add(new Module(TModule.Service, TModule.AddServices, TModule.MapEndpoints));
        return this;
    }

    /// <summary>Bearer tokens for accounts of the organization file, made with the keys of the data folder; for practice, on the machine itself.</summary>
    public async Task<IReadOnlyDictionary<string, string>> MintTokensAsync(Func<Organization, IEnumerable<string>> accounts, TimeSpan life)
    {
        // No service is hosted, so no lock is taken: it runs beside the servers.
        await using var application = Build([.. args, "--Hotline:Services=,"]);
        return accounts(application.Services.GetRequiredService<Organization>()).Distinct()
            .ToDictionary(account => account, account => application.Services.GetRequiredService<StaffTokens>().IssueBearer(account, life));
    }

    /// <summary>Makes this the gateway's process: the same edge, no service and no store behind it, and a proxy for all the rest.</summary>
    /// <param name="port">Where it listens on loopback when nothing else is said.</param>
    public HotlineHost AddGateway(Action<IHostApplicationBuilder> add, Action<IEndpointRouteBuilder> map, int port = PublicPort)
    {
        (_addGateway, _mapGateway, _port) = (add, map, port);
        return this;
    }

    /// <summary>Runs until told to stop, or runs the command the arguments name.</summary>
    /// <returns>The exit code: 0, or 1 with one clear sentence on standard error when it could not start.</returns>
    public async Task<int> RunAsync()
    {
        try
        {
            if (args is ["token", .. var options])
            {
                return await TokenCommand.RunAsync(options, Console.Out);
            }

            if (args is ["migrate", .. var settings])
            {
                // No service is hosted, so no lock is taken.
                await using var unhosted = Build([.. settings, "--Hotline:Services=,"]);
                return await MigrateCommand.RunAsync(unhosted, Console.Out);
            }

            await using var application = Build();
            await application.RunAsync();
            return 0;
        }
        catch (Exception failure) when (failure is OptionsValidationException or InvalidOperationException or EngineAwayException or IOException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    /// <summary>The application, ready to run; tests start it themselves.</summary>
    public WebApplication Build() => Build(args);

    private WebApplication Build(string[] arguments)
    {
        // Shapes and sizes are ours to check; a slim builder leaves out what a service behind a gateway does not need.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = arguments, ContentRootPath = AppContext.BaseDirectory });
        var configuration = Configure(builder, arguments);
        var chosen = Choose(configuration);
        var edge = _addGateway is null ? EdgeOf(configuration) : EdgeKind.Direct;

        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<IIdSource>(static services => new Uuid7(services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(OrganizationFile.Load(configuration[OrganizationFile.Key]));
        builder.AddEdge(configuration, edge);
        Telemetry.Add(builder);
        Errors.Add(builder.Services);
        if (_addGateway is null)
        {
            ProviderLoader.AddProviders(builder.Services, configuration, [.. chosen.Select(module => module.Service.Name)]);
        }

        foreach (var module in chosen)
        {
            module.AddServices(builder);
        }

        _addGateway?.Invoke(builder);
        builder.Services.AddSingleton<ReadyState>();
        builder.Services.AddHostedService<Readiness>();
        Listen(builder, configuration, edge, chosen);
        if (edge == EdgeKind.Gateway || _addGateway is not null)
        {
            // Where somebody else takes over, or waits: an all-in-one that closes late is only away longer.
            builder.Services.AddSingleton(PatientTransport.Create);
        }

        var application = builder.Build();
        Errors.Use(application);
        application.UseFarewell();
        application.UseTrustedProxies(edge);
        application.UseMiddleware<EdgeMiddleware>(edge);
        application.UseRouting();
        application.UseLimits(edge);
        StaffAuthentication.Use(application);
        Health.Map(application);
        var handling = application.Services.GetServices<HandlingService>().Select(service => service.Name).ToHashSet();
        foreach (var module in chosen)
        {
            module.MapEndpoints(application);
            if (handling.Contains(module.Service.Name))
            {
                DeadLetterDesk.Map(application, module.Service);
            }
        }

        _mapGateway?.Invoke(application);
        return application;
    }

    private static ConfigurationManager Configure(WebApplicationBuilder builder, string[] arguments)
    {
        var configuration = builder.Configuration;
        var file = configuration["Hotline:Config"] ?? Path.Combine(Path.GetFullPath(configuration["Hotline:Data"] ?? "data"), "hotline.json");
        configuration.AddJsonFile(file, optional: configuration["Hotline:Config"] is null);
        if (configuration["Hotline:Secrets"] is { } secrets)
        {
            configuration.AddKeyPerFile(secrets, optional: false);
        }

        configuration.AddEnvironmentVariables().AddCommandLine(arguments); // what is said for this start wins over files
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning); // the framework's request lines hold numbers and addresses
        builder.Logging.AddFilter("System", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // that token keys lie in a folder only its owner reads is on purpose
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information); // where it listens
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None); // else each request pays for an activity and a scope that no line shows
        builder.Logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        return configuration;
    }

    private List<Module> Choose(ConfigurationManager configuration)
    {
        if (configuration["Hotline:Services"] is not { Length: > 0 } list)
        {
            return _modules;
        }

        var names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = names.Except(_modules.Select(module => module.Service.Name)).ToList();
        return unknown.Count == 0
            ? [.. _modules.Where(module => names.Contains(module.Service.Name))]
            : throw new InvalidOperationException(
                $"Hotline:Services names {string.Join(", ", unknown)}, which this program does not have. It has: {string.Join(", ", _modules.Select(module => module.Service.Name))}.");
    }

    private static EdgeKind EdgeOf(ConfigurationManager configuration) =>
        Enum.TryParse<EdgeKind>(configuration["Hotline:Edge"] ?? nameof(EdgeKind.Direct), ignoreCase: true, out var edge) && Enum.IsDefined(edge)
            ? edge
            : throw new InvalidOperationException($"Hotline:Edge is '{configuration["Hotline:Edge"]}': it must be Direct or Gateway.");

    private void Listen(WebApplicationBuilder builder, ConfigurationManager configuration, EdgeKind edge, List<Module> chosen)
    {
        var limits = configuration.GetSection(EdgeLimits.Section).Get<EdgeLimits>() ?? new EdgeLimits();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = limits.BodyBytes;
            kestrel.Limits.MaxConcurrentConnections = limits.Connections;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(limits.IdleSeconds);
        });
        if (configuration["urls"] is null && configuration["http_ports"] is null)
        {
            var port = edge == EdgeKind.Gateway && chosen is [var only] ? only.Service.LocalPort : _port;
            builder.WebHost.UseUrls($"http://{IPAddress.Loopback}:{port}");
        }
    }
}

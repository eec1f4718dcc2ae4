using Hotline.Hosting;
using Microsoft.Extensions.Options;
using Ocelot.Configuration.File;
using Ocelot.DependencyInjection;
using Ocelot.Middleware;
using Ocelot.Requester;

namespace Hotline.Gateway.Partners;

/// <summary>The partner gateway's process: the same edge as the citizens' gateway, a door for partners, and Ocelot behind it.</summary>
internal static class PartnerGateway
{
    /// <summary>Where it listens on loopback when nothing else is said: beside the public port.</summary>
    public const int Port = HotlineHost.PublicPort + 1;

    public static void Add(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        var places = builder.Configuration.GetSection("Hotline:Gateway");
        services.AddOptions<PartnerGatewayOptions>().BindConfiguration(PartnerGatewayOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PartnerGatewayOptions>, PartnerGatewayOptionsValidator>();
        services.AddHttpContextAccessor();
        services.AddSingleton<PartnerDoor>();
        services.AddSingleton(provider => new ContactReveal(
            provider.GetRequiredService<IHttpContextAccessor>(), provider.GetRequiredService<EdgeToken>(), provider.GetRequiredService<IOptions<PartnerGatewayOptions>>(), service => places[service]));
        builder.Logging.AddFilter("Ocelot", LogLevel.None); // its lines hold paths, and so numbers; what matters is logged here

        // The builder leaves out what Ocelot adds by itself: controllers that change its configuration, a listener to every step.
        services.AddOcelotUsingBuilder(new ConfigurationBuilder().Build(), static (mvc, _) => mvc)
            .AddDelegatingHandler<WholePartHandler>()
            .AddDelegatingHandler<EdgeTokenHandler>(global: true)
            .AddSingletonDefinedAggregator<CaseFileAggregator>();
        services.AddSingleton<IMessageInvokerPool, ImpatientInvokerPool>(); // in the place of Ocelot's
        services.AddOptions<FileConfiguration>().Configure<IOptions<PartnerGatewayOptions>>(
            (configuration, options) => PartnerRoutes.Write(configuration, options.Value, service => places[service]));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        var ocelot = PipelineOf((IApplicationBuilder)routes);
        var services = routes.ServiceProvider;
        var (door, contact) = (services.GetRequiredService<PartnerDoor>(), services.GetRequiredService<ContactReveal>());
        foreach (var route in PartnerRoutes.Submissions.Append(PartnerRoutes.CaseFile))
        {
            Map(route, ocelot);
        }

        Map(PartnerRoutes.Contact, contact.RevealAsync);

        // The door decides, by the partner's key: no account of the staff has anything to do here.
        void Map(PartnerRoute route, RequestDelegate next) => routes.MapMethods(route.Pattern, [route.Method], door.Guard(route, next)).AllowAnonymous();
    }

    private static RequestDelegate PipelineOf(IApplicationBuilder application)
    {
        var branch = application.New();
        branch.UseOcelot(new OcelotPipelineConfiguration { ResponderMiddleware = GatewayAnswers.RespondAsync }).GetAwaiter().GetResult(); // at start, of what is in memory
        branch.Run(static _ => Task.CompletedTask); // Ocelot goes on after it has asked
        return branch.Build();
    }
}

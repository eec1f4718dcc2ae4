using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Portal;

/// <summary>The portal 门户网站: a form for citizens' browsers, and signed JSON for the back ends of government sites.</summary>
public sealed partial class PortalChannel : IServiceModule
{
    public const string Name = "intake-portal";

    public static ServiceDescription Service { get; } = new(Name, ["/intake/portal"], 12357);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddIntake(Service, Channels.Portal);
        builder.Services.AddOptions<PortalOptions>().BindConfiguration(PortalOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PortalOptions>, PortalOptionsValidator>();
        builder.Services.AddKeyedSingleton(Name, (services, _) => new FormTokens(
            services.GetRequiredService<IServiceKeys>().Derive(Name, "form-tokens"),
            TimeSpan.FromHours(OptionsOf(services).FormHours),
            services.GetRequiredService<IIdSource>(),
            services.GetRequiredService<TimeProvider>()));
        builder.Services.AddKeyedSingleton(Name, (services, _) => new UploadTurns(OptionsOf(services).Limits));
        builder.Services.AddKeyedSingleton(Name, (services, _) => new SignedRequests(
            services.GetRequiredKeyedService<AppealIntake>(Name),
            new SignedSenders(OptionsOf(services).Sites.Select(site => site.ToSender()), services.GetRequiredService<TimeProvider>()),
            OptionsOf(services).Limits));
        builder.Services.AddSingleton<PortalReceiver>();
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        foreach (var site in OptionsOf(services).Sites.Where(site => site.Key.Length == 0))
        {
            LogClosed(services.GetRequiredService<ILogger<PortalChannel>>(), site.Name, PortalOptions.Section);
        }

        var channel = routes.MapChannel(Service);
        new SignedSubmissions(
            Service, services.GetRequiredKeyedService<AppealIntake>(Name), services.GetRequiredKeyedService<AppealWatch>(Name), services.GetRequiredKeyedService<SignedRequests>(Name)).Map(channel);

        var receiver = services.GetRequiredService<PortalReceiver>();
        var pages = channel.MapGroup("").AllowAnonymous();
        pages.MapGet("/new", receiver.ShowNew);
        pages.MapGet("/follow", () => PortalPages.Follow(StatusCodes.Status200OK, "", []));
        Post("/new", receiver.ReceiveAsync);
        Post("/follow", receiver.FollowAsync);
        Post("/follow/supplement", receiver.SupplementAsync);
        Post("/follow/urge", receiver.UrgeAsync);
        Post("/follow/withdraw", receiver.WithdrawAsync);

        void Post(string pattern, Func<HttpContext, Task<IResult>> handler) => pages.MapPost(pattern, async http => await (await handler(http)).ExecuteAsync(http)).CountsEntries(Service);
    }

    private static PortalOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<PortalOptions>>().Value;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The portal's site {Site} is closed: its Key in {Section}:Sites is not set")]
    private static partial void LogClosed(ILogger logger, string site, string section);
}

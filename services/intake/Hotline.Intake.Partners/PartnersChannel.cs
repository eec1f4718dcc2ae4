using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.Partners.Province;
using Hotline.Intake.Partners.Weibo;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Partners;

/// <summary>Partners 合作平台: media, Weibo and the province's platform, each its own source by its own key.</summary>
public sealed partial class PartnersChannel : IServiceModule
{
    public const string Name = "intake-partners";

    public static ServiceDescription Service { get; } = new(Name, ["/intake/partners"], 12358);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddIntake(Service, Channels.Partner, ProvincePart.Channel);
        builder.Services.AddOptions<PartnersOptions>().BindConfiguration(PartnersOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PartnersOptions>, PartnersOptionsValidator>();
        foreach (var protocol in new[] { PartnerProtocol.Media, PartnerProtocol.Province })
        {
            builder.Services.AddKeyedSingleton(protocol, (services, _) => new SignedRequests(
                services.GetRequiredKeyedService<AppealIntake>(Name),
                new SignedSenders(OptionsOf(services).Senders(protocol), services.GetRequiredService<TimeProvider>()),
                OptionsOf(services).Limits));
        }

        builder.Services.AddSingleton<ProvinceDesk>();
        builder.Services.AddSingleton<WeiboDesk>();
        builder.Services.AddSingleton<WeiboReceiver>();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ProvinceJson.Default));
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        foreach (var partner in OptionsOf(services).Partners.Where(partner => partner.Key.Length == 0))
        {
            LogClosed(services.GetRequiredService<ILogger<PartnersChannel>>(), partner.Name, PartnersOptions.Section);
        }

        var channel = routes.MapChannel(Service);
        new SignedSubmissions(
            Service, services.GetRequiredKeyedService<AppealIntake>(Name), services.GetRequiredKeyedService<AppealWatch>(Name), services.GetRequiredKeyedService<SignedRequests>(PartnerProtocol.Media)).Map(channel);

        // The platform signs what it sends; the handler checks that before all else.
        var weibo = services.GetRequiredService<WeiboReceiver>();
        var platform = channel.MapGroup("/weibo/{partner}").AllowAnonymous();
        platform.MapGet("", weibo.Verify);
        platform.MapPost("", async http => await (await weibo.ReceiveAsync(http)).ExecuteAsync(http)).CountsEntries(Service);

        // So does the province.
        var province = services.GetRequiredService<ProvinceDesk>();
        var orders = channel.MapGroup("/orders").AllowAnonymous();
        orders.MapPost("", async http => await (await province.ReceiveAsync(http)).ExecuteAsync(http)).CountsEntries(Service);
        orders.MapPost("/{foreignId}/cancellation", async http => await (await province.CancelAsync(http)).ExecuteAsync(http)).CountsEntries(Service);
        orders.MapGet("/{foreignId}", async http => await (await province.TrackAsync(http)).ExecuteAsync(http));
        channel.MapGet("/province-orders/{number}", province.ShowAsync).RequireStaff(Roles.Agent, Roles.Acceptor, Roles.Dispatcher);
        channel.MapPost("/province-orders/{number}/return", province.ReturnAsync).RequireStaff(Roles.Acceptor, Roles.Dispatcher);
    }

    private static PartnersOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<PartnersOptions>>().Value;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The partner {Partner} is closed: its Key in {Section}:Partners is not set")]
    private static partial void LogClosed(ILogger logger, string partner, string section);
}

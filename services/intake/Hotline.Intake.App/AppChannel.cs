using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.App;

/// <summary>The city's app: appeals as JSON or with files, from devices that hold a key.</summary>
public sealed class AppChannel : IServiceModule
{
    public const string Name = "intake-app";

    public static ServiceDescription Service { get; } = new(Name, ["/intake/app"], 12351);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddIntake(Service, Channels.App);
        builder.Services.AddOptions<AppOptions>().BindConfiguration(AppOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<AppOptions>, AppOptionsValidator>();
        builder.AddDevices(Service, static services => OptionsOf(services).Devices, static services => OptionsOf(services).Limits);
        builder.Services.AddSingleton<AppReceiver>();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, AppJson.Default));
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var channel = routes.MapChannel(Service);

        var device = channel.MapDevices(Service);
        var receiver = routes.ServiceProvider.GetRequiredService<AppReceiver>();
        device.Submit("/appeals", receiver.ReceiveAsync);
        device.Submit("/appeals/{number}/supplements", receiver.SupplementAsync);
        device.Submit("/appeals/{number}/urges", receiver.UrgeAsync);
        device.Submit("/appeals/{number}/withdrawals", receiver.WithdrawAsync);
    }

    private static AppOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<AppOptions>>().Value;
}

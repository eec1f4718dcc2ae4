using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.App.Devices;
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
        builder.Services.AddSingleton<DeviceTokens>();
        builder.Services.AddSingleton<AppReceiver>();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, AppJson.Default));
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var channel = routes.MapGroup(Service.Prefixes[0]);
        channel.MapTracking(Service);
        channel.MapContacts(Service);
        channel.MapReviews(Service);

        // The app's own requests prove their device themselves: a DPoP proof is for one request and its path, so no earlier layer can check it.
        var device = channel.MapGroup("").AllowAnonymous().WithMetadata(new ProvenByDevice());
        var receiver = routes.ServiceProvider.GetRequiredService<AppReceiver>();
        Map("/devices", receiver.RegisterAsync);
        Map("/appeals", receiver.ReceiveAsync);
        Map("/appeals/{number}/supplements", receiver.SupplementAsync);
        Map("/appeals/{number}/urges", receiver.UrgeAsync);
        Map("/appeals/{number}/withdrawals", receiver.WithdrawAsync);

        // Nothing is bound from the request but what the receiver reads itself, so a plain delegate does.
        void Map(string path, Func<HttpContext, Task<IResult>> receive) => device.MapPost(path, async http => await (await receive(http)).ExecuteAsync(http));
    }
}

/// <summary>The rule of a route whose handler checks token and proof of a device.</summary>
public sealed class ProvenByDevice;

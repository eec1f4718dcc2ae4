using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.PhotoReport.Media;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.PhotoReport;

/// <summary>The photo report 随手拍: what is wrong shown by photos, with the place they were taken at.</summary>
public sealed class PhotoReportChannel : IServiceModule
{
    public const string Name = "intake-photo-report";

    public static ServiceDescription Service { get; } = new(Name, ["/intake/photo-report"], 12352);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddIntake(Service, Channels.PhotoReport, ReportPart.Channel);
        builder.Services.AddOptions<PhotoReportOptions>().BindConfiguration(PhotoReportOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PhotoReportOptions>, PhotoReportOptionsValidator>();
        builder.AddDevices(Service, static services => OptionsOf(services).Devices, static services => OptionsOf(services).Limits);
        builder.Services.AddSingleton<PhotoReportReceiver>();
        builder.Services.AddSingleton<NearbyReports>();
        builder.Services.AddSingleton<PhotoPublisher>();
        builder.Services.AddSingleton<PhotoBell>();
        builder.Services.AddHostedService<PhotoWorker>();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, PhotoReportJson.Default));
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var channel = routes.MapChannel(Service);
        channel.MapPhotos();

        var device = channel.MapDevices(Service);
        var receiver = routes.ServiceProvider.GetRequiredService<PhotoReportReceiver>();
        device.Submit("/appeals", receiver.ReceiveAsync);
        device.Submit("/appeals/{number}/supplements", receiver.SupplementAsync);
        device.Submit("/appeals/{number}/urges", receiver.UrgeAsync);
        device.Submit("/appeals/{number}/withdrawals", receiver.WithdrawAsync);
        device.Get("/nearby", routes.ServiceProvider.GetRequiredService<NearbyReports>().FindAsync);
    }

    private static PhotoReportOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<PhotoReportOptions>>().Value;
}

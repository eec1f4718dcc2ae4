using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Intake;
using Hotline.Intake.Calls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>What a channel's service needs to have its citizens rung by a machine.</summary>
internal static class CallExtensions
{
    /// <summary>The platform, once for all channels of the process, and the channel's own worker.</summary>
    public static void AddCalls(this IHostApplicationBuilder builder, ServiceDescription service)
    {
        var services = builder.Services;
        if (!services.Any(static known => known.ServiceType == typeof(ICallPlatform)))
        {
            services.AddOptions<CallOptions>().BindConfiguration(CallOptions.Section).ValidateOnStart();
            services.AddSingleton<IValidateOptions<CallOptions>, CallOptionsValidator>();
            services.AddSingleton(PlatformOf);
            services.AddSingleton<CallReportDesk>();
        }

        services.AddKeyedSingleton<Bell>(BellOf(service.Name));
        services.AddSingleton<IHostedService>(provider => new CallWorker(
            service.Name,
            $"{provider.GetRequiredService<IOptions<EdgeLimits>>().Value.PublicOrigin}{service.Prefixes[0]}{CallReportDesk.Path}",
            provider.GetRequiredKeyedService<AppealIntake>(service.Name),
            provider.GetRequiredService<ICallPlatform>(),
            provider.GetRequiredKeyedService<Bell>(BellOf(service.Name)),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CallWorker>>()));
    }

    /// <summary>Has the channel's service take up the orders for its appeals.</summary>
    public static HandlerMap OnCalls(this HandlerMap handlers, string service, Channel channel)
    {
        return handlers
            .On(Topics.Callbacks, EventTypes.CallbackCallOrdered, HotlineJson.Default.CallbackCallOrdered, KeeperOf)
            .On(Topics.Callbacks, EventTypes.CallbackCallWithdrawn, HotlineJson.Default.CallbackCallWithdrawn, KeeperOf);

        CallKeeper KeeperOf(IServiceProvider provider) => new(
            channel, provider.GetRequiredKeyedService<AppealIntake>(service), provider.GetRequiredService<ICallPlatform>(), provider.GetRequiredKeyedService<Bell>(BellOf(service)));
    }

    private static string BellOf(string service) => $"{service}/calls";

    private static ICallPlatform PlatformOf(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<CallOptions>>().Value;
        return options.Url is not null ? new HttpCallPlatform(options, services.GetRequiredService<TimeProvider>())
            : options.Folder.Length > 0 ? new FolderCallPlatform(options.Folder)
            : new ClosedCallPlatform($"{CallOptions.Section}:Url");
    }

    /// <summary>Stores orders with the appeal they are about, where the worker finds them.</summary>
    private sealed class CallKeeper(Channel channel, AppealIntake intake, ICallPlatform platform, Bell bell) : IHandle<CallbackCallOrdered>, IHandle<CallbackCallWithdrawn>
    {
        public async ValueTask HandleAsync(CallbackCallOrdered data, CloudEvent envelope, CancellationToken cancellation)
        {
            if (data.Channel == channel.Name)
            {
                await intake.Calls.StoreAsync(data, isOpen: platform.Missing is null, cancellation);
                bell.Ring();
            }
        }

        /// <summary>What the platform may have is left to ring, or to be told of.</summary>
        public async ValueTask HandleAsync(CallbackCallWithdrawn data, CloudEvent envelope, CancellationToken cancellation)
        {
            if (data.Channel == channel.Name)
            {
                await intake.Calls.RecordAsync(
                    data.Id, data.Call, static (call, now) => call is { Step: CallStep.Queued, Unsure: false } ? OrderedCalls.EndOf(call.Order, now, CallOutcomes.Withdrawn) : null, cancellation);
            }
        }
    }
}

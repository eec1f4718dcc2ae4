using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Intake;
using Hotline.Intake.Journal;
using Hotline.Intake.Replies;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>What a channel registers.</summary>
public static class IntakeExtensions
{
    /// <summary>Gives a channel's service its intake and has it store the replies that are for its appeals. Both are keyed by the service's name.</summary>
    /// <param name="part">What the channel keeps of its own with each appeal.</param>
    public static void AddIntake(this IHostApplicationBuilder builder, ServiceDescription service, Channel channel, ChannelPart? part = null)
    {
        var name = service.Name;
        builder.Services.AddKeyedSingleton(name, (services, _) => new AppealIntake(
            name,
            channel,
            services.GetRequiredService<IDocumentStores>(),
            services.GetRequiredService<IBlobStore>(),
            services.GetRequiredService<IServiceKeys>(),
            services.GetRequiredService<IIdSource>(),
            services.GetRequiredService<TimeProvider>(),
            part,
            services.GetKeyedService<IntakeJournal>(name)));
        AddJournal(builder, name);
        builder.Services.AddSingleton<IHostedService>(services => new BalanceWriter(
            name,
            services.GetRequiredKeyedService<AppealIntake>(name).Balance,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<BalanceWriter>>()));
        builder.Services.AddKeyedSingleton<AppealWatch>(name);
        builder.Services.AddKeyedSingleton(name, (services, _) => new CodeAttempts(services.GetRequiredService<TimeProvider>()));
        builder.AddCalls(service);
        builder.Services.AddHandling(name, handlers => handlers.OnCalls(name, channel).On(
            Topics.Replies,
            EventTypes.ReplyIssued,
            HotlineJson.Default.ReplyIssued,
            services => new ReplyKeeper(
                channel,
                services.GetRequiredKeyedService<AppealIntake>(name),
                services.GetRequiredKeyedService<AppealWatch>(name),
                services.GetKeyedService<IReplySender>(name),
                services.GetKeyedService<Bell>(name))));
    }

    /// <summary>Maps what every channel has: tracking, contacts, files, the review queue, the daily balance, the self-test, the reports of calls by machine, and where replies are carried out what became of them.</summary>
    /// <returns>The group of the channel's routes, below its prefix.</returns>
    public static RouteGroupBuilder MapChannel(this IEndpointRouteBuilder routes, ServiceDescription service)
    {
        var channel = routes.MapGroup(service.Prefixes[0]);
        channel.MapTracking(service);
        channel.MapContacts(service);
        channel.MapReviews(service);
        channel.MapFiles(service);
        channel.MapBalance(service);
        channel.MapSelfTest(service);
        channel.MapDeliveries(service);
        CallReportDesk.Map(channel, service);
        return channel;
    }

    /// <summary>Has a channel's replies carried to its citizens by a worker of its own. Without it tracking alone tells them.</summary>
    public static void AddReplies<TSender>(this IHostApplicationBuilder builder, ServiceDescription service)
        where TSender : class, IReplySender
    {
        var name = service.Name;
        builder.Services.AddKeyedSingleton<IReplySender, TSender>(name);
        builder.Services.AddKeyedSingleton<Bell>(name);
        builder.Services.AddSingleton<IHostedService>(services => new ReplyWorker(
            name,
            services.GetRequiredKeyedService<AppealIntake>(name),
            services.GetRequiredKeyedService<IReplySender>(name),
            services.GetRequiredKeyedService<Bell>(name),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<ReplyWorker>>()));
    }

    /// <summary>Gives a channel a journal where the configuration names a folder for it.</summary>
    private static void AddJournal(IHostApplicationBuilder builder, string name)
    {
        var section = builder.Configuration.GetSection(JournalOptions.Section);
        builder.Services.AddOptions<JournalOptions>().Bind(section).ValidateOnStart();
        builder.Services.TryAddSingleton<IValidateOptions<JournalOptions>, JournalOptionsValidator>();
        if (section[nameof(JournalOptions.Folder)] is not { Length: > 0 } folder)
        {
            return;
        }

        builder.Services.AddKeyedSingleton(name, (services, _) => new OwnStore(
            Path.Combine(folder, name), name, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddKeyedSingleton(name, (services, _) =>
        {
            var own = services.GetRequiredKeyedService<OwnStore>(name);
            return new IntakeJournal(
                name, own.Documents, own.Blobs, services.GetRequiredService<IServiceKeys>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<IntakeJournal>>());
        });
        builder.Services.AddSingleton<IHostedService>(services => new JournalCarrier(
            services.GetRequiredKeyedService<IntakeJournal>(name),
            services.GetRequiredKeyedService<AppealIntake>(name),
            services.GetRequiredService<IOptions<JournalOptions>>().Value.Numbers,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<JournalCarrier>>()));
    }

    /// <summary>Stores replies to this channel's appeals with the appeal, where tracking finds them and the worker that carries them out.</summary>
    private sealed class ReplyKeeper(Channel channel, AppealIntake intake, AppealWatch watch, IReplySender? sender, Bell? bell) : IHandle<ReplyIssued>
    {
        public async ValueTask HandleAsync(ReplyIssued data, CloudEvent envelope, CancellationToken cancellation)
        {
            Func<Appeal, bool>? carries = sender is null ? null : appeal => sender.Carries(appeal, data.Kind);
            if (data.Channel == channel.Name && await intake.Replies.StoreAsync(data, carries, cancellation) is not null)
            {
                watch.Changed(data.AppealId);
                bell?.Ring();
            }
        }
    }
}

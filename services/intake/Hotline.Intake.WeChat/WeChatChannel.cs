using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.WeChat.Conversations;
using Hotline.Intake.WeChat.Media;
using Hotline.Intake.WeChat.Platform;
using Hotline.Intake.WeChat.Replies;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat;

/// <summary>A WeChat official account 公众号: citizens talk, what they tell becomes appeals.</summary>
public sealed partial class WeChatChannel : IServiceModule
{
    public const string Name = "intake-wechat";

    public static ServiceDescription Service { get; } = new(Name, ["/intake/wechat"], 12354);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddIntake(Service, Channels.WeChat);
        builder.Services.AddSelfTest(Service, "公众号配置", static (services, _) => new(
            services.GetRequiredService<IOptions<WeChatOptions>>().Value.Closed is null ? null : $"请设置 {WeChatOptions.Section}:AppId、:Token 和 :EncodingAesKey。"));
        builder.Services.AddOptions<WeChatOptions>().BindConfiguration(WeChatOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<WeChatOptions>, WeChatOptionsValidator>();
        builder.Services.AddSingleton(services => new PushStore(
            services.GetRequiredService<IDocumentStores>().Open(PushedMessage.TypeFor(Name)),
            services.GetRequiredService<IServiceKeys>().Sealer(Name, "pushes"),
            services.GetRequiredService<IIdSource>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<WeChatApi>().IsOpen));
        builder.Services.AddSingleton(services => new ConversationStore(
            services.GetRequiredService<IDocumentStores>().Open(Conversation.TypeFor(Name)),
            services.GetRequiredKeyedService<AppealIntake>(Name),
            services.GetRequiredService<IIdSource>(),
            services.GetRequiredService<IOptions<WeChatOptions>>(),
            services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(services => new ConversationDesk(
            services.GetRequiredService<PushStore>(),
            services.GetRequiredService<ConversationStore>(),
            services.GetRequiredKeyedService<AppealIntake>(Name),
            services.GetRequiredKeyedService<AppealWatch>(Name),
            services.GetRequiredKeyedService<CodeAttempts>(Name),
            services.GetRequiredService<Organization>(),
            services.GetRequiredService<Bell>(),
            services.GetRequiredService<IOptions<WeChatOptions>>(),
            services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<WeChatReceiver>();
        builder.Services.AddSingleton<Bell>();
        builder.Services.AddSingleton<ConversationSweep>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<ConversationSweep>());
        builder.Services.AddSingleton<WeChatApi>();
        builder.Services.AddSingleton<VideoHosts>();
        builder.Services.AddSingleton<MediaFetcher>();
        builder.Services.AddHostedService<MediaWorker>();
        builder.AddReplies<WeChatReplySender>(Service);
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        if (services.GetRequiredService<IOptions<WeChatOptions>>().Value.Closed is { } reason)
        {
            LogClosed(services.GetRequiredService<ILogger<WeChatChannel>>(), reason);
        }
        else if (!services.GetRequiredService<WeChatApi>().IsOpen)
        {
            LogNoMedia(services.GetRequiredService<ILogger<WeChatChannel>>(), $"{WeChatOptions.Section}:AppSecret is not set");
        }

        var channel = routes.MapChannel(Service);

        // The platform signs what it sends; the handler checks that before all else.
        var receiver = services.GetRequiredService<WeChatReceiver>();
        var platform = channel.MapGroup("/callback").AllowAnonymous();
        platform.MapGet("", receiver.Verify);
        platform.MapPost("", async http => await (await receiver.ReceiveAsync(http)).ExecuteAsync(http)).CountsEntries(Service);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The WeChat channel is closed: {Reason}")]
    private static partial void LogClosed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The WeChat channel fetches no photos and recordings, they stay marks in the text: {Reason}")]
    private static partial void LogNoMedia(ILogger logger, string reason);
}

using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.MessageBoard.Replies;
using Hotline.Intake.MessageBoard.Sync;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.MessageBoard;

/// <summary>The leaders' message board 人民网领导留言板: nobody sends here; it is read, again and again.</summary>
public sealed class MessageBoardChannel : IServiceModule
{
    /// <summary>The service's name.</summary>
    public const string Name = "intake-message-board";

    public static ServiceDescription Service { get; } = new(Name, ["/intake/message-board"], 12353);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddIntake(Service, Channels.MessageBoard);
        builder.Services.AddSelfTest(Service, "读取留言板", static (services, _) => new(
            services.GetRequiredService<IOptions<MessageBoardOptions>>().Value.Source == BoardSourceKind.None ? $"请设置 {MessageBoardOptions.Section}:Source。"
                : services.GetRequiredService<SyncStatus>().Run.Trouble));
        builder.Services.AddOptions<MessageBoardOptions>().BindConfiguration(MessageBoardOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<MessageBoardOptions>, MessageBoardOptionsValidator>();
        builder.Services.AddSingleton(SourceOf);
        builder.Services.AddSingleton<ThreadKeeper>();
        builder.Services.AddSingleton<BoardReplies>();
        builder.Services.AddSingleton<MessageBoardSync>();
        builder.AddReplies<BoardReplySender>(Service);
        builder.Services.AddSingleton<SyncStatus>();
        builder.Services.AddHostedService<MessageBoardPoller>();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, BoardDeskJson.Default));
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var channel = routes.MapChannel(Service);
        channel.MapBoard();
    }

    private static IMessageBoardSource SourceOf(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<MessageBoardOptions>>().Value;
        return options.Source switch
        {
            BoardSourceKind.Files => new FilesMessageBoardSource(options.Folder!),
            BoardSourceKind.Http => new HttpMessageBoardSource(options, services.GetRequiredService<TimeProvider>()),
            _ => new ClosedMessageBoardSource(),
        };
    }
}

using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.Phone.Calls;
using Hotline.Intake.Phone.Sms;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Phone;

/// <summary>The phone, by which nine appeals in ten come: the telephone system tells of calls, agents write down what callers say.</summary>
public sealed partial class PhoneChannel : IServiceModule
{
    public const string Name = "intake-phone";
    private const int MostBytes = 16 * 1024;

    public static ServiceDescription Service { get; } = new(Name, ["/intake/phone"], 12355);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddIntake(Service, Channels.Phone);
        builder.Services.AddSelfTest(Service, "电话系统事件", static (services, _) => new(
            services.GetRequiredService<IOptions<PhoneOptions>>().Value.EventSecret.Length > 0 ? null : $"坐席可以登记，但来电不会弹屏：请设置 {PhoneOptions.Section}:EventSecret。"));
        builder.Services.AddOptions<PhoneOptions>().BindConfiguration(PhoneOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PhoneOptions>, PhoneOptionsValidator>();
        builder.Services.AddSingleton(services => new CallStore(
            services.GetRequiredService<IDocumentStores>().Open(Call.TypeFor(Name)),
            services.GetRequiredService<IServiceKeys>().Sealer(Name, "calls"),
            services.GetRequiredService<IServiceKeys>().Derive(Name, "callers"),
            services.GetRequiredService<IIdSource>(),
            services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<PhoneDesk>();
        builder.Services.AddSingleton<PhoneAdditions>();
        builder.Services.AddOptions<SmsOptions>().BindConfiguration(SmsOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SmsOptions>, SmsOptionsValidator>();
        builder.Services.AddSingleton(SmsOf);
        builder.AddReplies<SmsReplySender>(Service);
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, PhoneJson.Default));
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        if (services.GetRequiredService<IOptions<PhoneOptions>>().Value.EventSecret.Length == 0)
        {
            LogDeaf(services.GetRequiredService<ILogger<PhoneChannel>>(), $"{PhoneOptions.Section}:EventSecret is not set");
        }

        var channel = routes.MapChannel(Service);

        // The telephone system signs its events; the handler checks that before all else.
        channel.MapPost("/call-events", async http => await (await HearAsync(http)).ExecuteAsync(http)).AllowAnonymous().CountsEntries(Service, "电话系统事件");

        var desk = services.GetRequiredService<PhoneDesk>();
        var seats = channel.MapGroup("").RequireStaff(Roles.Agent);
        seats.MapGet("/calls", desk.ListAsync);
        seats.MapGet("/calls/{callId}", desk.GetAsync);
        seats.MapPost("/calls/{callId}/transfer", desk.TransferAsync);
        seats.MapPost("/calls/{callId}/to-supervision", desk.MoveToSupervisionAsync);
        seats.MapPost("/appeals", desk.WriteAsync).CountsEntries(Service, "坐席登记");
        var additions = services.GetRequiredService<PhoneAdditions>();
        seats.MapPost("/appeals/{number}/supplements", additions.SupplementAsync).CountsEntries(Service, "坐席登记");
        seats.MapPost("/appeals/{number}/urges", additions.UrgeAsync).CountsEntries(Service, "坐席登记");
        seats.MapGet("/skill-groups", desk.SkillGroups);
        channel.MapPost("/appeals/{number}/recordings", desk.RecordingsAsync).RequireStaff(Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.Auditor);
        channel.MapGet("/figures", desk.FiguresAsync).RequireStaff(Roles.Agent, Roles.Auditor, Roles.Administrator);
    }

    private static ISmsSender SmsOf(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<SmsOptions>>().Value;
        return options.Url is not null ? new HttpSmsSender(options, services.GetRequiredService<TimeProvider>())
            : options.Folder.Length > 0 ? new FolderSmsSender(options.Folder)
            : new ClosedSmsSender();
    }

    private static async Task<IResult> HearAsync(HttpContext http)
    {
        var services = http.RequestServices;
        var options = services.GetRequiredService<IOptions<PhoneOptions>>().Value;
        if (options.EventSecret.Length == 0)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "电话系统的事件接口尚未配置。", $"请管理员设置 {PhoneOptions.Section}:EventSecret。");
        }

        using var body = await RequestBytes.ReadAsync(http.Request, MostBytes, http.RequestAborted);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (!CallSignature.Holds(http.Request.Headers[CallSignature.Header], options.EventSecret, body.Content.Span, now, TimeSpan.FromSeconds(options.SignatureSeconds)))
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, "事件的签名不对，或时间相差过大。", $"请按 {CallSignature.Header}: t=…,v1=… 用共同的密钥签名，并校准时钟。");
        }

        var told = SubmissionJson.Parse(body.Content.Span, PhoneJson.Default.CallEvent, out var error);
        var errors = told is null ? [error!.Value] : PhoneNormalizer.Check(told);
        if (errors.Count > 0)
        {
            // Signed, so it is the telephone system's: somebody must see what it meant.
            await services.GetRequiredKeyedService<AppealIntake>(Name).KeepForReviewAsync(
                "telephone-system", new Original(body.Content, "application/json"), string.Join(" ", errors.Select(wrong => wrong.Message)), http.RequestAborted);
            return Problems.Invalid(errors);
        }

        await services.GetRequiredService<CallStore>().RecordAsync(told!, http.RequestAborted);
        return TypedResults.NoContent();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The phone channel hears of no calls: {Reason}")]
    private static partial void LogDeaf(ILogger logger, string reason);
}

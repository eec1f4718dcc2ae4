using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.Email.Imap;
using Hotline.Intake.Email.Replies;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Email;

/// <summary>E-mail 电子邮箱: letters to the office's mailboxes, from an MTA's pipe, a Maildir or IMAP.</summary>
public sealed partial class EmailChannel : IServiceModule
{
    public const string Name = "intake-email";

    public static ServiceDescription Service { get; } = new(Name, ["/intake/email"], 12356);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddIntake(Service, Channels.Email);
        builder.Services.AddSelfTest(Service, "来信入口", static (services, _) => new(
            services.GetRequiredService<IOptions<EmailOptions>>().Value.Closed is null ? null : $"请设置 {EmailOptions.Section}:PipeKey、:Maildir 或 :Imap。"));
        builder.Services.AddOptions<EmailOptions>().BindConfiguration(EmailOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<EmailOptions>, EmailOptionsValidator>();
        builder.Services.AddSingleton<EmailReceiver>();
        builder.Services.AddSingleton(services => new MessageTag(services.GetRequiredService<IServiceKeys>().Derive(Name, "message-ids")));
        builder.Services.AddSingleton(services => new AutomaticAnswers(
            services.GetRequiredService<IDocumentStores>(),
            services.GetRequiredService<IIdSource>(),
            services.GetRequiredService<IServiceKeys>().Derive(Name, "automatic-answers"),
            services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(services => new BounceReader(services.GetRequiredKeyedService<AppealIntake>(Name), services.GetRequiredService<MessageTag>()));
        builder.AddReplies<EmailReplySender>(Service);
        builder.Services.AddHostedService<MaildirPoller>();
        builder.Services.AddHostedService<ImapPoller>();
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        if (services.GetRequiredService<IOptions<EmailOptions>>().Value.Closed is { } reason)
        {
            LogClosed(services.GetRequiredService<ILogger<EmailChannel>>(), reason);
        }

        var channel = routes.MapChannel(Service);

        // The pipe shows its key; the handler checks that before all else.
        channel.MapPost("/messages", async http => await (await ReceiveAsync(http)).ExecuteAsync(http)).AllowAnonymous().CountsEntries(Service);
    }

    private static async Task<IResult> ReceiveAsync(HttpContext http)
    {
        var options = http.RequestServices.GetRequiredService<IOptions<EmailOptions>>().Value;
        if (options.PipeKey.Length == 0)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "邮件接口尚未配置。", $"请管理员设置 {EmailOptions.Section}:PipeKey。");
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes($"Bearer {options.PipeKey}")))
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, "邮件接口的密钥不对。", $"请带上 Authorization: Bearer，与 {EmailOptions.Section}:PipeKey 一致。");
        }

        using var body = await RequestBytes.ReadAsync(http.Request, options.MostBytes, http.RequestAborted);
        if (body.Content.IsEmpty)
        {
            return Problems.Invalid(new FieldError("body", "请求体应为一封完整的邮件（message/rfc822）。"));
        }

        var receipt = await http.RequestServices.GetRequiredService<EmailReceiver>().ReceiveAsync(body.Content, null, http.RequestAborted);
        return TypedResults.Json(receipt, EmailJson.Default.MailReceipt, statusCode: receipt.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The e-mail channel is closed: {Reason}")]
    private static partial void LogClosed(ILogger logger, string reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MailReceipt))]
internal sealed partial class EmailJson : JsonSerializerContext;

using System.Diagnostics;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Hotline.SupervisionLine.Mail;
using Hotline.SupervisionLine.Reports;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Hotline.SupervisionLine;

/// <summary>
/// The supervision line 监督专线: reports on officials to the discipline commission. Its project does not see core/Hotline.Intake, so nothing of
/// a report can come into an appeal, an event or the shared store by a shared line of code.
/// </summary>
public sealed partial class SupervisionChannel : IServiceModule
{
    public const string Name = "supervision-line";

    public static ServiceDescription Service { get; } = new(Name, ["/supervision"], 12371);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SupervisionOptions>().BindConfiguration(SupervisionOptions.Section).PostConfigure(options =>
        {
            options.Folder = Path.GetFullPath(options.Folder.Length > 0 ? options.Folder : Path.Combine(builder.Configuration["Hotline:Data"] ?? "data", "supervision"));
            options.Officers = Path.GetFullPath(options.Officers.Length > 0 ? options.Officers : Path.Combine(options.Folder, "officers"));
            options.Upward = Path.GetFullPath(options.Upward.Length > 0 ? options.Upward : Path.Combine(options.Folder, "upward" + OfficerKeys.Extension));
        }).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SupervisionOptions>, SupervisionOptionsValidator>();
        services.PostConfigure<LoggerFilterOptions>(QuietLog.Apply);
        services.AddSingleton(provider => new Vault(Options(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => provider.GetRequiredService<Vault>().Reports);
        services.AddSingleton(provider => provider.GetRequiredService<Vault>().Ledger);
        services.AddSingleton(provider => OfficerKeys.Load(Options(provider).Officers, Options(provider).Upward, Options(provider).Practice));
        services.AddSingleton(provider => provider.GetRequiredService<Vault>().Register);
        services.AddHostedService<StoreCheck>();
        services.AddSingleton(provider => new CodeChecks(Options(provider).ChecksAtOnce));
        services.AddSingleton(provider => new HourlyLimit(Options(provider).ReportsPerHour));
        services.AddSingleton<ReporterDesk>();
        services.AddSingleton<PlainDesk>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<StationDesk>(provider, provider.GetRequiredService<Vault>().Totals));
        services.AddSingleton<CustodyDesk>();
        services.AddSingleton<MailboxState>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<MailReceiver>(
            provider, provider.GetRequiredService<Vault>().MailMarks, new HourlyLimit(Options(provider).ReportsPerHour))); // a flood of mail must not shut the page
        services.AddHostedService<MailPoller>();
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, SupervisionJson.Default));
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var officers = services.GetRequiredService<OfficerKeys>();
        if (officers.Closed is { } reason)
        {
            LogClosed(services.GetRequiredService<ILogger<SupervisionChannel>>(), reason);
        }

        var line = routes.MapGroup("/supervision").DisableHttpMetrics(); // a count by the minute would tell of each report
        line.AddEndpointFilter(async (context, next) =>
        {
            PageHeaders.Set(context.HttpContext.Response.Headers);
            if (context.HttpContext.Features.Get<IHttpActivityFeature>()?.Activity is { } trace)
            {
                trace.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded; // no exporter gets it
            }

            return await next(context);
        });
        MapReporter(line, services);
        MapStation(line.MapGroup("/station"), services);
    }

    /// <summary>For everybody: reporters do not sign in. A conversation is found by what a receipt code yields.</summary>
    private static void MapReporter(RouteGroupBuilder line, IServiceProvider services)
    {
        var officers = services.GetRequiredService<OfficerKeys>();
        var mailbox = Options(services).Mailbox;
        var pages = new SupervisionPages(officers, mailbox?.Closed(officers, services.GetRequiredService<IConfiguration>()) is null ? mailbox?.Address ?? "" : "");
        var desk = services.GetRequiredService<ReporterDesk>();
        var plain = services.GetRequiredService<PlainDesk>();
        var everybody = line.MapGroup("").AllowAnonymous();
        everybody.MapGet("", pages.Reporter);
        everybody.MapGet("/assets/{name}", SupervisionPages.Asset);
        everybody.MapGet("/station", SupervisionPages.Station); // the bare page: what it shows it asks for as an officer
        everybody.MapPost("/reports", desk.ReceiveAsync);
        everybody.MapPost("/conversation", desk.ShowAsync);
        everybody.MapPost("/letters", desk.AddLetterAsync);
        everybody.MapPost("/consents", desk.ConsentAsync);
        everybody.MapPost("/plain/reports", plain.ReceiveAsync);
        everybody.MapPost("/plain/conversation", plain.ConverseAsync);
    }

    private static void MapStation(RouteGroupBuilder station, IServiceProvider services)
    {
        var desk = services.GetRequiredService<StationDesk>();
        var officer = station.MapGroup("").RequireStaff(Roles.DisciplineOfficer);
        officer.MapGet("/officers", desk.Officers);
        officer.MapGet("/reports", desk.ListAsync);
        officer.MapPost("/reports/{id:guid}/open", desk.OpenAsync);
        officer.MapPost("/reports/{id:guid}/answers", desk.AnswerAsync);
        officer.MapPost("/reports/{id:guid}/notes", desk.NoteAsync);
        officer.MapPost("/reports/{id:guid}/moves", desk.MoveAsync);
        officer.MapPost("/reports/{id:guid}/consent-requests", desk.AskConsentAsync);
        officer.MapPost("/totals/{month}/release", desk.ReleaseTotalsAsync);
        var custody = services.GetRequiredService<CustodyDesk>();
        officer.MapPost("/reports/{id:guid}/keys", custody.TakeKeysAsync);
        officer.MapPost("/reports/{id:guid}/shares", custody.AddSharesAsync);
        officer.MapPost("/reports/{id:guid}/exclusions", custody.ExcludeAsync);
        officer.MapPost("/reports/{id:guid}/upward", custody.PassUpwardAsync);
        officer.MapGet("/register", custody.RegisterAsync);
        officer.MapPost("/register", custody.SaveRegisterAsync);
        var mailbox = services.GetRequiredService<MailboxState>();
        station.MapGet("/mailbox", (HttpContext http) => mailbox.For(StaffUser.Of(http.User))).RequireStaff(Roles.DisciplineOfficer, Roles.Administrator);
        station.MapGet("/totals", desk.TotalsAsync).RequireStaff(Roles.DisciplineOfficer, Roles.Auditor, Roles.Administrator);
        station.MapGet("/ledger", desk.LedgerAsync).RequireStaff(Roles.Auditor);
    }

    /// <summary>At the start, where there is a store: its keys are there, and whatever was passed upward is gone.</summary>
    private sealed class StoreCheck(IServiceProvider services) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            if (File.Exists(Path.Combine(Options(services).Folder, "hotline.db")))
            {
                await services.GetRequiredService<ReportStore>().StartAsync(cancellationToken);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static SupervisionOptions Options(IServiceProvider services) => services.GetRequiredService<IOptions<SupervisionOptions>>().Value;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The supervision line is closed: {Reason}")]
    private static partial void LogClosed(ILogger logger, string reason);
}

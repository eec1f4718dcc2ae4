using Hotline.Contracts;
using Hotline.Desk.Accounts;
using Hotline.Desk.Api;
using Hotline.Desk.Callbacks;
using Hotline.Desk.Calls;
using Hotline.Desk.Knowledge;
using Hotline.Desk.Orders;
using Hotline.Desk.Pages;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Hotline.Desk;

/// <summary>
/// The pages for staff: a front for browsers before the services' API. It holds who may sign in and nothing of the domain; what a page does, the service
/// behind it decides, with the rights of whoever is signed in.
/// </summary>
public sealed class DeskService : IServiceModule
{
    public const string Name = "desk";

    public static ServiceDescription Service { get; } = new(Name, [StaffSession.Prefix], 12381);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<DeskOptions>().BindConfiguration(DeskOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeskOptions>, DeskOptionsValidator>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, DeskGate>();
        services.AddKeyedSingleton(Name, (provider, _) => new FormTokens(
            provider.GetRequiredService<IServiceKeys>().Derive(Name, "form-tokens"), TimeSpan.FromHours(8), provider.GetRequiredService<IIdSource>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new HandIns(provider.GetRequiredService<IDocumentStores>().Open(HandIns.Type), provider.GetRequiredService<IIdSource>(), provider.GetRequiredService<TimeProvider>()));
        services.AddKeyedSingleton(Name, (provider, _) => new UploadTurns(provider.GetRequiredService<IOptions<DeskOptions>>().Value.Uploading));
        AddAccounts(services);
        services.AddSingleton(provider => new ServiceApi(
            new Lazy<HttpClient>(() => NewClient(provider)), provider.GetRequiredService<StaffTokens>(), provider.GetRequiredService<EdgeToken>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SignInPages>();
        services.AddSingleton<EnrolPages>();
        services.AddSingleton<AccountPages>();
        services.AddSingleton<QueuePages>();
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var desk = new DeskRoutes(routes.MapGroup(StaffSession.Prefix));
        services.GetRequiredService<SignInPages>().Map(desk);
        services.GetRequiredService<EnrolPages>().Map(desk);
        services.GetRequiredService<AccountPages>().Map(desk);
        services.GetRequiredService<QueuePages>().Map(desk);
        HomePage.Map(desk);
        OrderPages.Map(desk);
        OrderSteps.Map(desk);
        ProofPages.Map(desk);
        CallPages.Map(desk);
        AdditionPages.Map(desk);
        KnowledgePages.Map(desk);
        ArticleAnswer.Map(desk);
        CallbackPages.Map(desk);
        OfficerPage.Map(desk);
        FollowPage.Map(desk);
    }

    internal static EnrolmentCodes CodesOf(IServiceKeys keys, TimeProvider time) => new(keys.Derive(Name, "enrolment-codes"), time);

    private static void AddAccounts(IServiceCollection services)
    {
        services.AddSingleton<Passwords>();
        services.AddSingleton(provider => CodesOf(provider.GetRequiredService<IServiceKeys>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new CredentialDesk(
            provider.GetRequiredService<IDocumentStores>().Open(StaffCredential.Type),
            provider.GetRequiredService<IDocumentStores>().Open(SignIn.Type),
            provider.GetRequiredService<IServiceKeys>().Sealer(Name, "second-factors"),
            provider.GetRequiredService<Passwords>(),
            provider.GetRequiredService<EnrolmentCodes>(),
            provider.GetRequiredService<Organization>(),
            provider.GetRequiredService<IIdSource>(),
            provider.GetRequiredService<TimeProvider>(),
            TimeSpan.FromHours(provider.GetRequiredService<IOptions<DeskOptions>>().Value.SessionHours)));
        services.AddKeyedSingleton(SignInPages.ByAccount, static (provider, _) => new Slowdown(free: 5, provider.GetRequiredService<TimeProvider>()));
        services.AddKeyedSingleton(SignInPages.ByClient, static (provider, _) => new Slowdown(free: 30, provider.GetRequiredService<TimeProvider>())); // a whole office may share an address
    }

    /// <summary>The rule has the time-outs; a token is for the services alone, so no redirect is followed with it.</summary>
    private static HttpClient NewClient(IServiceProvider services)
    {
        var network = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var way = services.GetService<IServiceInvocation>();
        return new HttpClient(way?.Through(network) ?? network)
        {
            BaseAddress = way?.Address ?? services.GetRequiredService<IOptions<DeskOptions>>().Value.Api ?? OwnAddress(services),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>In one process the services answer where the pages do; behind a gateway, at its place on this machine.</summary>
    private static Uri OwnAddress(IServiceProvider services)
    {
        var edge = services.GetRequiredService<IConfiguration>()["Hotline:Edge"] ?? nameof(EdgeKind.Direct);
        var own = edge.Equals(nameof(EdgeKind.Direct), StringComparison.OrdinalIgnoreCase)
            ? services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            : null;
        var address = BindingAddress.Parse(own ?? $"http://127.0.0.1:{HotlineHost.PublicPort}");
        return new Uri($"{address.Scheme}://{(address.Host is "*" or "+" or "[::]" or "0.0.0.0" ? "127.0.0.1" : address.Host)}:{address.Port}");
    }
}

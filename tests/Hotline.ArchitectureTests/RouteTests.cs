using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Hotline.ArchitectureTests;

/// <summary>Every route says whom it is for; the routes for everybody are those written here and no more.</summary>
[Collection(HostsCollection.Name)]
public sealed class RouteTests(Hosts hosts)
{
    private static readonly string[] ForEverybody =
    [
        "GET /health/live",
        "GET /health/ready",

        // Published knowledge; whether it helped, by the token that came with the article.
        "GET /knowledge/articles",
        "GET /knowledge/articles/{code}",
        "GET /knowledge/search",
        "POST /knowledge/articles/{code}/feedback",

        // The same by a partner's key.
        "GET /knowledge/shared/articles",
        "GET /knowledge/shared/search",

        // By the query code of the receipt.
        "GET /intake/app/appeals/{number}",
        "GET /intake/app/appeals/{number}/events",
        "GET /intake/photo-report/appeals/{number}",
        "GET /intake/photo-report/appeals/{number}/events",
        "GET /intake/photo-report/appeals/{number}/photos",
        "GET /intake/photo-report/appeals/{number}/photos/{photo:int}",
        "GET /intake/photo-report/appeals/{number}/photos/{photo:int}/thumbnail",
        "GET /intake/wechat/appeals/{number}",
        "GET /intake/wechat/appeals/{number}/events",
        "GET /intake/email/appeals/{number}",
        "GET /intake/email/appeals/{number}/events",
        "GET /intake/message-board/appeals/{number}",
        "GET /intake/message-board/appeals/{number}/events",
        "GET /intake/phone/appeals/{number}",
        "GET /intake/phone/appeals/{number}/events",
        "GET /intake/portal/appeals/{number}",
        "GET /intake/portal/appeals/{number}/events",
        "GET /intake/partners/appeals/{number}",
        "GET /intake/partners/appeals/{number}/events",

        // Pages for citizens; what they send is checked by its origin, a token, or the query code.
        "GET /intake/portal/new",
        "POST /intake/portal/new",
        "GET /intake/portal/follow",
        "POST /intake/portal/follow",
        "POST /intake/portal/follow/supplement",
        "POST /intake/portal/follow/urge",
        "POST /intake/portal/follow/withdraw",

        // By the link the citizen was sent.
        "GET /callbacks/answer/{token}",
        "POST /callbacks/answer/{token}",
        // The door of the pages for staff: by password and code, or by an enrolment code.
        "GET /desk/sign-in",
        "POST /desk/sign-in",
        "GET /desk/enrol",
        "POST /desk/enrol",
        "GET /desk/follow",
        "POST /desk/follow",

        // By the signature of another site's back end.
        "POST /intake/portal/submissions",
        "GET /intake/portal/submissions/{id}",
        "POST /intake/portal/submissions/{id}/supplements",
        "POST /intake/portal/submissions/{id}/urges",
        "POST /intake/portal/submissions/{id}/withdrawals",
        "POST /intake/partners/submissions",
        "GET /intake/partners/submissions/{id}",
        "POST /intake/partners/submissions/{id}/supplements",
        "POST /intake/partners/submissions/{id}/urges",
        "POST /intake/partners/submissions/{id}/withdrawals",
        "POST /intake/partners/orders",
        "GET /intake/partners/orders/{foreignId}",
        "POST /intake/partners/orders/{foreignId}/cancellation",
        "GET /intake/partners/weibo/{partner}",
        "POST /intake/partners/weibo/{partner}",

        // Reporters do not sign in; a conversation is found by what its receipt code yields. The station's bare page shows nothing.
        "GET /supervision",
        "GET /supervision/assets/{name}",
        "GET /supervision/station",
        "POST /supervision/consents",
        "POST /supervision/conversation",
        "POST /supervision/letters",
        "POST /supervision/plain/conversation",
        "POST /supervision/plain/reports",
        "POST /supervision/reports",

        // By the platform's or the telephone system's signature.
        // By the signature of the platform that rings.
        "POST /intake/app/callback-calls",
        "POST /intake/email/callback-calls",
        "POST /intake/message-board/callback-calls",
        "POST /intake/partners/callback-calls",
        "POST /intake/phone/callback-calls",
        "POST /intake/photo-report/callback-calls",
        "POST /intake/portal/callback-calls",
        "POST /intake/wechat/callback-calls",

        "POST /intake/phone/call-events",
        "POST /intake/email/messages",
        "GET /intake/wechat/callback",
        "POST /intake/wechat/callback",

        // By token and proof of a device.
        "POST /intake/app/appeals",
        "POST /intake/app/appeals/{number}/supplements",
        "POST /intake/app/appeals/{number}/urges",
        "POST /intake/app/appeals/{number}/withdrawals",
        "POST /intake/app/devices",
        "GET /intake/photo-report/nearby",
        "POST /intake/photo-report/appeals",
        "POST /intake/photo-report/appeals/{number}/supplements",
        "POST /intake/photo-report/appeals/{number}/urges",
        "POST /intake/photo-report/appeals/{number}/withdrawals",
        "POST /intake/photo-report/devices",
    ];

    [Fact]
    public void No_route_is_without_a_rule()
    {
        var without = hosts.Routes.Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is null && route.Metadata.GetMetadata<IAuthorizeData>() is null).SelectMany(Hosts.NamesOf);
        Assert.True(!without.Any(), $"Say whom these are for, RequireAuthorization or AllowAnonymous: {string.Join(", ", without)}");
    }

    [Fact]
    public void No_route_has_two_rules() => Assert.DoesNotContain(
        hosts.Routes, route => route.Metadata.GetMetadata<IAllowAnonymous>() is not null && route.Metadata.GetMetadata<IAuthorizeData>() is not null);

    [Fact]
    public void The_routes_for_everybody_are_these() => Assert.Equal(
        ForEverybody.Order(StringComparer.Ordinal),
        hosts.Routes.Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is not null).SelectMany(Hosts.NamesOf).Select(name => $"{name.Method} {name.Pattern}").Order(StringComparer.Ordinal));

    [Fact]
    public void What_citizens_and_platforms_hand_in_is_counted_in_the_balance() => Assert.DoesNotContain(
        hosts.Routes
            .Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is not null && route.Metadata.GetMetadata<Hosting.CountedEntry>() is null)
            .SelectMany(Hosts.NamesOf),
        name => name.Method == "POST" && !name.Pattern.EndsWith("/devices", StringComparison.Ordinal) && !name.Pattern.EndsWith("/feedback", StringComparison.Ordinal)
            && !name.Pattern.StartsWith("/callbacks/", StringComparison.Ordinal) // no channel: what is answered there is counted in the callback's figures
            && !name.Pattern.StartsWith("/desk/", StringComparison.Ordinal)
            && !name.Pattern.StartsWith("/supervision/", StringComparison.Ordinal)); // a day's count would tell of each report: the line has totals of its own

    [Fact]
    public void No_route_is_there_for_any_method() => Assert.DoesNotContain(hosts.Routes.SelectMany(Hosts.NamesOf), name => name.Method == "ANY");

    [Fact]
    public void Every_route_lies_below_a_prefix_of_its_service()
    {
        var prefixes = Assemblies.Modules.Values.SelectMany(module => Assemblies.DescriptionOf(module).Prefixes).Append("/health").ToList();
        Assert.All(hosts.Routes.SelectMany(Hosts.NamesOf), name => Assert.Contains(prefixes, prefix => $"{name.Pattern}/".StartsWith($"{prefix}/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Staff_routes_name_roles_that_exist() => Assert.All(
        hosts.Routes.Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is null),
        route => Assert.NotEmpty(AuthorizationMatrixTests.RolesOf(route)));

    [Fact]
    public void The_gateway_has_its_probes_and_the_prefixes_of_the_services_and_nothing_else()
    {
        var proxied = Gateway.GatewayRoutes.Routes(new()).Select(route => route.Match.Path!).Order(StringComparer.Ordinal);
        Assert.Equal(proxied, hosts.GatewayRoutes.Where(route => !IsProbe(route)).Select(route => "/" + route.RoutePattern.RawText!.Trim('/')).Order(StringComparer.Ordinal));
        Assert.All(hosts.GatewayRoutes.Where(IsProbe), route => Assert.NotNull(route.Metadata.GetMetadata<IAllowAnonymous>()));
        Assert.Equal(["GET /health/live", "GET /health/ready"], hosts.GatewayRoutes.Where(IsProbe).SelectMany(Hosts.NamesOf).Select(name => $"{name.Method} {name.Pattern}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_the_gateway_forwards_is_decided_by_the_service_not_by_the_gateway() => Assert.All(
        hosts.GatewayRoutes.Where(route => !IsProbe(route)), route => Assert.Null(route.Metadata.GetMetadata<IAuthorizeData>()));

    private static bool IsProbe(RouteEndpoint route) => route.RoutePattern.RawText!.TrimStart('/').StartsWith("health/", StringComparison.Ordinal);
}

using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Hotline.Contracts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Routing;

namespace Hotline.ArchitectureTests;

/// <summary>Every staff route is asked by every role: the answer is what the route's rule says. The rules of the sensitive ones are pinned besides.</summary>
[Collection(HostsCollection.Name)]
public sealed partial class AuthorizationMatrixTests(Hosts hosts)
{
    private static readonly (string Route, string[] Roles)[] Pinned =
    [
        ("POST /intake/app/contacts/{contactRef:guid}/reveal", [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.PartnerContacts]),
        ("GET /intake/app/reviews", [Roles.Agent, Roles.Acceptor]),
        ("GET /intake/app/reviews/{id:guid}/original", [Roles.Agent, Roles.Acceptor]),
        ("POST /intake/message-board/contacts/{contactRef:guid}/reveal", [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.PartnerContacts]),
        ("GET /intake/message-board/threads/{tid:long}", [Roles.Acceptor, Roles.Dispatcher, Roles.Auditor]),
        ("GET /intake/wechat/deliveries", [Roles.Acceptor, Roles.Auditor]),
        ("GET /intake/email/deliveries", [Roles.Acceptor, Roles.Auditor]),
        ("GET /intake/phone/deliveries", [Roles.Acceptor, Roles.Auditor]),
        ("GET /intake/message-board/deliveries", [Roles.Acceptor, Roles.Auditor]),
        ("POST /intake/email/deliveries/{number}/{version:int}/again", [Roles.Acceptor]),
        ("POST /intake/email/deliveries/{number}/{version:int}/settled", [Roles.Acceptor]),
        ("GET /intake/message-board/sync", [Roles.Acceptor, Roles.Auditor, Roles.Administrator]),
        ("GET /intake/photo-report/reports/{number}/places", [Roles.Agent, Roles.Acceptor, Roles.Dispatcher]),
        ("GET /intake/photo-report/reports/{number}/photos/{photo:int}", [Roles.Agent, Roles.Acceptor, Roles.Dispatcher]),
        ("GET /intake/partners/province-orders/{number}", [Roles.Agent, Roles.Acceptor, Roles.Dispatcher]),
        ("POST /intake/partners/province-orders/{number}/return", [Roles.Acceptor, Roles.Dispatcher]),
        ("POST /intake/portal/contacts/{contactRef:guid}/reveal", [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.PartnerContacts]),
        ("GET /dispatch/cases/{number}", [Roles.Partner]),
        ("GET /dispatch/cases/{number}/contact", [Roles.PartnerContacts]),
        ("GET /knowledge/cases/{number}", [Roles.Partner]),
        ("GET /callbacks/cases/{number}", [Roles.Partner]),
        ("GET /dispatch/dead-letters", [Roles.Administrator]),
        ("POST /dispatch/dead-letters/{id:guid}/replay", [Roles.Administrator]),
        ("GET /intake/app/dead-letters", [Roles.Administrator]),
        ("POST /intake/app/dead-letters/{id:guid}/replay", [Roles.Administrator]),
        ("GET /knowledge/proposals/{number}", [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.Auditor]),
        ("GET /knowledge/articles/{code}/told", [Roles.Agent, Roles.Acceptor, Roles.Auditor]),
        ("POST /knowledge/articles/{code}/told", [Roles.Acceptor]),
        ("POST /knowledge/articles/{code}/publish", [Roles.Acceptor, Roles.StationDispatcher]),
        ("POST /knowledge/desk/publish", [Roles.Acceptor, Roles.StationDispatcher]),
        ("POST /knowledge/import", [Roles.Acceptor]),
        ("GET /knowledge/export", [Roles.Acceptor]),
        ("GET /knowledge/dead-letters", [Roles.Administrator]),
        ("GET /supervision/station/officers", [Roles.DisciplineOfficer]),
        ("GET /supervision/station/reports", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/reports/{id:guid}/open", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/reports/{id:guid}/answers", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/reports/{id:guid}/notes", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/reports/{id:guid}/moves", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/reports/{id:guid}/consent-requests", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/reports/{id:guid}/keys", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/reports/{id:guid}/shares", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/reports/{id:guid}/exclusions", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/reports/{id:guid}/upward", [Roles.DisciplineOfficer]),
        ("GET /supervision/station/register", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/register", [Roles.DisciplineOfficer]),
        ("POST /supervision/station/totals/{month}/release", [Roles.DisciplineOfficer]),
        ("GET /supervision/station/mailbox", [Roles.DisciplineOfficer, Roles.Administrator]),
        ("GET /supervision/station/totals", [Roles.DisciplineOfficer, Roles.Auditor, Roles.Administrator]),
        ("GET /supervision/station/ledger", [Roles.Auditor]),
        ("GET /desk/calls", [Roles.Agent]),
        ("POST /desk/appeals", [Roles.Agent]),
        ("POST /desk/callbacks/{number}/contact", [Roles.CallbackAgent]),
        ("POST /desk/officer", [Roles.DisciplineOfficer]),
        ("POST /intake/phone/appeals/{number}/supplements", [Roles.Agent]),
        ("POST /intake/phone/appeals/{number}/urges", [Roles.Agent]),
        ("GET /callbacks", [Roles.CallbackAgent, Roles.Auditor]),
        ("GET /callbacks/contradictions", [Roles.Acceptor, Roles.Auditor, Roles.StationDispatcher]),
        ("POST /callbacks/{number}/answers", [Roles.CallbackAgent]),
        ("POST /callbacks/{number}/tries", [Roles.CallbackAgent]),
        ("POST /work-orders/{number}/redo", [Roles.Acceptor, Roles.Dispatcher]),
        ("POST /work-orders/{number}/explain", [Roles.Acceptor, Roles.Dispatcher]),
        ("POST /desk/accounts/enrolment", [Roles.Administrator]),
        ("POST /desk/accounts/block", [Roles.Administrator]),
        ("GET /desk/sign-ins", [Roles.Auditor]),
        ("POST /desk/orders/{number}/accept", [Roles.Acceptor]),
        ("POST /desk/queues/received/accept", [Roles.Acceptor]),
        ("POST /desk/queues/accepted/dispatch", [Roles.Dispatcher]),
        ("POST /work-orders/{number}/accept", [Roles.Acceptor]),
        ("POST /work-orders/{number}/dispatch", [Roles.Dispatcher]),
        ("POST /work-orders/{number}/assignments/{assignment:int}/issue", [Roles.UnitHead]),
        ("POST /work-orders/{number}/assignments/{assignment:int}/return-draft", [Roles.UnitHead]),
        ("POST /work-orders/{number}/assignments/{assignment:int}/proofs", [Roles.StationDispatcher, Roles.UnitHandler]),
        ("POST /work-orders/{number}/assignments/{assignment:int}/proofs/{proof:int}/remove", [Roles.StationDispatcher, Roles.UnitHandler]),
        ("GET /work-orders/{number}/assignments/{assignment:int}/proofs/{proof:int}", [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.StationDispatcher, Roles.UnitHandler, Roles.UnitHead, Roles.CallbackAgent, Roles.Auditor]),
        ("POST /desk/orders/{number}/assignments/{assignment:int}/issue", [Roles.UnitHead]),
        ("POST /desk/orders/{number}/assignments/{assignment:int}/proofs", [Roles.StationDispatcher, Roles.UnitHandler]),
    ];

    /// <summary>The roles a route's policies let in.</summary>
    public static IReadOnlySet<string> RolesOf(RouteEndpoint route)
    {
        var allowed = Roles.All.Union(Roles.Partners).ToHashSet();
        var rules = route.Metadata.GetOrderedMetadata<AuthorizationPolicy>().SelectMany(policy => policy.Requirements).OfType<RolesAuthorizationRequirement>().Select(rule => rule.AllowedRoles)
            .Concat(route.Metadata.GetOrderedMetadata<IAuthorizeData>().Where(data => data.Roles is not null).Select(data => data.Roles!.Split(',', StringSplitOptions.TrimEntries)))
            .ToList();
        foreach (var rule in rules)
        {
            allowed.IntersectWith(rule);
        }

        return rules.Count == 0 ? new HashSet<string>() : allowed;
    }

    [Fact]
    public async Task Every_role_is_let_in_or_not_as_the_rule_says()
    {
        var wrong = new List<string>();
        foreach (var (route, name) in Staff())
        {
            var allowed = RolesOf(route);
            foreach (var role in Roles.All)
            {
                var status = await AskAsync(name.Method, name.Pattern, hosts.Tokens[role]);
                var refused = status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized;
                if (refused == allowed.Contains(role) || status >= HttpStatusCode.InternalServerError)
                {
                    wrong.Add($"{name.Method} {name.Pattern} answered {role} {(int)status}, the rule allows {string.Join(", ", allowed)}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>Partners come by their own gateway alone, which says who they are: no route of the staff is theirs.</summary>
    [Fact]
    public async Task A_partner_is_let_in_where_the_rule_says_and_nowhere_else()
    {
        var wrong = new List<string>();
        foreach (var (route, name) in Staff())
        {
            var allowed = RolesOf(route);
            foreach (var role in Roles.Partners)
            {
                using var request = Request(name.Method, name.Pattern, null);
                var partner = new Hosting.StaffUser("partner:media", new HashSet<string> { role }, "city-police") { Source = "合作媒体" };
                request.Headers.TryAddWithoutValidation(Hosting.EdgeToken.Header, hosts.Edge.Issue(partner, "127.0.0.1", "http://h", name.Method, request.RequestUri!.OriginalString));
                using var answer = await hosts.BehindGateway.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                var refused = answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized;
                if (refused == allowed.Contains(role) || answer.StatusCode >= HttpStatusCode.InternalServerError)
                {
                    wrong.Add($"{name.Method} {name.Pattern} answered {role} {(int)answer.StatusCode}, the rule allows {string.Join(", ", allowed)}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Nobody_of_the_staff_can_be_given_a_partners_role() => Assert.Empty(Roles.All.Intersect(Roles.Partners));

    [Fact]
    public async Task Nobody_without_a_token_gets_in()
    {
        foreach (var (_, name) in Staff())
        {
            foreach (var token in new[] { null, "", "x", $"{hosts.Tokens[Roles.Administrator]}x" })
            {
                Assert.True(await AskAsync(name.Method, name.Pattern, token) == HttpStatusCode.Unauthorized, $"{name.Method} {name.Pattern} let '{token}' in.");
            }
        }
    }

    [Fact]
    public async Task Headers_that_claim_a_role_change_nothing()
    {
        foreach (var (_, name) in Staff())
        {
            using var request = Request(name.Method, name.Pattern, null);
            foreach (var header in Hosting.EdgeMiddleware.IdentityHeaders)
            {
                request.Headers.TryAddWithoutValidation(header, "administrator");
            }

            using var answer = await hosts.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public void The_rules_of_the_sensitive_routes_are_these()
    {
        var rules = Staff().ToDictionary(entry => $"{entry.Name.Method} {entry.Name.Pattern}", entry => RolesOf(entry.Route));
        foreach (var (route, roles) in Pinned)
        {
            Assert.True(rules.TryGetValue(route, out var allowed), $"{route} is gone.");
            Assert.Equal(roles.Order(), allowed.Order());
        }
    }

    private IEnumerable<(RouteEndpoint Route, (string Method, string Pattern) Name)> Staff() =>
        from route in hosts.Routes
        where route.Metadata.GetMetadata<IAllowAnonymous>() is null
        from name in Hosts.NamesOf(route)
        select (route, name);

    private async Task<HttpStatusCode> AskAsync(string method, string pattern, string? token)
    {
        using var request = Request(method, pattern, token);
        using var answer = await hosts.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private static HttpRequestMessage Request(string method, string pattern, string? token)
    {
        var path = Parameter().Replace(pattern, match => match.Groups["kind"].Value switch
        {
            "guid" => "019cac0f-2680-7000-8000-000000000001",
            "int" => "1",
            _ => "260302030000060",
        });
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        if (method is not ("GET" or "DELETE"))
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        return request;
    }

    [GeneratedRegex(@"\{\w+(:(?<kind>\w+))?\}")]
    private static partial Regex Parameter();
}

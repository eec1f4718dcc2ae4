using Hotline.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;

namespace Hotline.Gateway;

/// <summary>Forwards each request to its service, with the edge's word for who asks in place of whatever the client said.</summary>
internal static class GatewayProxy
{
    public static void Add(IHostApplicationBuilder builder) => builder.Services
        .AddReverseProxy()
        .LoadFromMemory(GatewayRoutes.Routes(), GatewayRoutes.Clusters(service => builder.Configuration[$"Hotline:Gateway:{service}"]))
        .AddTransforms(context =>
        {
            context.UseDefaultForwarders = false; // the edge token says from where, signed
            context.AddRequestTransform(async transform =>
            {
                var http = transform.HttpContext;
                var edge = http.Features.GetRequiredFeature<EdgeFeature>();
                var user = await http.StaffUserAsync();
                var token = http.RequestServices.GetRequiredService<EdgeToken>().Issue(
                    user, edge.Client, edge.Origin, http.Request.Method, EdgeMiddleware.PathOf(http.Request));
                transform.ProxyRequest.Headers.Remove(EdgeToken.Header);
                transform.ProxyRequest.Headers.TryAddWithoutValidation(EdgeToken.Header, token);
                if (!http.Request.Path.StartsWithSegments(StaffSession.Prefix, StringComparison.Ordinal))
                {
                    transform.ProxyRequest.Headers.Remove("Cookie"); // the one there is, a session, is for the pages alone
                }

                if (user is not null)
                {
                    transform.ProxyRequest.Headers.Remove("Authorization"); // the services have no use for the staff's token
                }
            });
        });

    public static void Map(IEndpointRouteBuilder routes) => routes.MapReverseProxy();
}

using Hotline.Gateway;
using Hotline.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Hotline.ContractTests.Gateway;

/// <summary>The gateway as its program starts it, in this process.</summary>
internal static class GatewayHost
{
    public static async Task<WebApplication> StartAsync(string[] arguments)
    {
        var proxy = typeof(GatewayRoutes).Assembly.GetType("Hotline.Gateway.GatewayProxy")!;
        var gateway = new HotlineHost(arguments)
            .AddGateway(proxy.GetMethod("Add")!.CreateDelegate<Action<IHostApplicationBuilder>>(), proxy.GetMethod("Map")!.CreateDelegate<Action<IEndpointRouteBuilder>>())
            .Build();
        await gateway.StartAsync();
        return gateway;
    }
}

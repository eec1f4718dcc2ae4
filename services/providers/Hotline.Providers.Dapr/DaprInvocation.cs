using Dapr.Client;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Dapr;

/// <summary>The API by the sidecar's service invocation, at the app that <c>Hotline:Dapr:InvokeAppId</c> names. Paths and headers stay as they are, so the edge's tokens hold.</summary>
internal sealed class DaprInvocation(IOptions<DaprOptions> options) : IServiceInvocation
{
    public Uri Address => new($"http://{options.Value.InvokeAppId}/");

    public HttpMessageHandler Through(HttpMessageHandler network)
    {
        var invocation = new InvocationHandler { InnerHandler = options.Value.ApiToken is { } token ? new WithToken(token, network) : network };
        if (options.Value.HttpEndpoint is { } endpoint)
        {
            invocation.DaprEndpoint = endpoint.OriginalString;
        }

        return invocation;
    }

    /// <summary>The SDK's handler takes its token from the environment alone.</summary>
    private sealed class WithToken(string token, HttpMessageHandler network) : DelegatingHandler(network)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Remove(DaprCallbacks.TokenHeader);
            request.Headers.Add(DaprCallbacks.TokenHeader, token);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

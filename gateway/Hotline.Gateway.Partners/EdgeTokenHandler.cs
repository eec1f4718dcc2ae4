using Hotline.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Hotline.Gateway.Partners;

/// <summary>The last step before a request leaves: of what the partner sent go on only the headers a service has a use for, and the edge's word for who asks.</summary>
internal sealed class EdgeTokenHandler(IHttpContextAccessor accessor, EdgeToken token) : DelegatingHandler
{
    private static readonly HashSet<string> PassedOn = new(["Accept", RequestSignature.Header, "Idempotency-Key"], StringComparer.OrdinalIgnoreCase);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var http = accessor.HttpContext ?? throw new InvalidOperationException("A request to a service is made for a partner's request only.");
        var edge = http.Features.GetRequiredFeature<EdgeFeature>();
        var user = http.Features.GetRequiredFeature<PartnerFeature>().User;
        foreach (var name in request.Headers.Select(static header => header.Key).Where(static name => !PassedOn.Contains(name)).ToList())
        {
            request.Headers.Remove(name);
        }

        var uri = request.RequestUri!;
        var path = EdgeMiddleware.PathOf(PathString.FromUriComponent(uri), QueryString.FromUriComponent(uri));
        request.Headers.TryAddWithoutValidation(EdgeToken.Header, token.Issue(user, edge.Client, edge.Origin, request.Method.Method, path));
        return base.SendAsync(request, cancellationToken);
    }
}

/// <summary>Takes a part of a case file whole while its time-out runs: Ocelot's own ends with the headers, and a part that stops half way must count as away.</summary>
internal sealed class WholePartHandler : DelegatingHandler
{
    /// <summary>No part comes near it.</summary>
    private const int MostBytes = 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose(); // and with it the line that stalls
            throw;
        }
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hotline.Hosting;

/// <summary>Whether this process takes requests: from when everything has started until it is told to stop.</summary>
internal sealed class ReadyState
{
    public bool Ready { get; set; }

    /// <summary>Told to stop: what is sent is still answered, for a moment.</summary>
    public bool Stopping { get; set; }
}

/// <summary>Says not ready as soon as the process is told to stop, so that a balancer looks elsewhere while the last requests end.</summary>
internal sealed class Readiness(ReadyState state, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => state.Ready = true);
        lifetime.ApplicationStopping.Register(() => (state.Ready, state.Stopping) = (false, true));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>The probes of Kubernetes and of <c>build/run</c>.</summary>
internal static class Health
{
    /// <summary>Has each answer end its connection once the process is told to stop: whoever asks goes elsewhere with the next.</summary>
    public static void UseFarewell(this IApplicationBuilder application)
    {
        var state = application.ApplicationServices.GetRequiredService<ReadyState>();
        application.Use(next => http =>
        {
            if (state.Stopping)
            {
                http.Response.Headers.Connection = "close";
            }

            return next(http);
        });
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", static () => TypedResults.Ok()).AllowAnonymous();
        routes.MapGet("/health/ready", static IResult (ReadyState state) =>
            state.Ready ? TypedResults.Ok() : TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable)).AllowAnonymous();
    }
}

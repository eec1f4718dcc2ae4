using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hotline.Hosting;

/// <summary>The daily balance 日清 of a channel, and the counting of what comes by its routes.</summary>
public static class BalanceDesk
{
    public static void MapBalance(this IEndpointRouteBuilder channel, ServiceDescription service) =>
        channel.MapGet("/balance", async (HttpContext http, TimeProvider time, CancellationToken cancellation, DateOnly? day = null) =>
        {
            var intake = http.RequestServices.GetRequiredKeyedService<AppealIntake>(service.Name);
            var balance = await DayBalances.OfAsync(intake, day ?? OfficeTime.Day(time.GetUtcNow()), cancellation);
            return TypedResults.Json(balance, BalanceJson.Default.DayBalance);
        }).RequireStaff(Roles.Acceptor, Roles.Auditor, Roles.Administrator);

    /// <summary>Counts every request of a route in the channel's balance: a route by which citizens or platforms hand something in.</summary>
    /// <param name="source">The channel's entry this is; null when the request tells it, or there is one.</param>
    public static TBuilder CountsEntries<TBuilder>(this TBuilder route, ServiceDescription service, string? source = null)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Finally(endpoint =>
        {
            var answer = endpoint.RequestDelegate ?? throw new InvalidOperationException("Only a route with a handler can be counted.");
            endpoint.Metadata.Add(new CountedEntry());
            var balance = endpoint.ApplicationServices.GetRequiredKeyedService<AppealIntake>(service.Name).Balance;
            endpoint.RequestDelegate = http => CountAsync(http, balance, source, answer);
        });
        return route;
    }

    private static async Task CountAsync(HttpContext http, ChannelBalance balance, string? source, RequestDelegate answer)
    {
        using var entry = balance.Enter(source);
        try
        {
            await answer(http);
        }
        catch (BadHttpRequestException)
        {
            entry.CorrectTo(EntryOutcome.Refused); // too large, cut off, or not HTTP: the host answers it
            throw;
        }

        if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            entry.CorrectTo(EntryOutcome.Failed);
        }
        else if (http.Response.StatusCode >= StatusCodes.Status400BadRequest && entry.Outcome is null or EntryOutcome.Repeated)
        {
            entry.CorrectTo(EntryOutcome.Refused);
        }
        else
        {
            entry.Became(EntryOutcome.Answered);
        }
    }
}

/// <summary>The mark of a route whose requests are in the balance.</summary>
public sealed class CountedEntry;

/// <summary>Writes a channel's counts down every few seconds, and for the last time when the process stops.</summary>
internal sealed partial class BalanceWriter(string service, ChannelBalance balance, TimeProvider time, ILogger<BalanceWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await WriteAsync(stoppingToken);
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        try
        {
            await balance.WriteAsync(cancellation);
        }
        catch (EngineAwayException away)
        {
            LogWaits(service, away.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The counts of {Service} wait for the store: {Reason}")]
    private partial void LogWaits(string service, string reason);
}

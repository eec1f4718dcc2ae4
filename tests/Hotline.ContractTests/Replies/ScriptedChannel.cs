using System.Collections.Concurrent;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.Replies;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hotline.ContractTests.Replies;

/// <summary>A channel that does nothing but carry replies out, to a platform whose behaviour the test writes.</summary>
internal sealed class ScriptedChannel : IServiceModule
{
    public static ServiceDescription Service { get; } = new("intake-scripted", ["/intake/scripted"], 12399);

    public static void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddIntake(Service, Contracts.Channels.Portal);
        var folder = builder.Configuration["Hotline:Data"]!;
        builder.Services.AddSingleton(Script.Of(folder));
        builder.AddReplies<ScriptedSender>(Service);
    }

    public static void MapEndpoints(IEndpointRouteBuilder routes) => routes.MapChannel(Service);
}

/// <summary>How the platform behaves, and what it was asked: outlives the process under test.</summary>
internal sealed class Script
{
    private static readonly ConcurrentDictionary<string, Script> s_all = new();

    public ConcurrentQueue<Call> Calls { get; } = new();

    public string? Closed { get; set; }

    public SendingWay Way { get; set; } = new("plain", "openid");

    /// <summary>What becomes of a call; sent when null.</summary>
    public Func<Call, CancellationToken, Task<SendOutcome>>? Answer { get; set; }

    public static Script Of(string folder) => s_all.GetOrAdd(folder, static _ => new Script());

    internal sealed record Call(string Number, int Version, string Text, string Way, string Id);
}

internal sealed class ScriptedSender(Script script) : IReplySender
{
    public string? Closed => script.Closed;

    public bool Carries(Appeal appeal, string kind) => ReplyKinds.GoToCitizen(kind);

    public ValueTask<SendingPlan> PlanAsync(OutgoingReply reply, CancellationToken cancellation) => new(script.Way);

    public async ValueTask<SendOutcome> SendAsync(OutgoingReply reply, string way, CancellationToken cancellation)
    {
        var call = new Script.Call(reply.Number, reply.Delivery.Version, reply.Text, way, reply.Id);
        script.Calls.Enqueue(call);
        return script.Answer is { } answer ? await answer(call, cancellation) : new SendOutcome.Sent();
    }
}

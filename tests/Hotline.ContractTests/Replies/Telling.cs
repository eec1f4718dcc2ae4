using Hotline.ContractTests.EventLog;
using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Intake.Replies;
using Hotline.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.ContractTests.Replies;

/// <summary>Dispatch's part for a channel under test: replies come as the log brings them, and what becomes of them is looked up.</summary>
internal sealed class Telling(IServiceProvider services, string service)
{
    private AppealIntake Intake => services.GetRequiredKeyedService<AppealIntake>(service);

    /// <summary>Stores a reply and wakes the worker.</summary>
    /// <returns>Its version.</returns>
    public async Task<int> ReplyAsync(Guid appealId, string kind, string text)
    {
        var appeal = (await Intake.GetAsync(appealId, CancellationToken.None))!.State;
        var version = appeal.Replies.Count + 1;
        var reply = new ReplyIssued(appealId, appeal.Appeal.Number, appeal.Appeal.Channel, version, services.GetRequiredService<TimeProvider>().GetUtcNow(), kind, kind, text);
        var sender = services.GetRequiredKeyedService<IReplySender>(service);
        await Intake.Replies.StoreAsync(reply, known => sender.Carries(known, kind), CancellationToken.None);
        services.GetRequiredKeyedService<Bell>(service).Ring();
        return version;
    }

    public async Task<Document<ReceivedAppeal>> AppealAsync(string number)
    {
        Document<ReceivedAppeal>? appeal = null;
        await Eventually.BecomesAsync(async () => (appeal = await Intake.FindAsync(number, default)) is not null);
        return appeal!;
    }

    public async Task<ReplyDelivery> BecomesAsync(DeliveryState state, Guid appealId, int version = 1) => await BecomesAsync(delivery => delivery.State == state, appealId, version);

    public async Task<ReplyDelivery> BecomesAsync(Func<ReplyDelivery, bool> state, Guid appealId, int version = 1)
    {
        ReplyDelivery? found = null;
        await Eventually.BecomesAsync(async () =>
            (found = (await Intake.GetAsync(appealId, CancellationToken.None))?.State.Deliveries.Find(delivery => delivery.Version == version)) is not null && state(found));
        return found!;
    }
}

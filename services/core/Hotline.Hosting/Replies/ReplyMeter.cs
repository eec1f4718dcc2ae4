using System.Diagnostics.Metrics;
using Hotline.Intake.Replies;

namespace Hotline.Hosting;

/// <summary>Counts what becomes of the replies carried to citizens, by service, kind and state.</summary>
internal static class ReplyMeter
{
    public const string Name = "Hotline.Replies";
    private static readonly Meter s_meter = new(Name);
    private static readonly Counter<long> s_replies = s_meter.CreateCounter<long>("hotline.replies", "{reply}", "Replies that came into a state.");

    public static void Count(string service, ReplyDelivery delivery) => s_replies.Add(
        1, new("service", service), new("kind", delivery.Kind), new("state", ReplyDelivery.NameOf(delivery.State)));
}

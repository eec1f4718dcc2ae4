using System.Collections.Immutable;
using Hotline.Ports;

namespace Hotline.Intake.Partners.Province;

/// <summary>The platform pushed an order, or another version of it; where its files lie is sealed beside.</summary>
/// <param name="Content">The SHA-256 of what was pushed, by which a repeat is told from an edit.</param>
public sealed record OrderPushed(string ForeignId, string Content, DateTimeOffset? Deadline, string? Category);

/// <summary>The hotline sent it back 退回.</summary>
public sealed record OrderReturned(string By, string Reason, DateTimeOffset At);

/// <summary>What the channel keeps with an appeal that is an order of the province.</summary>
public sealed record ProvincePart(ImmutableList<OrderPushed> Pushes)
{
    public OrderReturned? Returned { get; init; }

    public OrderPushed Latest => Pushes[^1];

    public static ChannelPart Channel { get; } = new(
        static facts => facts.Add("order-pushed", ProvinceJson.Default.OrderPushed).Add("order-returned", ProvinceJson.Default.OrderReturned),
        static (part, fact) => (part as ProvincePart, fact.Data) switch
        {
            (null, OrderPushed pushed) => new ProvincePart([pushed]),
            ({ } order, OrderPushed pushed) => order with { Pushes = order.Pushes.Add(pushed) },
            ({ } order, OrderReturned returned) => order with { Returned = returned },
            var (order, _) => order,
        },
        []);
}

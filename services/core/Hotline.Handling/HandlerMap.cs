using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hotline.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Handling;

/// <summary>Which events a service handles, and by what. Types it does not name are settled unread: they are for others, or newer than this service.</summary>
public sealed class HandlerMap(string service, IServiceCollection services)
{
    private readonly Dictionary<(string Topic, string Type), Func<IServiceProvider, CloudEvent, CancellationToken, ValueTask>> _handlers = [];

    public string Service { get; } = service;

    public IReadOnlyList<string> Topics => [.. _handlers.Keys.Select(key => key.Topic).Distinct().Order(StringComparer.Ordinal)];

    public IReadOnlyList<(string Topic, string Type)> Events => [.. _handlers.Keys];

    public HandlerMap On<TEvent, THandler>(string topic, string type, JsonTypeInfo<TEvent> json)
        where TEvent : class
        where THandler : class, IHandle<TEvent>
    {
        services.AddSingleton<THandler>();
        return On(topic, type, json, static provider => provider.GetRequiredService<THandler>());
    }

    /// <summary>For handlers of which each service in the process has its own.</summary>
    public HandlerMap On<TEvent>(string topic, string type, JsonTypeInfo<TEvent> json, Func<IServiceProvider, IHandle<TEvent>> handler)
        where TEvent : class
    {
        _handlers.Add((topic, type), (provider, envelope, cancellation) =>
        {
            var data = JsonSerializer.Deserialize(envelope.Data.Span, json) ?? throw new JsonException("The event's data is null.");
            return handler(provider).HandleAsync(data, envelope, cancellation);
        });
        return this;
    }

    /// <summary>The handler of an event; null when this service has none for its type. An event without a type is never skipped: it is not one of ours and somebody must look.</summary>
    internal Func<IServiceProvider, CloudEvent, CancellationToken, ValueTask>? Find(string topic, CloudEvent envelope) =>
        _handlers.TryGetValue((topic, envelope.Type), out var handler) ? handler
        : envelope.Type.Length == 0 ? (_, _, _) => throw new JsonException("The message is not a CloudEvent: it has no type.")
        : null;
}

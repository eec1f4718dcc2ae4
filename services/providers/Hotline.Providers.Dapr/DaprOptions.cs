namespace Hotline.Providers.Dapr;

/// <summary>How to speak with the sidecar, section <c>Hotline:Dapr</c>.</summary>
/// <remarks>
/// What is null here is taken from the environment as Dapr's own SDK does: <c>DAPR_GRPC_ENDPOINT</c> or <c>DAPR_GRPC_PORT</c>,
/// <c>DAPR_HTTP_ENDPOINT</c> or <c>DAPR_HTTP_PORT</c>, <c>DAPR_API_TOKEN</c>.
/// </remarks>
public sealed class DaprOptions
{
    public const string Section = "Hotline:Dapr";

    /// <summary>The pub/sub component. It must keep the order of what has one <c>partitionKey</c>, and deliver again what is answered RETRY: Kafka's does both.</summary>
    public string PubSub { get; set; } = "hotline-pubsub";

    /// <summary>The sidecar's gRPC address, <c>http://127.0.0.1:50001</c>; null for what the environment says.</summary>
    public Uri? GrpcEndpoint { get; set; }

    /// <summary>The sidecar's HTTP address, <c>http://127.0.0.1:3500</c>; null for what the environment says.</summary>
    public Uri? HttpEndpoint { get; set; }

    /// <summary>By what this process proves itself to the sidecar; taken from <c>DAPR_API_TOKEN</c> when null.</summary>
    public string? ApiToken { get; set; }

    /// <summary>
    /// By what the sidecar proves itself here, in <c>dapr-api-token</c>; taken from <c>APP_API_TOKEN</c> when null. Where there is none, only requests
    /// from this machine that no proxy passed on are taken for the sidecar's.
    /// </summary>
    public string? AppToken { get; set; }

    /// <summary>Events on their way to the sidecar at once, one of each key, 1–1000.</summary>
    public int MaxInFlight { get; set; } = 64;

    /// <summary>Seconds the sidecar may take to acknowledge an event, 1–300; longer than its own tries towards the broker.</summary>
    public int PublishSeconds { get; set; } = 30;

    /// <summary>Seconds a delivery may wait for its effect before it is answered RETRY, 1–3600; shorter than the sidecar's own limit, else that one is told nothing.</summary>
    public int DeliverySeconds { get; set; } = 50;

    /// <summary>A secret store of the sidecar's, whose secrets named <c>Hotline--…</c> become configuration; none when null.</summary>
    public string? SecretStore { get; set; }

    /// <summary>Seconds the start waits for the sidecar to give the secrets out, 1–600.</summary>
    public int SecretSeconds { get; set; } = 30;

    /// <summary>The app id at which services reach each other's API through the sidecar, <c>gateway</c>; null: by plain HTTP.</summary>
    public string? InvokeAppId { get; set; }
}

using System.Reflection;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Intake.MessageBoard;

namespace Hotline.ContractTests.Schemas;

/// <summary>The event stream as an AsyncAPI 3.0 document, made of the code's own tables and comments.</summary>
internal static class AsyncApi
{
    /// <summary>Also what the relay tries to send at most, by its default.</summary>
    public const int LargestMessage = 8 * 1024 * 1024;

    private const string BindingVersion = "0.5.0";

    /// <summary>A topic: its name in the document, who writes it (null: every channel's service), and the types on it.</summary>
    private sealed record Stream(string Topic, string Name, string? Publisher, params string[] Types);

    private static readonly Stream[] Streams =
    [
        new(Topics.Appeals, nameof(Topics.Appeals), null, "hotline.appeal."),
        new(Topics.WorkOrders, nameof(Topics.WorkOrders), "dispatch", "hotline.work-order.", "hotline.assignment."),
        new(Topics.Callbacks, nameof(Topics.Callbacks), "callback", "hotline.callback."),
        new(Topics.Knowledge, nameof(Topics.Knowledge), "knowledge", "hotline.article.", "hotline.answer."),
        new(Topics.Replies, nameof(Topics.Replies), "dispatch", "hotline.reply."),
    ];

    /// <summary>The constants of <see cref="EventTypes"/> by name.</summary>
    public static IReadOnlyDictionary<string, string> Types { get; } = typeof(EventTypes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => field.Name, field => (string)field.GetRawConstantValue()!);

    public static JsonObject Of(IReadOnlyList<HandlingService> services)
    {
        var (channels, operations, messages) = (new JsonObject(), new JsonObject(), new JsonObject());
        foreach (var stream in Streams)
        {
            var types = Types.Where(type => stream.Types.Any(prefix => type.Value.StartsWith(prefix, StringComparison.Ordinal))).ToList();
            var readers = services.Where(service => service.Events.Any(known => known.Topic == stream.Topic)).Select(service => service.Name).Order(StringComparer.Ordinal).ToList();
            var publishers = types.SelectMany(type => PublishersOf(stream, type.Value, services)).Distinct().Order(StringComparer.Ordinal).ToList();
            foreach (var (name, type) in types)
            {
                messages[name] = Message(name, type, PublishersOf(stream, type, services), ReadersOf(stream.Topic, type, services));
            }

            var id = char.ToLowerInvariant(stream.Name[0]) + stream.Name[1..];
            AddChannel(channels, operations, id, stream.Topic, CodeDocs.SummaryOf(stream.Name), [.. types.Select(type => type.Key)], publishers, readers);
            AddChannel(
                channels, operations, id + "Dead", Topics.Dead(stream.Topic), $"Events of {stream.Topic} that a service could not handle. Key: that of the event.", [nameof(DeadLettered)], readers, []);
        }

        messages[nameof(DeadLettered)] = Message(
            nameof(DeadLettered), EventTypes.DeadLettered, [.. services.Select(service => service.Name).Order(StringComparer.Ordinal)], []);
        return new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Hotline: the event stream", ["version"] = "1.0.0", ["description"] = About },
            ["defaultContentType"] = CloudEvent.DataContentType,
            ["servers"] = new JsonObject
            {
                ["kafka"] = new JsonObject
                {
                    ["host"] = "{broker}",
                    ["protocol"] = "kafka",
                    ["description"] = "The office's own Kafka. It says whether connections are encrypted and how a reader proves itself.",
                    ["variables"] = new JsonObject { ["broker"] = new JsonObject { ["description"] = "A broker to ask first, host:port; what Hotline:Kafka:BootstrapServers names." } },
                },
            },
            ["channels"] = channels,
            ["operations"] = operations,
            ["components"] = new JsonObject { ["messages"] = messages, ["schemas"] = new JsonObject { ["CloudEventHeaders"] = Headers() } },
        };
    }

    private static List<string> PublishersOf(Stream stream, string type, IReadOnlyList<HandlingService> services) =>
        stream.Publisher is { } publisher ? [publisher]
        : type == EventTypes.AppealRated ? [MessageBoardChannel.Service.Name] // no other platform has citizens rate by themselves
        : ReadersOf(Topics.Replies, EventTypes.ReplyIssued, services); // every channel takes the replies to its appeals

    private static List<string> ReadersOf(string topic, string type, IReadOnlyList<HandlingService> services) =>
        [.. services.Where(service => service.Events.Contains((topic, type))).Select(service => service.Name).Order(StringComparer.Ordinal)];

    private static void AddChannel(
        JsonObject channels, JsonObject operations, string id, string topic, string description, IReadOnlyList<string> messages, List<string> publishers, List<string> readers)
    {
        channels[id] = new JsonObject
        {
            ["address"] = topic,
            ["description"] = description,
            ["messages"] = new JsonObject(messages.Select(name => KeyValuePair.Create(name, (JsonNode?)Reference($"#/components/messages/{name}")))),
            ["bindings"] = new JsonObject
            {
                ["kafka"] = new JsonObject
                {
                    ["topic"] = topic,
                    ["topicConfiguration"] = new JsonObject { ["cleanup.policy"] = Array(["delete"]), ["max.message.bytes"] = LargestMessage },
                    ["bindingVersion"] = BindingVersion,
                },
            },
        };
        AddOperation(operations, "send", id, publishers);
        AddOperation(operations, "receive", id, readers);
    }

    private static void AddOperation(JsonObject operations, string action, string channel, List<string> services)
    {
        if (services.Count > 0)
        {
            operations[$"{action}{char.ToUpperInvariant(channel[0])}{channel[1..]}"] = new JsonObject
            {
                ["action"] = action,
                ["channel"] = Reference($"#/channels/{channel}"),
                ["summary"] = $"{(action == "send" ? "Written by" : "Read by")} {string.Join(", ", services)}.",
            };
        }
    }

    private static JsonObject Message(string name, string type, List<string> publishers, List<string> readers)
    {
        var data = name == nameof(EventTypes.AppealReceived) ? typeof(Appeal) : typeof(Appeal).Assembly.GetType($"Hotline.Contracts.{name}", throwOnError: true)!;
        var fields = CodeDocs.FieldsOf(data).Select(field => $"- `{field.Path}`: {field.Text}").ToList();
        return new JsonObject
        {
            ["name"] = type,
            ["contentType"] = CloudEvent.DataContentType,
            ["description"] = string.Join('\n', [CodeDocs.SummaryOf(data), .. fields.Count > 0 ? ["", .. fields] : fields]),
            ["headers"] = new JsonObject
            {
                ["type"] = "object",
                ["allOf"] = new JsonArray(
                    Reference("#/components/schemas/CloudEventHeaders"),
                    new JsonObject
                    {
                        ["properties"] = new JsonObject
                        {
                            ["ce_type"] = new JsonObject { ["const"] = type },
                            ["ce_source"] = new JsonObject { ["enum"] = Array(publishers.Select(service => $"/hotline/{service}")) },
                        },
                    }),
            },
            ["payload"] = Reference($"./Schemas/{data.Name}.schema.json"),
            ["bindings"] = new JsonObject
            {
                ["kafka"] = new JsonObject
                {
                    ["key"] = new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9a-f]{32}$", ["description"] = "UTF-8 text, the same as ce_partitionkey." },
                    ["bindingVersion"] = BindingVersion,
                },
            },
            ["x-published-by"] = Array(publishers),
            ["x-read-by"] = Array(readers),
        };
    }

    private static JsonObject Headers()
    {
        (string Name, JsonObject Schema)[] headers =
        [
            ("ce_specversion", new JsonObject { ["const"] = CloudEvent.SpecVersion }),
            ("ce_id", Text("Document and number of the fact in it: the same at every delivery. Unique together with ce_source, not without.", "^[0-9a-f]{32}/[1-9][0-9]*$")),
            ("ce_source", Text("The service whose document it is.", "^/hotline/[a-z-]+$")),
            ("ce_type", Text("Which message it is. Skip types you do not know.")),
            ("ce_time", new JsonObject { ["type"] = "string", ["format"] = "date-time", ["description"] = "When the fact was recorded, UTC." }),
            ("ce_partitionkey", Text("The message's key.", "^[0-9a-f]{32}$")),
            ("content-type", new JsonObject { ["const"] = CloudEvent.DataContentType }),
        ];
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "CloudEvents 1.0, Kafka protocol binding, binary content mode: each attribute is a header in UTF-8, the value is the data alone. More headers may come.",
            ["properties"] = new JsonObject(headers.Select(header => KeyValuePair.Create(header.Name, (JsonNode?)header.Schema))),
            ["required"] = Array(headers.Select(header => header.Name)),
        };
    }

    private static JsonObject Text(string description, string? pattern = null)
    {
        var text = new JsonObject { ["type"] = "string", ["description"] = description };
        if (pattern is not null)
        {
            text["pattern"] = pattern;
        }

        return text;
    }

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };

    private static JsonArray Array(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)text)];

    private const string About =
        """
        What Hotline's services tell each other, for whoever else is to know: statistics, archives, a city's data platform. Reading changes nothing. Nobody but Hotline writes here.

        **Reading.** Take a consumer group of your own, never the name of a service: members of one group take each other's events away. Begin at the earliest offset. Within v1 types and fields are only added: skip types and fields you do not know, and take any word where words are listed. What is null is left out. `number` is the number of the appeal, as the citizen was given it; times are ISO 8601, days are of the office.

        **Delivery** is at least once. The same fact may come again, after a failure or when the office has the stream sent anew (`Hotline:Kafka:Cluster`): with the same `ce_source`, `ce_id` and data. Keep those two together to tell repeats; `ce_id` alone does not do, for an appeal and its work order share a document id. The numbers after the slash rise within a document and may have gaps.

        **Order** holds within a key of a topic, for what comes the first time: a repeat may follow what came after it. Between keys and between topics there is none. Keys are put into partitions by murmur2, as Java's client does; how many partitions there are the office decides, and one who changes that ends the order of the keys that move.

        **Retention.** Topics are deleted by age (`retention.ms`, the office's choice; a month or more is advised), never compacted: a reader that was away for longer has missed events. Hotline itself keeps every fact and can send all again.

        **What could not be handled** rests in the `.dead` topic of its topic, with reason and the event's data (base64), until a person has the service handle it again; it is not sent again for that.

        **What never appears:** names, phones, addresses, mail addresses and platform ids a sender gave as his contact (they stay sealed with the service that received them; `contactRef`, `personKey` and `phoneKey` tell them to nobody), what was sent in its original form, the bytes of files, and anything at all of the supervision line's reports. **What does:** the appeal in the citizen's own words, in which he may name himself or others; accounts of staff; and on the topics of callbacks and replies links that open the page where the citizen answers. Give each reader the topics it needs and no more.
        """;
}

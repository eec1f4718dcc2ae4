namespace Hotline.ContractTests.EventLog.Dapr;

/// <summary>What stands behind the sidecars: messages in the order they came, and for each group what it has taken. One message of a key is out at a time.</summary>
internal sealed class DaprBroker
{
    private readonly Lock _gate = new();
    private readonly List<Message> _messages = [];
    private readonly HashSet<(string Group, string Topic, string Key)> _out = [];
    private TaskCompletionSource _news = New();

    public sealed record Message(string Topic, string Key, byte[] Data)
    {
        public HashSet<string> TakenBy { get; } = [];
    }

    public IReadOnlyList<Message> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public Task News
    {
        get
        {
            lock (_gate)
            {
                return _news.Task;
            }
        }
    }

    public void Add(string topic, string key, byte[] data)
    {
        lock (_gate)
        {
            _messages.Add(new Message(topic, key, data));
            Tell();
        }
    }

    /// <summary>The next message for the group of a key of which none is out; null when there is none.</summary>
    public Message? Take(string group, IReadOnlyCollection<string> topics)
    {
        lock (_gate)
        {
            var held = new HashSet<(string, string)>();
            foreach (var message in _messages.Where(message => topics.Contains(message.Topic) && !message.TakenBy.Contains(group)))
            {
                if (held.Add((message.Topic, message.Key)) && _out.Add((group, message.Topic, message.Key)))
                {
                    return message;
                }
            }

            return null;
        }
    }

    public void Return(string group, Message message, bool taken)
    {
        lock (_gate)
        {
            _out.Remove((group, message.Topic, message.Key));
            if (taken)
            {
                message.TakenBy.Add(group);
            }

            Tell();
        }
    }

    public Task UntilTakenAsync(string group, string topic) =>
        Eventually.Async(() => Messages.Where(message => message.Topic == topic).ToList() is { Count: > 0 } all && all.TrueForAll(message => message.TakenBy.Contains(group)));

    private void Tell()
    {
        var news = _news;
        _news = New();
        news.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

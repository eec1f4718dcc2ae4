using Confluent.Kafka;
using Hotline.Contracts;

namespace Hotline.Providers.Kafka;

/// <summary>
/// One partition while this reader owns it: what it handed out and what of it is settled. Its place is the offset after the unbroken row of
/// settled messages at the front. Owned again after a loss, a partition gets a new one of these, so late settling of the old does nothing.
/// </summary>
internal sealed class PartitionProgress(TopicPartition partition, Action placeMoved)
{
    private readonly Lock _gate = new();
    private readonly Queue<KafkaMessage> _row = [];
    private readonly CancellationTokenSource _revoked = new(); // without a timer or a wait handle there is nothing in it to dispose of
    private Offset _place = Offset.Unset;
    private bool _moved;
    private bool _owned = true;

    public TopicPartition Partition => partition;

    /// <summary>The polling thread's alone.</summary>
    public bool IsPaused { get; set; }

    public KafkaMessage Add(ConsumeResult<byte[], byte[]> read)
    {
        var message = new KafkaMessage(this, read.Topic, KafkaWire.Read(read), read.Offset, _revoked.Token);
        lock (_gate)
        {
            _row.Enqueue(message);
        }

        return message;
    }

    public void Settle(KafkaMessage message)
    {
        lock (_gate)
        {
            if (message.IsSettled)
            {
                return;
            }

            message.IsSettled = true;
            if (!_owned || _row.Peek() != message)
            {
                return;
            }

            while (_row.TryPeek(out var first) && first.IsSettled)
            {
                _place = _row.Dequeue().Offset + 1;
            }

            _moved = true;
        }

        placeMoved();
    }

    /// <summary>The place to commit, if it moved since it was last taken.</summary>
    public bool TryTake(out TopicPartitionOffset place)
    {
        lock (_gate)
        {
            place = new TopicPartitionOffset(partition, _place);
            var moved = _moved;
            _moved = false;
            return moved;
        }
    }

    /// <summary>Another reader has, or will have, what was not settled: nothing of this partition is to be handled, settled or committed here any more.</summary>
    public void Revoke()
    {
        lock (_gate)
        {
            _owned = false;
        }

        _ = _revoked.CancelAsync(); // what handlers hung on the token must not run on the polling thread
    }
}

/// <summary>An event as read from Kafka.</summary>
internal sealed class KafkaMessage(PartitionProgress progress, string topic, CloudEvent envelope, Offset offset, CancellationToken revoked) : Ports.LogMessage
{
    public override string Topic => topic;

    public override CloudEvent Event => envelope;

    public override CancellationToken Revoked => revoked;

    public Offset Offset => offset;

    /// <summary>Guarded by the partition's lock.</summary>
    public bool IsSettled { get; set; }

    public override void Settle() => progress.Settle(this);
}

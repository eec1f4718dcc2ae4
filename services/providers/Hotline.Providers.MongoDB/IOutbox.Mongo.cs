using System.Runtime.CompilerServices;
using Hotline.Ports;
using Hotline.Providers.MongoDB.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.MongoDB;

/// <summary>
/// The events that wait inside their documents. Of all processes of a service one reads them at a time; what is settled leaves its document, so
/// an event goes to one relay, once it is settled, whatever that relay is called.
/// </summary>
internal sealed class MongoOutbox(MongoStore store, IOptions<MongoOptions> options, TimeProvider time, ILogger<MongoOutbox> logger) : IOutbox
{
    /// <exception cref="EngineAwayException">The store is away: read again, what is not settled comes again.</exception>
    public async IAsyncEnumerable<LogMessage> ReadAsync(string relay, string service, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var documents = await store.For(service).OpenAsync();
        await using var lease = await OutboxLease.EnterAsync(documents.Leases, service, TimeSpan.FromMilliseconds(options.Value.HolderMs), time, logger, cancellation);
        if (lease is null)
        {
            yield break;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
        await using var run = new OutboxRun(documents, lease, time, logger);
        while (!ended.IsCancellationRequested)
        {
            var next = documents.Sequence.Closed.Next;
            foreach (var message in await run.ReadAsync(cancellation))
            {
                if (ended.IsCancellationRequested)
                {
                    yield break;
                }

                yield return message;
            }

            if (run.IsUpToDate)
            {
                await CommitSignal.WaitAsync(next, TimeSpan.FromMilliseconds(options.Value.PollMs), time, ended.Token);
            }
        }
    }
}

using Hotline.Intake.PhotoReport.Media;
using Hotline.Ports;

namespace Hotline.Intake.PhotoReport;

/// <summary>
/// Publishes photos behind receiving, one at a time. What waits stands in an index of the store, so a restart goes on where it stopped;
/// the bell only saves the wait until the next look.
/// </summary>
internal sealed partial class PhotoWorker(
    [FromKeyedServices(PhotoReportChannel.Name)] AppealIntake intake, PhotoPublisher publisher, PhotoBell bell, TimeProvider time, ILogger<PhotoWorker> logger) : BackgroundService
{
    private const int PageSize = 50;
    private const string CannotDecode = "照片无法解码，或解码所需的时间、内存超过限度";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var rung = bell.NextRing;
            try
            {
                await PublishAllAsync(stoppingToken);
            }
            catch (PublisherMissingException missing)
            {
                bell.Missing = true;
                LogMissing(logger, missing.Message);
            }
            catch (EngineAwayException)
            {
                // looked at again below; the store's own state is the provider's to log
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogFailure(logger, failure.GetType().Name, failure.StackTrace);
            }

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(rung, Task.Delay(Look, time, waiting.Token));
            await waiting.CancelAsync();
        }
    }

    private async Task PublishAllAsync(CancellationToken cancellation)
    {
        long after = 0;
        while (await intake.QueryAsync(ReportPart.Unpublished, ReportPart.All, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var appeal in page)
            {
                after = appeal.Sequence;
                try
                {
                    await PublishAsync(appeal, cancellation);
                }
                catch (Exception failure) when (failure is not (OperationCanceledException or EngineAwayException or PublisherMissingException))
                {
                    LogFailure(logger, failure.GetType().Name, failure.StackTrace); // its message may quote a file's name; those behind it do not wait
                }
            }
        }
    }

    private async Task PublishAsync(Document<ReceivedAppeal> appeal, CancellationToken cancellation)
    {
        var files = await intake.FilesOfAsync(appeal, cancellation);
        while (appeal.State.Own is ReportPart part && part.Waiting.FirstOrDefault() is var photo and > 0)
        {
            var published = await PublishAsync(appeal.Id, photo, files?[photo - 1], appeal.State.Appeal.Attachments[photo - 1].MediaType, cancellation);
            bell.Missing = false;
            if (await intake.AppendOwnAsync(appeal, new OwnFact(published), cancellation) is { } after)
            {
                appeal = after;
            }
            else if (await intake.GetAsync(appeal.Id, cancellation) is { } now)
            {
                appeal = now; // the citizen added something, or another holder of the store published it
            }
        }
    }

    private async Task<PhotoPublished> PublishAsync(Guid appeal, int photo, ReadOnlyMemory<byte>? file, string mediaType, CancellationToken cancellation)
    {
        if (file is not { } content || await publisher.PublishAsync(content, mediaType, cancellation) is not { } made)
        {
            return new PhotoPublished(photo, null, null, 0, 0, file is null ? "原件已不在" : CannotDecode);
        }

        var copy = await intake.KeepAsync(appeal, made.Copy, cancellation);
        var thumbnail = await intake.KeepAsync(appeal, made.Thumbnail, cancellation);
        return new PhotoPublished(photo, copy.Value, thumbnail.Value, made.Width, made.Height);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Photos are received but not published: {Reason}")]
    private static partial void LogMissing(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Publishing photos failed and is tried again: {Failure}{StackTrace}")]
    private static partial void LogFailure(ILogger logger, string failure, string? stackTrace);
}

/// <summary>Rings when a report with photos was received.</summary>
internal sealed class PhotoBell
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next ring. Take it before looking, so that a ring in between is not missed.</summary>
    public Task NextRing => _next.Task;

    /// <summary>Nothing can be published on this machine as it is; what waits says so.</summary>
    public bool Missing { get; set; }

    public void Ring() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}

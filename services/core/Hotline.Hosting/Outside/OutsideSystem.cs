using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Hotline.Hosting;

/// <summary>How calls of a system outside are made.</summary>
/// <param name="Patience">How long one try may take.</param>
/// <param name="Retries">How often a call that found nobody, was cut off or took too long is made again at once; what was answered is not.</param>
/// <param name="Pause">Before the first of them; each next is twice as long, give or take.</param>
/// <param name="Rests">Whether a system that nearly never answers is left alone for half a minute.</param>
public sealed record OutsideCallRule(TimeSpan Patience, int Retries = 0, TimeSpan Pause = default, bool Rests = false);

/// <summary>A system outside was not reached, did not answer in time, or is left alone for now. Its own words may quote an address, so they are not in the message.</summary>
public sealed class OutsideAwayException(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>Whether the call may have had its effect all the same; false when it never left here.</summary>
    public bool MayHaveActed => InnerException switch
    {
        BrokenCircuitException => false,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError } => false,
        OperationCanceledException { InnerException: TimeoutException } => false, // the handler's time for connecting
        _ => true,
    };
}

/// <summary>A system outside, and the one place that says how it is called: one for each that is depended on.</summary>
public sealed class OutsideSystem
{
    private readonly ResiliencePipeline _pipeline;

    public OutsideSystem(OutsideCallRule rule, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (rule.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = rule.Retries,
                Delay = rule.Pause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static arguments => new(IsUnreached(arguments.Outcome.Exception)),
            });
        }

        if (rule.Rests)
        {
            builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.9,
                MinimumThroughput = 12,
                SamplingDuration = TimeSpan.FromSeconds(60),
                BreakDuration = TimeSpan.FromSeconds(30),
                ShouldHandle = static arguments => new(IsUnreached(arguments.Outcome.Exception)),
            });
        }

        _pipeline = builder.AddTimeout(rule.Patience).Build();
    }

    /// <summary>Makes a call, the reading of its answer included.</summary>
    /// <param name="call">Made anew for each try; throws <see cref="HttpRequestException"/> for an answer that is as good as none.</param>
    /// <exception cref="OutsideAwayException">It was not reached.</exception>
    public async ValueTask<T> CallAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(call, cancellation);
        }
        catch (Exception failure) when (IsUnreached(failure) || failure is BrokenCircuitException)
        {
            throw new OutsideAwayException(failure.GetType().Name, failure);
        }
    }

    /// <summary>A handler whose connecting took too long says so by a cancellation nobody asked for.</summary>
    private static bool IsUnreached(Exception? failure) =>
        failure is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException { InnerException: TimeoutException };
}

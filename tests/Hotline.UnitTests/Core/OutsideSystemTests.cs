using Hotline.Hosting;

namespace Hotline.UnitTests.Core;

/// <summary>However a system outside fails to be reached, the caller is told so in one way.</summary>
public sealed class OutsideSystemTests
{
    public static TheoryData<Exception> Unreached =>
        [new HttpRequestException("refused"), new IOException("cut off"), new TaskCanceledException("connecting took too long", new TimeoutException())];

    [Theory]
    [MemberData(nameof(Unreached))]
    public async Task What_is_not_reached_is_tried_again_and_then_told(Exception failure)
    {
        var tries = 0;
        var outside = new OutsideSystem(new OutsideCallRule(TimeSpan.FromSeconds(5), Retries: 1, Pause: TimeSpan.FromMilliseconds(1)), TimeProvider.System);
        await Assert.ThrowsAsync<OutsideAwayException>(async () => await outside.CallAsync<int>(
            _ =>
            {
                tries++;
                throw failure;
            },
            CancellationToken.None));
        Assert.Equal(2, tries);
    }

    public static TheoryData<Exception, bool> Effects => new()
    {
        { new HttpRequestException(HttpRequestError.ConnectionError), false },
        { new HttpRequestException(HttpRequestError.NameResolutionError), false },
        { new HttpRequestException(HttpRequestError.SecureConnectionError), false },
        { new TaskCanceledException("connecting took too long", new TimeoutException()), false },
        { new HttpRequestException(HttpRequestError.ResponseEnded), true },
        { new HttpRequestException("status 502"), true },
        { new IOException("cut off"), true },
    };

    [Theory]
    [MemberData(nameof(Effects))]
    public async Task Whether_a_call_may_have_had_its_effect_is_told(Exception failure, bool may)
    {
        var outside = new OutsideSystem(new OutsideCallRule(TimeSpan.FromSeconds(5)), TimeProvider.System);
        Assert.Equal(may, (await Assert.ThrowsAsync<OutsideAwayException>(async () => await outside.CallAsync<int>(_ => throw failure, CancellationToken.None))).MayHaveActed);
    }

    [Fact]
    public async Task Who_asked_to_stop_is_told_that()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var outside = new OutsideSystem(new OutsideCallRule(TimeSpan.FromSeconds(5)), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await outside.CallAsync(async token =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, token);
            return 0;
        }, stop.Token));
    }
}

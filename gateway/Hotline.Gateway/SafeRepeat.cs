using System.Net;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Hotline.Gateway;

/// <summary>
/// Tries a request again where it surely was not done: no connection was made, so nothing was sent; or it only reads, and no answer began. All else
/// is the sender's to repeat, who has his own id for it.
/// </summary>
internal sealed class SafeRepeat(RequestDelegate next, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>How often a read is tried whose connection broke.</summary>
    private const int MostReads = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    public async Task InvokeAsync(HttpContext http)
    {
        var started = time.GetTimestamp();
        var pause = FirstPause;
        for (var tries = 1; ; tries++)
        {
            await next(http);
            if (http.Features.Get<IForwarderErrorFeature>() is not { } failed || http.Response.HasStarted || !MayRepeat(http, failed, tries, time.GetElapsedTime(started)))
            {
                return;
            }

            try
            {
                await Task.Delay(pause, time, http.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                return; // nobody waits for it any more
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            Choose(http.GetReverseProxyFeature());
            http.Features.Set<IForwarderErrorFeature>(null);
            http.Response.Clear();
        }
    }

    private bool MayRepeat(HttpContext http, IForwarderErrorFeature failed, int tries, TimeSpan waited)
    {
        var proxy = http.GetReverseProxyFeature();
        return failed switch
        {
            { Error: ForwarderError.NoAvailableDestinations }
                or { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } } =>
                tries < proxy.AllDestinations.Count || (GatewayRoutes.IsWaitedFor(proxy.Route.Config.ClusterId!) && waited.TotalSeconds < options.Value.PatienceSeconds),
            { Error: ForwarderError.Request, Exception: HttpRequestException } => tries < MostReads && (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)),
            _ => false,
        };
    }

    /// <summary>Another instance than the one that failed, where there is one.</summary>
    private static void Choose(IReverseProxyFeature proxy)
    {
        var all = proxy.AllDestinations;
        var others = all.Where(one => one != proxy.ProxiedDestination).ToList();
        proxy.AvailableDestinations = others.Count > 0 ? others : all;
    }
}

using System.Net;
using System.Net.Sockets;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat.Platform;

/// <summary>Where the platform says a video is to be had: fetched without the token, from hosts the office allows, and from no address inside its own network.</summary>
internal sealed class VideoHosts : IDisposable
{
    private static readonly string[] Platform = ["qq.com"];
    private readonly IReadOnlyList<string> _allowed;
    private readonly HttpClient _http;
    private readonly OutsideSystem _hosts;

    public VideoHosts(IOptions<WeChatOptions> options, TimeProvider time)
    {
        _allowed = options.Value.VideoHosts is { Count: > 0 } hosts ? [.. hosts] : Platform;
        var handler = WeChatApi.NewHandler();
        handler.UseProxy = false;
        handler.ConnectCallback = ConnectAsync;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _hosts = new OutsideSystem(WeChatApi.Rule, time);
    }

    /// <exception cref="PlatformException">The host is not allowed, or the video was not to be had.</exception>
    public async Task<(byte[] Body, string? MediaType)> FetchAsync(string address, int most, CancellationToken cancellation) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && IsAllowed(uri)
            ? await WeChatApi.SendAsync(_http, _hosts, () => new HttpRequestMessage(HttpMethod.Get, uri), most, cancellation)
            : throw new PlatformException(PlatformTrouble.Away, "A video's address is not of a host in Hotline:WeChat:VideoHosts.");

    /// <summary>An address that is written out must stand in the list with its port; a name may be below one that stands there.</summary>
    internal bool IsAllowed(Uri uri) =>
        uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
        && _allowed.Any(host => uri.Authority.Equals(host, StringComparison.OrdinalIgnoreCase)
            || (uri.IsDefaultPort && uri.HostNameType == UriHostNameType.Dns && uri.IdnHost.EndsWith($".{host}", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether an address is one of the public network, and of no other by a detour (mapped, translated, tunnelled).</summary>
    internal static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? bytes switch
            {
                [0 or 10 or 127 or >= 224, ..] => false,
                [100, >= 64 and <= 127, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] => false,
                [192, 0, 0 or 2, _] or [198, 18 or 19, ..] or [198, 51, 100, _] or [203, 0, 113, _] => false,
                _ => true,
            }
            : bytes is [>= 0x20 and < 0x40, ..] and not [0x20, 0x01, 0x00 or 0x0D, ..] and not [0x20, 0x02, ..];
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Connects to the address that was looked at, so that no second look-up can give another.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var address = IPAddress.TryParse(host, out var written)
            ? written
            : (await Dns.GetHostAddressesAsync(host, cancellation)).FirstOrDefault(IsPublic) ?? throw new PlatformException(PlatformTrouble.Away, "A video's host has no public address.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

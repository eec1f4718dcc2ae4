using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hotline.AllInOne.Practice;
using Xunit;
using Xunit.Abstractions;

namespace Hotline.SystemTests;

public sealed class FloodedHotline : IAsyncLifetime
{
    public const int IdleSeconds = 8;

    public RunningHotline Running { get; private set; } = null!;

    public async Task InitializeAsync() => Running = await RunningHotline.StartAsync(
        Form.Split, options: [$"--Hotline:Limits:IdleSeconds={IdleSeconds}", .. WeChatPlatform.Options], services: ["intake-app", "intake-wechat"]);

    public async Task DisposeAsync() => await Running.DisposeAsync();
}

/// <summary>Hostile senders at the front door (quality goals F17, F18): each is refused within its bounds, and another channel goes on being served.</summary>
public sealed class FloodTests(FloodedHotline flooded, ITestOutputHelper output) : IClassFixture<FloodedHotline>
{
    private const long MostGrowth = 100L * 1024 * 1024;
    private static readonly TimeSpan SlowestNeighbour = TimeSpan.FromSeconds(3);

    /// <summary>Kestrel takes request headers for ten seconds; a second or two for its clock, and as much again for a busy machine.</summary>
    private static readonly TimeSpan HeaderLimit = TimeSpan.FromSeconds(25);

    private readonly RunningHotline _hotline = flooded.Running;

    [Fact]
    public async Task Slow_headers_are_cut_off()
    {
        using var limit = new CancellationTokenSource(HeaderLimit);
        await FloodAsync(500, "GET /intake/app/appeals/1 HTTP/1.1\r\nHost: h\r\nX-", async stream =>
        {
            try
            {
                while (true)
                {
                    await stream.WriteAsync("a"u8.ToArray(), limit.Token);
                    await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, limit.Token);
                }
            }
            catch (IOException)
            {
                // the line was cut
            }
        });
    }

    [Fact]
    public async Task Slow_bodies_are_cut_off()
    {
        using var limit = new CancellationTokenSource(HeaderLimit);
        await FloodAsync(200, "POST /intake/wechat/callback HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n<", stream => EndAsync(stream, limit.Token));
    }

    [Fact]
    public async Task Thousands_of_idle_connections_cost_little_and_are_cut_off()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(FloodedHotline.IdleSeconds * 4));
        await FloodAsync(MostConnections(), "", stream => EndAsync(stream, limit.Token));
    }

    [Theory]
    [InlineData("/intake/app/appeals")]
    [InlineData("/intake/app/devices")]
    [InlineData("/intake/wechat/callback")]
    [InlineData("/nothing/here")]
    public async Task An_endless_body_is_refused_and_the_line_is_cut(string path)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new TcpClient();
        await socket.ConnectAsync(_hotline.Address.Host, _hotline.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
        var chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string('x', 0x10000)}\r\n");
        var sent = 0L;
        try
        {
            while (sent < 4 * MostGrowth)
            {
                await stream.WriteAsync(chunk, limit.Token);
                sent += chunk.Length;
            }
        }
        catch (IOException)
        {
            // cut
        }

        Assert.InRange(sent, 0, MostGrowth);
        await NeighbourAsync();
    }

    [Fact]
    public async Task A_form_of_a_hundred_thousand_parts_is_refused_at_once()
    {
        using var citizen = await _hotline.NewCitizenAsync();
        var form = new StringBuilder();
        for (var i = 0; i < 100_000; i++)
        {
            form.Append(CultureInfo.InvariantCulture, $"--b\r\nContent-Disposition: form-data; name=\"f{i}\"\r\n\r\nx\r\n");
        }

        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(form.Append("--b--\r\n").ToString()));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        var watch = Stopwatch.StartNew();
        using var answer = await citizen.SubmitAsync(content, "parts-1");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
        await NeighbourAsync();
    }

    /// <summary>No body is unpacked: a bomb is bytes of no form we know.</summary>
    [Fact]
    public async Task A_packed_body_is_never_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[32 * 1024 * 1024]);
        }

        using var citizen = await _hotline.NewCitizenAsync();
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
        var before = _hotline.MemoryOf("intake-app");
        using var answer = await citizen.SubmitAsync(content, "gzip-1");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.InRange(_hotline.MemoryOf("intake-app") - before, long.MinValue, 32 * 1024 * 1024);
    }

    [Fact]
    public async Task Entities_are_not_expanded()
    {
        using var http = _hotline.NewHttp();
        await WeChatPlatform.PushAsync(http, "帮助", Environment.TickCount); // what a first push compiles is not the entities' doing
        var before = _hotline.ProcessorTimeOf("intake-wechat");
        Assert.Equal("success", await WeChatPlatform.PushRawAsync(
            http, "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]><xml><FromUserName>o</FromUserName><Content>&b;&c;</Content></xml>"));
        var took = _hotline.ProcessorTimeOf("intake-wechat") - before;
        Assert.True(took < TimeSpan.FromSeconds(1), $"{took}");
    }

    /// <summary>As many as quality goal F17 asks for, or as this process may open.</summary>
    private static int MostConnections()
    {
        var line = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var most = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return most == "unlimited" ? 10_000 : Math.Clamp(int.Parse(most, CultureInfo.InvariantCulture) - 1_000, 100, 10_000);
    }

    private static async Task EndAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var buffer = new byte[512];
        try
        {
            while (await stream.ReadAsync(buffer, cancellation) > 0)
            {
                // an answer before the end
            }
        }
        catch (IOException)
        {
            // cut without one
        }
    }

    /// <summary>Opens connections that begin alike, waits until all are cut, and asks the neighbour all the while.</summary>
    private async Task FloodAsync(int count, string begin, Func<NetworkStream, Task> untilCut)
    {
        await NeighbourAsync();
        var before = _hotline.MemoryOf("gateway");
        var sockets = new List<Socket>(count);
        try
        {
            var bytes = Encoding.ASCII.GetBytes(begin);
            for (var i = 0; i < count; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(_hotline.Address.Host, _hotline.Address.Port);
                await socket.SendAsync(bytes);
            }

            var all = Task.WhenAll(sockets.Select(socket => untilCut(new NetworkStream(socket))));
            var (slowest, asked, greediest) = (TimeSpan.Zero, 0, 0L);
            do
            {
                var took = await NeighbourAsync();
                (slowest, asked, greediest) = (took > slowest ? took : slowest, asked + 1, Math.Max(greediest, _hotline.MemoryOf("gateway") - before));
            }
            while (await Task.WhenAny(all, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System)) != all);

            await all; // throws when some were not cut in time
            output.WriteLine($"{count} connections; the neighbour was asked {asked} times, the slowest took {slowest.TotalMilliseconds:F0} ms; the gateway grew by {greediest / 1024 / 1024} MiB");
            Assert.InRange(greediest, long.MinValue, MostGrowth);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>A citizen asks by another channel.</summary>
    private async Task<TimeSpan> NeighbourAsync()
    {
        using var http = _hotline.NewHttp();
        var watch = Stopwatch.StartNew();
        Assert.Contains("12345", await WeChatPlatform.PushAsync(http, "帮助", Environment.TickCount), StringComparison.Ordinal);
        Assert.True(watch.Elapsed < SlowestNeighbour, $"{watch.Elapsed}");
        return watch.Elapsed;
    }
}

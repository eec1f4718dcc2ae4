using System.Text;
using Hotline.AllInOne.Practice;

namespace Hotline.Benchmarks.Load;

/// <summary>Appeals as the city's app sends them, made beforehand: each has its own DPoP proof and its own idempotency key.</summary>
internal sealed class AppRequests : IRequests
{
    public const string Path = "/intake/app/appeals";

    /// <summary>About a kilobyte of UTF-8, as citizens write; the names are nobody's.</summary>
    public static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """
        {"title":"小区门口路灯连续多日不亮，夜间出行不便","text":"您好，我住在河西区柳林路街道安和里小区。从上周三起，小区北门外人行道上的六盏路灯全部不亮，天黑以后路面完全看不清。昨晚有位老人在路口被台阶绊倒，幸好没有大碍。我们先后给物业和路灯维修电话打过电话，物业说灯杆不归他们管，维修电话一直占线。这条路是附近两所学校学生放学回家的必经之路，旁边还在修地下管道，围挡占了半边人行道，晚上经过的电动车很多，非常危险。请有关部门尽快派人查看，修好路灯，施工围挡处也请加上警示灯。谢谢！","nature":"help","place":{"text":"河西区柳林路街道安和里小区北门外","latitude":39.084158,"longitude":117.223372,"datum":"gcj02"},"occurredAt":"2026-03-04T19:30:00+08:00","submittedAt":"2026-03-11T20:15:00+08:00","contact":{"name":"王小明","phone":"13800000000","address":"安和里小区三号楼二单元"}}
        """);

    private readonly PracticeDevice[] _devices;
    private readonly Uri _address;
    private long _made;

    private AppRequests(PracticeDevice[] devices, Uri address) => (_devices, _address) = (devices, address);

    /// <summary>Registers devices with the server, as phones do.</summary>
    public static async Task<AppRequests> RegisterAsync(int port, int devices)
    {
        var server = new Uri($"http://127.0.0.1:{port}");
        var registered = new PracticeDevice[devices];
        using var http = new HttpClient { BaseAddress = server };
        for (var i = 0; i < devices; i++)
        {
            registered[i] = new PracticeDevice(TimeProvider.System);
#pragma warning disable CA2000 // disposing the client would dispose the device, which is needed on
            await new AppClient(http, registered[i]).RegisterAsync();
#pragma warning restore CA2000
        }

        return new AppRequests(registered, new Uri(server, Path));
    }

    public byte[][] Sign(int count)
    {
        var requests = new byte[count][];
        Parallel.For(0, _devices.Length, first =>
        {
            for (var i = first; i < count; i += _devices.Length)
            {
                requests[i] = Sign(_devices[first]);
            }
        });
        return requests;
    }

    /// <summary>The same bytes for the echo, without the headers that only we need.</summary>
    public static byte[] Plain(int port, string path) =>
        [.. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n"), .. Body];

    public static byte[] Get(int port, string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");

    public void Dispose()
    {
        foreach (var device in _devices)
        {
            device.Dispose();
        }
    }

    private byte[] Sign(PracticeDevice device)
    {
        var head = $"POST {Path} HTTP/1.1\r\nHost: {_address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n"
            + $"Idempotency-Key: bench-{Interlocked.Increment(ref _made):x12}\r\nAuthorization: DPoP {device.Token}\r\nDPoP: {device.Prove("POST", _address)}\r\n\r\n";
        var request = new byte[head.Length + Body.Length];
        Encoding.ASCII.GetBytes(head, request);
        Body.CopyTo(request, head.Length);
        return request;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Hotline.ContractTests.EventLog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Hotline.ContractTests.Gateway;

/// <summary>How a process ends that others send to: the door first, the lines later.</summary>
public sealed class FarewellTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-farewell-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Told_to_stop_it_takes_no_new_line_and_answers_once_more_on_those_there_are()
    {
        await using var gateway = await StartAsync();
        var port = PortOf(gateway);
        using var line = new TcpClient();
        await line.ConnectAsync(IPAddress.Loopback, port);
        Assert.Contains("200 OK", await AskAsync(line), StringComparison.Ordinal);

        var stopping = gateway.StopAsync();
        await Eventually.BecomesAsync(async () =>
        {
            using var late = new TcpClient();
            try
            {
                await late.ConnectAsync(IPAddress.Loopback, port);
                return false;
            }
            catch (SocketException refused)
            {
                return refused.SocketErrorCode == SocketError.ConnectionRefused;
            }
        });
        Assert.False(stopping.IsCompleted);
        var answer = await AskAsync(line);
        Assert.Contains("503", answer, StringComparison.Ordinal); // not ready any more
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        await stopping.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_line_that_nobody_uses_holds_it_up_for_the_grace_and_no_longer()
    {
        await using var gateway = await StartAsync();
        var port = PortOf(gateway);
        using var line = new TcpClient();
        await line.ConnectAsync(IPAddress.Loopback, port);
        await AskAsync(line);
        await gateway.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, await line.GetStream().ReadAsync(new byte[1]));
    }

    private Task<WebApplication> StartAsync() => GatewayHost.StartAsync([$"--Hotline:Data={_folder}", "--urls=http://127.0.0.1:0", "--Hotline:EdgeKey=a secret of this test"]);

    private static int PortOf(WebApplication gateway) =>
        new Uri(gateway.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    private static async Task<string> AskAsync(TcpClient line)
    {
        var stream = line.GetStream();
        await stream.WriteAsync("GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        var answer = new byte[4096];
        return Encoding.ASCII.GetString(answer, 0, await stream.ReadAsync(answer));
    }
}

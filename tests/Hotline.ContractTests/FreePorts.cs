using System.Net;
using System.Net.Sockets;

namespace Hotline.ContractTests;

/// <summary>Ports for programs that must be told theirs before they listen.</summary>
/// <remarks>Below the range from which Linux takes the ports of outgoing connections (from 32768 by default): a port of that range, found free, may be taken before the program listens.</remarks>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Other runs on this machine begin elsewhere.
    private static int s_given = Environment.ProcessId * 97 % Count;

    /// <summary>A port of 127.0.0.1 on which nothing listens, not given before in this run.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + Interlocked.Increment(ref s_given) % Count;
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // the next one
            }
        }
    }
}

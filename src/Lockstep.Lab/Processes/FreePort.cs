using System.Net;
using System.Net.Sockets;

namespace Lockstep.Lab.Processes;

/// <summary>Ports of loopback that nobody listens on at the moment of asking; a start that loses the race asks again.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

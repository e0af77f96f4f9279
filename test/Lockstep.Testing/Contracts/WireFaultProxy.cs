using System.Net;
using System.Net.Sockets;
using Lockstep.Connectors;

namespace Lockstep.Testing.Contracts;

/// <summary>A proxy on loopback in front of a real server, which speaks the server's own protocol and so can lie in it.</summary>
public abstract class WireFaultProxy : ILyingSystem
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _serverPort;
    private readonly Task _accepting;
    private int _fired;

    protected WireFaultProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <inheritdoc/>
    public int Fired => Volatile.Read(ref _fired);

    /// <summary>Gets the fault in force.</summary>
    protected HttpFault Fault { get; private set; }

    /// <inheritdoc/>
    public void Set(HttpFault fault)
    {
        Fault = fault;
        Interlocked.Exchange(ref _fired, 0);
    }

    /// <inheritdoc/>
    public IConnector Connect(IConnectorSubject subject) => subject.Connect(((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    /// <summary>Speaks between a client and the server until either ends.</summary>
    protected abstract Task ConverseAsync(NetworkStream client, NetworkStream server, CancellationToken stop);

    protected void Count() => Interlocked.Increment(ref _fired);

    private async Task AcceptAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                conversations.Add(ConverseAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using var _ = client;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
            await ConverseAsync(client.GetStream(), server.GetStream(), _stop.Token);
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has hung up: the conversation is over.
            return;
        }
    }
}

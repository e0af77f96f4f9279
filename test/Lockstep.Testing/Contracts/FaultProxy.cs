using System.Net;
using System.Net.Sockets;

namespace Lockstep.Testing.Contracts;

/// <summary>What the proxy does to a conversation.</summary>
public enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Closes at once.</summary>
    Refuse,

    /// <summary>Takes everything and never answers.</summary>
    Stall,

    /// <summary>Passes everything on until the server has said so many bytes, then resets the connection.</summary>
    Reset,

    /// <summary>
    /// The request reaches the server; when the server has said so many bytes, no further answer comes back and the connection closes.
    /// </summary>
    LoseAnswer,
}

/// <summary>
/// A TCP proxy on loopback in front of a real server that can break a conversation. Counts what it passed and how often it broke.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _serverPort;
    private readonly Task _accepting;
    private long _said;
    private int _fired;

    public FaultProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Gets the port to give to the connector.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Gets how many bytes the server has said so far, over all connections, since the fault was set.</summary>
    public long Said => Interlocked.Read(ref _said);

    /// <summary>Gets how often the fault fired.</summary>
    public int Fired => Volatile.Read(ref _fired);

    /// <summary>Gets the fault in force.</summary>
    public Fault Fault { get; private set; }

    /// <summary>Gets after how many bytes of the server it fires.</summary>
    public long After { get; private set; }

    public void Set(Fault fault, long after = 0)
    {
        (Fault, After) = (fault, after);
        Interlocked.Exchange(ref _said, 0);
        Interlocked.Exchange(ref _fired, 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

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
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped while it waited, or, as an invalid operation, just before it would have waited again.
            await Task.WhenAll(conversations);
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using var _ = client;
        if (Fault is Fault.Refuse or Fault.Stall)
        {
            Interlocked.Increment(ref _fired);
            await (Fault == Fault.Stall ? HoldAsync(client.GetStream()) : Task.CompletedTask);
            return;
        }

        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var asked = CopyAsync(client.GetStream(), server.GetStream(), isServer: false, over.Token);
            var said = CopyAsync(server.GetStream(), client.GetStream(), isServer: true, over.Token);
            await Task.WhenAny(asked, said);
            await over.CancelAsync();
            await Task.WhenAll(asked, said);
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task HoldAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, _stop.Token) > 0)
            {
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException)
        {
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isServer, CancellationToken token)
    {
        var buffer = new byte[1024];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, token)) > 0;)
            {
                if (isServer && !await PassAsync(to, buffer.AsMemory(0, read), token))
                {
                    return;
                }

                if (!isServer)
                {
                    await to.WriteAsync(buffer.AsMemory(0, read), token);
                }
            }
        }
        catch (Exception over) when (over is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    /// <summary>Passes the server's words on; false when the conversation is to break here.</summary>
    private async Task<bool> PassAsync(NetworkStream to, ReadOnlyMemory<byte> words, CancellationToken token)
    {
        var before = Interlocked.Add(ref _said, words.Length) - words.Length;
        if (Fault is Fault.Reset or Fault.LoseAnswer && before + words.Length > After)
        {
            Interlocked.Increment(ref _fired);
            if (Fault == Fault.Reset)
            {
                await to.WriteAsync(words[..(int)Math.Clamp(After - before, 0, words.Length)], token);
                to.Socket.LingerState = new(enable: true, 0);
            }

            return false;
        }

        await to.WriteAsync(words, token);
        return true;
    }
}

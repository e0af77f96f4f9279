using System.Formats.Asn1;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Ldap.Wire;

/// <summary>One connection to a directory, one operation at a time. Every wait is bounded and can be cancelled.</summary>
/// <threadsafety>None: one caller at a time.</threadsafety>
internal sealed class LdapChannel : IAsyncDisposable
{
    private const int MessageBytesMax = 16 * 1024 * 1024;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly TcpClient _client = new() { NoDelay = true };
    private Stream _write = Stream.Null;
    private Stream _read = Stream.Null;
    private int _id;

    private LdapChannel(TimeSpan timeout, TimeProvider time) => (_timeout, _time) = (timeout, time);

    /// <summary>Connects, and secures the connection as asked. The caller binds.</summary>
    public static async Task<LdapChannel> OpenAsync(LdapEndpoint endpoint, TimeProvider time, CancellationToken cancellation)
    {
        var channel = new LdapChannel(endpoint.Timeout, time);
        try
        {
            await channel.BoundedAsync(token => channel.ConnectAsync(endpoint, token), cancellation);
            return channel;
        }
        catch
        {
            await channel.DisposeAsync();
            throw;
        }
    }

    /// <summary>Binds with a name and a password; refusal is <see cref="LdapRefusalException"/>.</summary>
    public async Task BindAsync(string dn, SecretText password, CancellationToken cancellation)
    {
        var bytes = password.Reveal(static b => b.ToArray());
        try
        {
            await CallAsync(LdapEncoding.Bind(dn, bytes), cancellation);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Sends one operation that has one answer, and waits for it.</summary>
    public async Task<LdapAnswer.Done> CallAsync(Action<AsnWriter> operation, CancellationToken cancellation)
    {
        var id = await SendAsync(operation, [], cancellation);
        while (true)
        {
            if (await ReceiveAsync(id, bounded: true, cancellation) is LdapAnswer.Done done)
            {
                return done.Code == LdapCodes.Success ? done : throw new LdapRefusalException(done.Code, done.Diagnostic);
            }
        }
    }

    /// <summary>Streams everything that a search answers, with the closing result as the last element whatever its code.</summary>
    /// <param name="search">What to search for.</param>
    /// <param name="controls">What to send with it.</param>
    /// <param name="bounded">Whether each answer must come within the time-out; a persistent search waits for ever.</param>
    /// <param name="cancellation">Abandons the search; the channel is of no use after that.</param>
    public async IAsyncEnumerable<LdapAnswer> SearchAsync(
        LdapSearch search, IReadOnlyList<LdapControl> controls, bool bounded, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var id = await SendAsync(LdapEncoding.Search(search, bounded ? _timeout : TimeSpan.Zero), controls, cancellation);
        while (true)
        {
            var answer = await ReceiveAsync(id, bounded, cancellation);
            yield return answer;
            if (answer is LdapAnswer.Done)
            {
                yield break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_write != Stream.Null)
            {
                using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), _time);
                await _write.WriteAsync(LdapEncoding.Message(++_id, LdapEncoding.Unbind, []), soon.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The goodbye is a courtesy; the server sees the connection close in any case.
        }

        await _read.DisposeAsync();
        await _write.DisposeAsync();
        _client.Dispose();
    }

    private async Task ConnectAsync(LdapEndpoint endpoint, CancellationToken token)
    {
        await _client.ConnectAsync(endpoint.Host, endpoint.Port, token);
        _read = _write = _client.GetStream();
        if (endpoint.Security == LdapSecurity.StartTls)
        {
            await CallAsync(LdapEncoding.Extended(LdapEncoding.StartTlsOid, null), token);
        }

        if (endpoint.Security != LdapSecurity.None)
        {
            var tls = new SslStream(_write, leaveInnerStreamOpen: false);
            _write = tls;
            await tls.AuthenticateAsClientAsync(LdapTrust.Options(endpoint), token);
        }

        _read = new BufferedStream(_write, 64 * 1024);
    }

    private async Task<int> SendAsync(Action<AsnWriter> operation, IReadOnlyList<LdapControl> controls, CancellationToken cancellation)
    {
        var bytes = LdapEncoding.Message(++_id, operation, controls);
        try
        {
            await BoundedAsync(token => _write.WriteAsync(bytes, token).AsTask(), cancellation);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes); // It may hold a password.
        }

        return _id;
    }

    private async Task<LdapAnswer> ReceiveAsync(int id, bool bounded, CancellationToken cancellation)
    {
        LdapAnswer? answer = null;
        if (bounded)
        {
            await BoundedAsync(async token => answer = await ReadAsync(id, token), cancellation);
        }
        else
        {
            answer = await ReadAsync(id, cancellation);
        }

        return answer!;
    }

    private async Task<LdapAnswer> ReadAsync(int id, CancellationToken token)
    {
        var (answerId, answer) = LdapDecoding.Message(await ReadFrameAsync(token));
        return answerId switch
        {
            0 => throw new IOException("the server announced that it closes the connection"), // RFC 4511, 4.4.1
            _ when answerId != id || answer is null => throw new AsnContentException("an answer to a question that was not asked"),
            _ => answer,
        };
    }

    private async Task<ReadOnlyMemory<byte>> ReadFrameAsync(CancellationToken token)
    {
        var head = new byte[6];
        await _read.ReadExactlyAsync(head.AsMemory(0, 2), token);
        var more = head[1] < 0x80 ? 0 : head[1] & 0x7f;
        if (head[0] != 0x30 || more > 4)
        {
            throw new AsnContentException("the answer is not an LDAP message");
        }

        await _read.ReadExactlyAsync(head.AsMemory(2, more), token);
        var length = more == 0 ? head[1] : head.AsSpan(2, more).ToArray().Aggregate(0L, (sum, b) => (sum << 8) | b);
        if (length > MessageBytesMax)
        {
            throw new AsnContentException($"a message of {length} bytes, more than {MessageBytesMax}");
        }

        var frame = new byte[2 + more + length];
        head.AsSpan(0, 2 + more).CopyTo(frame);
        await _read.ReadExactlyAsync(frame.AsMemory(2 + more), token);
        return frame;
    }

    private async Task BoundedAsync(Func<CancellationToken, Task> action, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await action(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {_timeout.TotalSeconds:0.#} s");
        }
    }
}

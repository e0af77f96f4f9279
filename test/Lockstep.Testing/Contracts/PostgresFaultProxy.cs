using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Lockstep.Testing.Contracts;

/// <summary>
/// Lies in PostgreSQL's protocol (3.0, without TLS): answers of its own, statements that never arrive, answers from before. Logins are
/// passed on unless the fault is about them.
/// </summary>
public sealed partial class PostgresFaultProxy(int serverPort) : WireFaultProxy(serverPort)
{
    private readonly ConcurrentDictionary<string, byte[]> _before = new();

    protected override async Task ConverseAsync(NetworkStream client, NetworkStream server, CancellationToken stop)
    {
        var start = await ReadAsync(client, hasType: false, stop);
        var isLogin = start.Length > 8 && BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(4)) == 196_608;
        if (isLogin && LoginRefusal(Fault) is { } refusal)
        {
            Count();
            await client.WriteAsync(refusal, stop);
            return;
        }

        await server.WriteAsync(start, stop);
        if (!isLogin || !await LogInAsync(client, server, stop))
        {
            return;
        }

        while (await ReadBatchAsync(client, stop) is { } batch)
        {
            var answer = await DecideAsync(batch, server, stop);
            await client.WriteAsync(answer.Bytes, stop);
            if (answer.IsLast)
            {
                return;
            }
        }
    }

    private static byte[]? LoginRefusal(HttpFault fault) => fault switch
    {
        HttpFault.Answers503WithRetryAfter => Error("57P03", "the database system is starting up"),
        HttpFault.Answers429 => Error("53300", "sorry, too many clients already"),
        HttpFault.Answers401 => Error("28P01", "password authentication failed"),
        _ => null,
    };

    /// <summary>Passes a login on; false if the server refused it.</summary>
    private static async Task<bool> LogInAsync(NetworkStream client, NetworkStream server, CancellationToken stop)
    {
        while (true)
        {
            var said = await ReadAsync(server, hasType: true, stop);
            await client.WriteAsync(said, stop);
            switch (said[0])
            {
                case (byte)'Z':
                    return true;
                case (byte)'E':
                    return false;
                case (byte)'R' when BinaryPrimitives.ReadInt32BigEndian(said.AsSpan(5)) is not (0 or 12):
                    await server.WriteAsync(await ReadAsync(client, hasType: true, stop), stop);
                    break;
            }
        }
    }

    private async Task<(byte[] Bytes, bool IsLast)> DecideAsync(IReadOnlyList<byte[]> batch, NetworkStream server, CancellationToken stop)
    {
        var key = Convert.ToHexString([.. batch.SelectMany(m => m)]);
        var isWrite = batch.Any(m => Text(m) is { } text && Writes().IsMatch(text));
        switch (Fault)
        {
            case HttpFault.Answers500:
                Count();
                return ([.. Error("XX000", "internal error"), (byte)'Z', 0, 0, 0, 5, (byte)'I'], false);
            case HttpFault.ReplaysOldAnswers when !isWrite && _before.TryGetValue(key, out var old):
                Count();
                return (old, false);
            case HttpFault.SwallowsWrites when isWrite:
                Count();
                batch = [.. batch.Select(WithoutEffect)];
                break;
        }

        foreach (var message in batch)
        {
            await server.WriteAsync(message, stop);
        }

        var answer = new List<byte>();
        for (byte[] said = [0]; said[0] != 'Z';)
        {
            said = await ReadAsync(server, hasType: true, stop);
            answer.AddRange(said);
        }

        if (Fault == HttpFault.None)
        {
            _before[key] = [.. answer];
        }

        if (Fault == HttpFault.CutsBody)
        {
            Count();
            return ([.. answer.Take(answer.Count / 2)], true);
        }

        return ([.. answer], false);
    }

    /// <summary>The text of a statement, if the message carries one.</summary>
    private static string? Text(byte[] message) => message[0] switch
    {
        (byte)'Q' => Encoding.UTF8.GetString(message.AsSpan(5).TrimEnd((byte)0)),
        (byte)'P' when message.AsSpan(5).IndexOf((byte)0) is var name && message.AsSpan(6 + name) is var rest =>
            Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]),
        _ => null,
    };

    /// <summary>The same message with a statement that is answered and does nothing.</summary>
    private static byte[] WithoutEffect(byte[] message)
    {
        if (Text(message) is not { } text || !Writes().IsMatch(text))
        {
            return message;
        }

        var harmless = Encoding.UTF8.GetBytes(Ending().IsMatch(text) ? Ending().Replace(text, "true") : "SELECT 1");
        var head = message[0] == 'Q' ? 5 : 6 + message.AsSpan(5).IndexOf((byte)0);
        var tail = head + Encoding.UTF8.GetByteCount(text);
        byte[] changed = [.. message[..head], .. harmless, .. message[tail..]];
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(1), changed.Length - 1);
        return changed;
    }

    /// <summary>Reads what a client says up to where it waits for an answer; <see langword="null"/> at the end.</summary>
    private static async Task<IReadOnlyList<byte[]>?> ReadBatchAsync(NetworkStream client, CancellationToken stop)
    {
        var batch = new List<byte[]>();
        while (true)
        {
            var message = await ReadAsync(client, hasType: true, stop);
            batch.Add(message);
            switch (message[0])
            {
                case (byte)'X':
                    return null;
                case (byte)'S' or (byte)'Q':
                    return batch;
            }
        }
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, bool hasType, CancellationToken stop)
    {
        var head = new byte[hasType ? 5 : 4];
        await stream.ReadExactlyAsync(head, stop);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(head.Length - 4)) - 4];
        await stream.ReadExactlyAsync(body, stop);
        return [.. head, .. body];
    }

    private static byte[] Error(string state, string text)
    {
        var fields = Encoding.UTF8.GetBytes($"SERROR\0VERROR\0C{state}\0M{text}\0\0");
        byte[] message = [(byte)'E', 0, 0, 0, 0, .. fields];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), fields.Length + 4);
        return message;
    }

    [GeneratedRegex(
        @"\A\s*(ALTER|REVOKE|GRANT|DROP|CREATE|UPDATE|INSERT|DELETE|DO|REASSIGN)\b|pg_terminate_backend", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Writes();

    [GeneratedRegex(@"pg_terminate_backend\([^)]*\)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Ending();
}

using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Net.Sockets;

namespace Lockstep.Testing.Contracts;

/// <summary>Lies in LDAP: answers of its own, writes that never arrive, empty later pages, answers from before. Binds are passed on.</summary>
public sealed class LdapFaultProxy(int serverPort) : WireFaultProxy(serverPort)
{
    private const byte Bind = 0x60;
    private const byte Search = 0x63;
    private const byte Entry = 0x64;
    private const byte SearchDone = 0x65;
    private const string Paged = "1.2.840.113556.1.4.319";
    private static ReadOnlySpan<byte> PasswordModify => "1.3.6.1.4.1.4203.1.11.1"u8;

    private static readonly Dictionary<byte, int> AnswerTo = new()
    {
        [Bind] = 1, [Search] = 5, [0x66] = 7, [0x68] = 9, [0x4a] = 11, [0x6c] = 13, [0x77] = 24,
    };

    private readonly ConcurrentDictionary<string, IReadOnlyList<byte[]>> _before = new();

    protected override async Task ConverseAsync(NetworkStream client, NetworkStream server, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var talk = new Talk(client, server);
        var asking = AskAsync(talk, over.Token);
        var answering = AnswerAsync(talk, over.Token);
        await Task.WhenAny(asking, answering);
        await over.CancelAsync();
        await Task.WhenAll(Quietly(asking), Quietly(answering));
        talk.Turn.Dispose();
    }

    private static async Task Quietly(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static bool IsWrite(byte operation, byte[] rest) =>
        operation is 0x66 or 0x68 or 0x4a or 0x6c || (operation == 0x77 && rest.AsSpan().IndexOf(PasswordModify) >= 0);

    private static int? CodeOf(HttpFault fault, byte operation, byte[] rest) => (fault, operation) switch
    {
        (HttpFault.Answers401, Bind) => 49,
        (_, Bind) => null,
        (HttpFault.Answers500, _) => 80,
        (HttpFault.Answers503WithRetryAfter, _) => 52,
        (HttpFault.Answers429, _) => 51,
        (HttpFault.SwallowsWrites, _) when IsWrite(operation, rest) => 0,
        _ => null,
    };

    private async Task AskAsync(Talk talk, CancellationToken stop)
    {
        while (await ReadAsync(talk.Client, stop) is { } request)
        {
            var (id, operation, rest) = Split(request);
            var key = Convert.ToHexString(rest);
            if (AnswerTo.TryGetValue(operation, out var answer) && CodeOf(Fault, operation, rest) is { } code)
            {
                Count();
                await talk.SayAsync(Message(id, Result(answer, code)), stop);
            }
            else if (Fault == HttpFault.ReplaysOldAnswers && operation == Search && _before.TryGetValue(key, out var old))
            {
                Count();
                foreach (var part in old)
                {
                    await talk.SayAsync(Message(id, part), stop);
                }
            }
            else
            {
                if (operation == Search)
                {
                    talk.Asked[id] = new(key, IsLaterPage(rest));
                }

                await talk.Server.WriteAsync(request, stop);
            }
        }
    }

    private async Task AnswerAsync(Talk talk, CancellationToken stop)
    {
        while (await ReadAsync(talk.Server, stop) is { } answer)
        {
            var (id, operation, rest) = Split(answer);
            var asked = talk.Asked.GetValueOrDefault(id);
            if (Fault == HttpFault.DropsLastPage && operation == Entry && asked is { IsLaterPage: true })
            {
                Count();
                continue;
            }

            if (Fault == HttpFault.CutsBody && asked is not null)
            {
                Count();
                await talk.SayAsync(answer[..(answer.Length / 2)], stop);
                return;
            }

            asked?.Parts.Add(rest);
            if (operation == SearchDone && asked is not null && Fault == HttpFault.None)
            {
                _before[asked.Key] = asked.Parts;
            }

            await talk.SayAsync(answer, stop);
        }
    }

    /// <summary>Reads one message whole; <see langword="null"/> at the end.</summary>
    private static async Task<byte[]?> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        var head = new byte[2];
        if (await stream.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false, stop) < 2)
        {
            return null;
        }

        var size = new byte[(head[1] & 0x80) == 0 ? 0 : head[1] & 0x7f];
        await stream.ReadExactlyAsync(size, stop);
        var body = new byte[size.Length == 0 ? head[1] : size.Aggregate(0, (sum, b) => (sum << 8) | b)];
        await stream.ReadExactlyAsync(body, stop);
        return [.. head, .. size, .. body];
    }

    private static (long Id, byte Operation, byte[] Said) Split(byte[] message)
    {
        var sequence = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
        _ = sequence.TryReadInt64(out var id);
        var rest = new List<byte>();
        while (sequence.HasData)
        {
            rest.AddRange(sequence.ReadEncodedValue().Span);
        }

        return (id, rest[0], [.. rest]);
    }

    private static byte[] Message(long id, byte[] rest)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            var parts = new AsnReader(rest, AsnEncodingRules.BER);
            while (parts.HasData)
            {
                writer.WriteEncodedValue(parts.ReadEncodedValue().Span);
            }
        }

        return writer.Encode();
    }

    private static byte[] Result(int answer, int code)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence(new Asn1Tag(TagClass.Application, answer)))
        {
            writer.WriteEncodedValue([0x0a, 1, (byte)code]);
            writer.WriteOctetString([]);
            writer.WriteOctetString([]);
        }

        return writer.Encode();
    }

    /// <summary>Whether a search asks for the rest of a listing: its paging control carries a cookie.</summary>
    private static bool IsLaterPage(byte[] rest)
    {
        var parts = new AsnReader(rest, AsnEncodingRules.BER);
        _ = parts.ReadEncodedValue();
        if (!parts.HasData)
        {
            return false;
        }

        var controls = parts.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        while (controls.HasData)
        {
            var control = controls.ReadSequence();
            var isPaging = System.Text.Encoding.ASCII.GetString(control.ReadOctetString()) == Paged;
            if (control.HasData && control.PeekTag() == Asn1Tag.Boolean)
            {
                control.ReadBoolean();
            }

            if (isPaging)
            {
                var page = new AsnReader(control.ReadOctetString(), AsnEncodingRules.BER).ReadSequence();
                page.ReadInteger();
                return page.ReadOctetString().Length > 0;
            }
        }

        return false;
    }

    private sealed record Question(string Key, bool IsLaterPage)
    {
        public List<byte[]> Parts { get; } = [];
    }

    private sealed record Talk(NetworkStream Client, NetworkStream Server)
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public ConcurrentDictionary<long, Question> Asked { get; } = new();

        public async Task SayAsync(byte[] words, CancellationToken stop)
        {
            await Turn.WaitAsync(stop);
            try
            {
                await Client.WriteAsync(words, stop);
            }
            finally
            {
                Turn.Release();
            }
        }
    }
}

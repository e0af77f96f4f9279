using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Lockstep.Bench.Policy;

/// <summary>
/// Sends requests at a fixed rate over connections that stay open. A request that finds its connection busy counts from when it was due,
/// so that a slow answer is paid for by all that had to wait for it.
/// </summary>
internal sealed class OpenLoopLoad(Uri address, string token, IReadOnlyList<string> questions, int perSecond, int seconds)
{
    private const int Connections = 24;
    private const int WarmUpSeconds = 5;
    private static readonly TimeSpan BehindMax = TimeSpan.FromSeconds(20);
    private readonly List<double> _times = [];
    private int _permits;
    private int _failures;

    /// <summary>Asks for as long as was said and writes a table to standard output.</summary>
    public static int Run(string[] args)
    {
        var token = Environment.GetEnvironmentVariable("LOCKSTEP_BENCH_TOKEN") ?? string.Empty;
        var load = new OpenLoopLoad(
            new Uri(args[0]), token, File.ReadAllLines(args[1]), int.Parse(args[2], CultureInfo.InvariantCulture),
            int.Parse(args[3], CultureInfo.InvariantCulture));
        load.Ask();
        return 0;
    }

    private void Ask()
    {
        var begin = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
        var threads = Enumerable.Range(0, Connections).Select(i => new Thread(() => AskOn(i, begin))).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        _times.Sort();
        double At(double part) => _times[(int)((_times.Count - 1) * part)];
        Console.WriteLine("| asked/s | answered | permits | failures | p50 ms | p90 ms | p99 ms | p99.9 ms | max ms |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {perSecond:N0} | {_times.Count:N0} | {_permits:N0} | {_failures} | {At(.5):F2} | {At(.9):F2} | {At(.99):F2} | {At(.999):F2} | {At(1):F2} |"));
    }

    private void AskOn(int connection, long begin)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address.Host, address.Port);
        var (buffer, times, permits, failures) = (new byte[64 * 1024], new List<double>(), 0, 0);
        for (var n = connection; n < perSecond * (seconds + WarmUpSeconds); n += Connections)
        {
            var due = begin + (long)((double)n / perSecond * Stopwatch.Frequency);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            var from = due;
            if (wait < -BehindMax)
            {
                // Hopelessly behind: what was not asked any more is told, and is no answer.
                break;
            }

            if (wait > TimeSpan.Zero)
            {
                // The timer wakes up to a millisecond late; that is the asker's own doing.
                Thread.Sleep(wait);
                from = Stopwatch.GetTimestamp();
            }

            socket.Send(Request(questions[n % questions.Count]));
            var (isPermit, isOk) = Read(socket, buffer);
            if (n >= perSecond * WarmUpSeconds)
            {
                times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                (permits, failures) = (permits + (isPermit ? 1 : 0), failures + (isOk ? 0 : 1));
            }
        }

        lock (_times)
        {
            _times.AddRange(times);
            (_permits, _failures) = (_permits + permits, _failures + failures);
        }
    }

    private byte[] Request(string question) => Encoding.UTF8.GetBytes(
        $"POST /access/v1/evaluation HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        + $"Content-Length: {Encoding.UTF8.GetByteCount(question)}\r\n\r\n{question}");

    /// <summary>Reads one answer: to the end of what its length or its last chunk says.</summary>
    private static (bool IsPermit, bool IsOk) Read(Socket socket, byte[] buffer)
    {
        for (var length = 0; ;)
        {
            var read = socket.Receive(buffer.AsSpan(length));
            if (read == 0)
            {
                return (false, false);
            }

            length += read;
            var said = buffer.AsSpan(0, length);
            var head = said.IndexOf("\r\n\r\n"u8);
            if (head >= 0 && IsWhole(said[..head], said[(head + 4)..]))
            {
                return (said.IndexOf("\"decision\":true"u8) >= 0, said.StartsWith("HTTP/1.1 200"u8));
            }
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        const string Length = "Content-Length: ";
        var text = Encoding.ASCII.GetString(head);
        var at = text.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? body.EndsWith("0\r\n\r\n"u8)
            : body.Length >= int.Parse(text.AsSpan(at + Length.Length).ToString().Split('\r')[0], CultureInfo.InvariantCulture);
    }
}

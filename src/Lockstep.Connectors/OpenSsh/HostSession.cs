using System.Globalization;
using System.Text.RegularExpressions;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>An open session: a pair of sshd processes (one for root) behind one connection.</summary>
/// <param name="ProcessId">The process that watches over it.</param>
/// <param name="StartTicks">When that process started, in ticks since the host did: with the id it names one process.</param>
/// <param name="User">The account's name.</param>
/// <param name="Peer">Address and port of the other side, <c>address port</c>.</param>
/// <param name="All">All of sshd's processes of this session.</param>
internal sealed partial record HostSession(int ProcessId, long StartTicks, string User, string Peer, IReadOnlyList<int> All)
{
    /// <summary>Gets the key under which it stands in the graph.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{ProcessId}.{StartTicks}");

    /// <summary>Reads which sshd processes are behind which connection to a port: peer, processes.</summary>
    public static IReadOnlyList<(string Peer, IReadOnlyList<int> Processes)> ReadSockets(HostReply reply, int port)
    {
        var ending = string.Create(CultureInfo.InvariantCulture, $":{port}");
        var sockets = new List<(string, IReadOnlyList<int>)>();
        foreach (var line in reply.OrBreakOff().Lines)
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 5 || !parts[2].EndsWith(ending, StringComparison.Ordinal) || !parts[4].Contains("\"sshd", StringComparison.Ordinal))
            {
                continue;
            }

            var colon = parts[3].LastIndexOf(':');
            var address = parts[3][..colon].Trim('[', ']').Replace("::ffff:", string.Empty, StringComparison.Ordinal);
            sockets.Add(($"{address} {parts[3][(colon + 1)..]}",
                [.. Pid().Matches(parts[4]).Select(m => int.Parse(m.Groups["pid"].Value, CultureInfo.InvariantCulture)).Distinct()]));
        }

        return sockets;
    }

    /// <summary>Reads the processes; connections that are still logging in are none.</summary>
    public static IReadOnlyList<HostSession> Read(
        HostReply reply, IReadOnlyList<(string Peer, IReadOnlyList<int> Processes)> sockets)
    {
        var (processes, starts) = (new Dictionary<int, (int Parent, string Args)>(), new Dictionary<int, long>());
        foreach (var line in reply.OrBreakOff().Lines)
        {
            if (Listed().Match(line) is { Success: true } process)
            {
                processes[Int(process, "pid")] = (Int(process, "ppid"), process.Groups["args"].Value);
            }
            else if (Stat().Match(line) is { Success: true } stat)
            {
                starts[Int(stat, "pid")] = long.Parse(stat.Groups["start"].Value, CultureInfo.InvariantCulture);
            }
        }

        return
        [
            .. from socket in sockets
               let alive = socket.Processes.Where(p => processes.ContainsKey(p) && starts.ContainsKey(p)).ToList()
               let user = alive.Select(p => Title().Match(processes[p].Args)).FirstOrDefault(m => m.Success)?.Groups["user"].Value
               let watcher = alive.Find(p => !alive.Contains(processes[p].Parent))
               where user is not null && watcher != 0
               select new HostSession(watcher, starts[watcher], user, socket.Peer, alive),
        ];
    }

    /// <summary>Lists the processes below some, themselves first, and those of an account if one is given; those that have ended are none.</summary>
    public static IReadOnlyList<int> Below(HostReply reply, IEnumerable<int> roots, long? uid)
    {
        var rows = reply.OrBreakOff().Lines
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(p => p.Length == 4 && p[3][0] != 'Z')
            .Select(p => (Id: Number(p[0]), Parent: Number(p[1]), Uid: Number(p[2]))).ToList();
        var children = rows.ToLookup(r => r.Parent, r => r.Id);
        var (found, waiting) = (new List<int>(), new Queue<long>(roots.Select(r => (long)r)));
        foreach (var row in rows.Where(r => uid is { } wanted && r.Uid == wanted))
        {
            waiting.Enqueue(row.Id);
        }

        var known = rows.Select(r => r.Id).ToHashSet();
        while (waiting.TryDequeue(out var next))
        {
            if (known.Remove(next))
            {
                found.Add((int)next);
                children[next].ToList().ForEach(waiting.Enqueue);
            }
        }

        return found;
    }

    private static int Int(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"pid=(?<pid>[0-9]{1,9}),", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Pid();

    [GeneratedRegex(@"\A *(?<pid>[0-9]{1,9}) +(?<ppid>[0-9]{1,9}) +[0-9]+ (?<args>.*)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Listed();

    [GeneratedRegex(
        @"\A(?<pid>[0-9]{1,9}) \(.*\) [A-Za-z] ([0-9-]+ ){18}(?<start>[0-9]+) ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Stat();

    [GeneratedRegex(@"\Asshd(-session)?: (?<user>[^\s@]+)(@\S+)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Title();
}

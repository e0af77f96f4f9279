using System.Globalization;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>Who and where we are on the host.</summary>
/// <param name="Uid">The number of the account that we run as.</param>
/// <param name="Name">The host's own name.</param>
/// <param name="Parent">The process that runs our shell: of our own session, which is not reported.</param>
/// <param name="Port">The port on which sshd took our connection; <see langword="null"/> on the local host.</param>
/// <param name="Peer">Address and port that our connection comes from, <c>address port</c>; <see langword="null"/> on the local host.</param>
/// <param name="TicksPerSecond">The unit of <see cref="HostSession.StartTicks"/>.</param>
/// <param name="BootedAt">When the host started (UTC).</param>
internal sealed record HostSelf(long Uid, string Name, int Parent, int? Port, string? Peer, long TicksPerSecond, DateTimeOffset BootedAt)
{
    /// <summary>Says when a process started.</summary>
    public DateTimeOffset StartOf(HostSession session) => BootedAt.AddSeconds(session.StartTicks / TicksPerSecond);

    /// <summary>Reads the answer to <see cref="HostCommands.Hello"/>.</summary>
    public static HostSelf Read(HostReply reply)
    {
        var lines = reply.OrBreakOff().Output.Split('\n');
        return lines is [var uid, var name, var parent, var connection, var ticks, var boot, ..]
            && Number(uid) is { } u && Number(parent) is { } p && Number(ticks) is > 0 and { } t && Number(boot.Split(' ')[^1]) is { } b
                ? new(u, name, (int)p, (int?)Number(connection.Split(' ')[^1]), PeerOf(connection), t, DateTimeOffset.FromUnixTimeSeconds(b))
                : throw new IncompleteObservationException(HostErrors.Malformed("the host does not say who we are"));
    }

    private static string? PeerOf(string connection) =>
        connection.Split(' ') is [var address, var port, _, _] ? $"{address} {port}" : null;

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
}

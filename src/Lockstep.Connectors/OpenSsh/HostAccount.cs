using System.Globalization;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>An account of the host, as <c>getent passwd</c> has it.</summary>
/// <param name="Name">Its name, which may be recycled.</param>
/// <param name="Uid">Its number, which may be recycled too.</param>
/// <param name="Gid">The number of its first group.</param>
/// <param name="Comment">The comment field.</param>
/// <param name="Home">Its folder.</param>
/// <param name="Shell">Its shell.</param>
internal sealed record HostAccount(string Name, long Uid, long Gid, string Comment, string Home, string Shell)
{
    /// <summary>Gets whether the shell lets nobody work in it; ports can be forwarded all the same.</summary>
    public bool HasNoShell => Shell.EndsWith("/nologin", StringComparison.Ordinal) || Shell.EndsWith("/false", StringComparison.Ordinal);

    /// <summary>Reads a listing; a line that is no account breaks it off.</summary>
    public static IReadOnlyList<HostAccount> Read(HostReply reply) =>
    [
        .. reply.OrBreakOff().Lines.Select(line => line.Split(':') is [var name, _, var uid, var gid, var comment, var home, var shell]
            && Number(uid) is { } u && Number(gid) is { } g && name.Length > 0
                ? new HostAccount(name, u, g, comment, home, shell)
                : throw new IncompleteObservationException(HostErrors.Malformed("a line of `getent passwd` is no account")))
            .DistinctBy(a => a.Name, StringComparer.Ordinal),
    ];

    /// <summary>Reads groups: name, number, members.</summary>
    public static IReadOnlyList<(string Name, long Gid, IReadOnlyList<string> Members)> ReadGroups(HostReply reply) =>
    [
        .. reply.OrBreakOff().Lines.Select(line => line.Split(':') is [var name, _, var gid, var members] && Number(gid) is { } g
                ? (name, g, (IReadOnlyList<string>)members.Split(',', StringSplitOptions.RemoveEmptyEntries))
                : throw new IncompleteObservationException(HostErrors.Malformed("a line of `getent group` is no group")))
            .DistinctBy(g => g.g),
    ];

    /// <summary>Reads from when on accounts are expired: the day after the one that the host has.</summary>
    public static Dictionary<string, DateTimeOffset> ReadExpiry(HostReply reply) => reply.OrBreakOff().Lines
        .Select(l => l.Split(':')).Where(p => p.Length == 2 && Number(p[1]) is not null)
        .GroupBy(p => p[0], StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => DateTimeOffset.UnixEpoch.AddDays(Number(g.First()[1])!.Value + 1), StringComparer.Ordinal);

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= uint.MaxValue ? number : null;
}

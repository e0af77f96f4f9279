using System.Globalization;
using System.Text.RegularExpressions;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>A log-in with a key or certificate, as sshd wrote it down.</summary>
/// <param name="User">The account's name.</param>
/// <param name="Peer">Address and port of the other side, <c>address port</c>.</param>
/// <param name="Key">Fingerprint of the key.</param>
/// <param name="Certificate">The certificate, if it was one.</param>
internal sealed partial record LogIn(string User, string Peer, string Key, SshCertificate? Certificate)
{
    /// <summary>Reads the log's lines about accepted keys, oldest first; other lines are left out.</summary>
    public static IReadOnlyList<LogIn> ReadAll(IEnumerable<string> lines) => [.. lines.Select(TryRead).OfType<LogIn>()];

    /// <summary>Reads one line. Text that strangers choose (the name of an unknown account) never begins where this must begin.</summary>
    internal static LogIn? TryRead(string line)
    {
        var match = line.Length <= 2000 ? Shape().Match(line) : Match.Empty;
        if (!match.Success)
        {
            return null;
        }

        var key = match.Groups["key"].Value;
        var certificate = match.Groups["serial"] is { Success: true, Value: var serial }
            && ulong.TryParse(serial, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new SshCertificate(match.Groups["ca"].Value, number, match.Groups["id"].Value, key) : null;
        return new(match.Groups["user"].Value, $"{match.Groups["ip"].Value} {match.Groups["port"].Value}", key, certificate);
    }

    [GeneratedRegex(
        @"\A(?:[^\[\]]*sshd(?:-session)?\[[0-9]+\]: )?Accepted publickey for (?<user>\S+) from (?<ip>\S+) port (?<port>[0-9]+) ssh2: "
        + @"\S+ (?<key>SHA256:\S+)(?: ID (?<id>.*) \(serial (?<serial>[0-9]+)\) CA \S+ (?<ca>SHA256:\S+))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 100)]
    private static partial Regex Shape();
}

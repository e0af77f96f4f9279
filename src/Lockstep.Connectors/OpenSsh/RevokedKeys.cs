using System.Globalization;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>A list of revoked keys, as <c>ssh-keygen -Q -l</c> writes it.</summary>
internal sealed class RevokedKeys
{
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<(string Authority, string Id)> _ids = [];
    private readonly List<(string Authority, ulong First, ulong Last)> _serials = [];

    /// <summary>Gets how many entries there are.</summary>
    public int Count => _keys.Count + _ids.Count + _serials.Count;

    /// <summary>Says whether a key is refused whatever it is used with.</summary>
    public bool HasKey(string fingerprint) => _keys.Contains(fingerprint);

    /// <summary>Says whether a certificate is refused.</summary>
    public bool Has(SshCertificate certificate) =>
        HasKey(certificate.KeyFingerprint) || HasKey(certificate.Authority)
        || _ids.Contains((certificate.Authority, certificate.KeyId)) || _ids.Contains((string.Empty, certificate.KeyId))
        || (certificate.Serial != 0 && _serials.Exists(s => (s.Authority == certificate.Authority || s.Authority.Length == 0)
            && s.First <= certificate.Serial && certificate.Serial <= s.Last));

    /// <summary>Reads a listing; a line that is not understood breaks it off, since it may revoke something.</summary>
    public static RevokedKeys Read(HostReply reply)
    {
        var (list, authority) = (new RevokedKeys(), string.Empty);
        foreach (var line in reply.OrBreakOff().Lines)
        {
            if (line.StartsWith("# CA key ", StringComparison.Ordinal))
            {
                authority = line.Split(' ') is [.., var print] && print.StartsWith("SHA256:", StringComparison.Ordinal) ? print : string.Empty;
            }
            else if (!line.StartsWith('#') && !list.TryAdd(line, authority))
            {
                throw new IncompleteObservationException(HostErrors.Malformed("the list of revoked keys has an entry that is not understood"));
            }
        }

        return list;
    }

    private bool TryAdd(string line, string authority)
    {
        var (word, rest) = line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var at ? (line[..at], line[(at + 2)..]) : (line, string.Empty);
        switch (word)
        {
            case "hash" or "key":
                _keys.Add(rest.Split(' ')[0]);
                return true;
            case "id":
                _ids.Add((authority, rest));
                return true;
            case "serial":
                var ends = rest.Split('-');
                var isRange = ulong.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                    & ulong.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last);
                _serials.Add((authority, first, last));
                return isRange;
            default:
                return false;
        }
    }
}

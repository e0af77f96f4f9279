namespace Lockstep.Connectors.OpenSsh;

/// <summary>What sshd would do when one account logs in, as <c>sshd -T -C user=...</c> says.</summary>
/// <param name="Account">The account.</param>
/// <param name="Values">Its settings, in lower case.</param>
internal sealed record SshdSettings(HostAccount Account, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Gets the list of revoked keys; <see langword="null"/> if there is none.</summary>
    public string? RevokedKeys => File("revokedkeys");

    /// <summary>Gets the keys of the authorities that may sign for this account.</summary>
    public string? TrustedAuthorities => File("trustedusercakeys");

    /// <summary>Gets the file with the principals that open the account; <see langword="null"/> if it is the account's own name.</summary>
    public string? Principals => File("authorizedprincipalsfile");

    /// <summary>Gets the files with the account's keys.</summary>
    public IReadOnlyList<string> AuthorizedKeys =>
        [.. (Values.GetValueOrDefault("authorizedkeysfile") ?? "none").Split(' ').Where(f => f != "none" && f.Length > 0).Select(Expand)];

    /// <summary>Gets whether keys open the account at all.</summary>
    public bool TakesKeys => Values.GetValueOrDefault("pubkeyauthentication") != "no"
        && (Account.Uid != 0 || Values.GetValueOrDefault("permitrootlogin") != "no");

    /// <summary>Gets what else sshd asks, which is told and not decided here.</summary>
    public string? Condition
    {
        get
        {
            var forced = Account.Uid == 0 && Values.GetValueOrDefault("permitrootlogin") == "forced-commands-only";
            var lists = Values.Where(v => v.Key is "allowusers" or "denyusers" or "allowgroups" or "denygroups")
                .Select(v => $"sshd has {v.Key} `{v.Value}`").Concat(forced ? ["root only with a forced command"] : []).ToList();
            return lists.Count == 0 ? null : string.Join("; ", lists.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Gets a program that names keys or principals, which is not run here; <see langword="null"/> if there is none.</summary>
    public string? Program(string setting) => File(setting);

    /// <summary>Reads one listing of settings for many accounts.</summary>
    public static IReadOnlyList<SshdSettings> Read(HostReply reply, IReadOnlyDictionary<string, HostAccount> accounts)
    {
        var all = new List<SshdSettings>();
        Dictionary<string, string>? values = null;
        foreach (var line in reply.OrBreakOff().Lines)
        {
            var (key, value) = line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space
                ? (line[..space], line[(space + 1)..]) : (line, string.Empty);
            if (key == "lockstep-user")
            {
                values = new(StringComparer.Ordinal);
                all.Add(new(accounts[value], values));
            }
            else if (values is not null)
            {
                values[key] = values.TryGetValue(key, out var before) && key.EndsWith('s') ? $"{before} {value}" : value;
            }
        }

        return all.Count == accounts.Count && all.TrueForAll(s => s.Values.ContainsKey("authorizedkeysfile"))
            ? all : throw new IncompleteObservationException(HostErrors.OfCommand("ask sshd for its settings", reply.Code, reply.Errors));
    }

    private string? File(string setting) =>
        Values.GetValueOrDefault(setting) is { } value && value != "none" ? Expand(value) : null;

    /// <summary>Puts the account into <c>%h</c>, <c>%u</c> and <c>%U</c>; a relative path is below the account's folder.</summary>
    private string Expand(string path)
    {
        var expanded = path.Replace("%%", "\0", StringComparison.Ordinal)
            .Replace("%h", Account.Home, StringComparison.Ordinal)
            .Replace("%u", Account.Name, StringComparison.Ordinal)
            .Replace("%U", Account.Uid.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("\0", "%", StringComparison.Ordinal);
        return expanded.StartsWith('/') ? expanded : $"{Account.Home.TrimEnd('/')}/{expanded}";
    }
}

namespace Lockstep.Connectors.OpenSsh;

/// <summary>A key in a file of an account.</summary>
internal sealed record KeyEntry(SshdSettings At, string File, PublicKey Key);

/// <summary>A principal that opens an account; without a file it is the account's own name.</summary>
internal sealed record PrincipalEntry(SshdSettings At, string? File, string Principal, string? Condition);

/// <summary>An authority that may sign for an account.</summary>
internal sealed record AuthorityEntry(SshdSettings At, string File, PublicKey Key);

/// <summary>Reads a host in one conversation. Each part is read when it is first asked for, and then kept.</summary>
internal sealed class HostReader(HostShell shell, OpenSshSettings settings, HostCommands commands)
{
    private const int AccountsMax = 5000;
    private const int SettingsAtOnce = 50;
    private const int IncludesMax = 100;
    private readonly Dictionary<string, HostReply> _files = new(StringComparer.Ordinal);
    private HostSelf? _self;
    private IReadOnlyList<HostAccount>? _accounts;
    private List<SshdSettings>? _settings;
    private IReadOnlyList<HostSession>? _sessions;
    private SudoRules? _sudo;
    private IReadOnlyList<string>? _matches;

    public HostShell Shell => shell;

    public HostCommands Commands => commands;

    public async Task<HostSelf> SelfAsync(CancellationToken cancellation) =>
        _self ??= HostSelf.Read(await shell.AskAsync(HostCommands.Hello, cancellation));

    public async Task<IReadOnlyList<HostAccount>> AccountsAsync(CancellationToken cancellation)
    {
        _accounts ??= HostAccount.Read(await shell.AskAsync(HostCommands.Accounts, cancellation));
        return _accounts.Count <= AccountsMax ? _accounts
            : throw new IncompleteObservationException(HostErrors.Unsupported($"the host lists more than {AccountsMax} accounts"));
    }

    public async Task<Dictionary<string, DateTimeOffset>> ExpiryAsync(CancellationToken cancellation) =>
        HostAccount.ReadExpiry(await shell.AskAsync(commands.Expiry, cancellation));

    /// <summary>Asks sshd for the settings of every account; once for all where no <c>Match</c> block tells them apart.</summary>
    public async Task<IReadOnlyList<SshdSettings>> SettingsAsync(CancellationToken cancellation)
    {
        if (_settings is null)
        {
            var accounts = await AccountsAsync(cancellation);
            var asked = (await MatchesAsync(cancellation)).Count > 0 ? accounts : [.. accounts.Take(1)];
            var all = new List<SshdSettings>();
            foreach (var some in asked.Chunk(SettingsAtOnce))
            {
                var reply = await shell.AskAsync(commands.Settings(settings.ConfigFile, some.Select(a => a.Name)), cancellation);
                all.AddRange(SshdSettings.Read(reply, some.ToDictionary(a => a.Name, StringComparer.Ordinal)));
            }

            _settings = asked.Count == accounts.Count ? all : [.. accounts.Select(a => all[0] with { Account = a })];
        }

        return _settings;
    }

    /// <summary>Says which <c>Match</c> blocks depend on more than the account, as words for a condition.</summary>
    public async Task<string?> UndecidedMatchesAsync(CancellationToken cancellation)
    {
        var words = (await MatchesAsync(cancellation)).Where(w => w is not ("user" or "group" or "all")).ToList();
        return words.Count == 0 ? null : $"sshd has other settings by {string.Join(", ", words)}; read as for a log-in from the host itself";
    }

    public async Task<IReadOnlyList<KeyEntry>> KeysAsync(CancellationToken cancellation)
    {
        var entries = new List<KeyEntry>();
        foreach (var at in await SettingsAsync(cancellation))
        {
            foreach (var file in at.AuthorizedKeys)
            {
                entries.AddRange(PublicKey.ReadAll(await FindTextAsync(file, cancellation) ?? "").Select(k => new KeyEntry(at, file, k)));
            }
        }

        return entries;
    }

    public async Task<IReadOnlyList<PrincipalEntry>> PrincipalsAsync(CancellationToken cancellation)
    {
        var entries = new List<PrincipalEntry>();
        foreach (var at in (await SettingsAsync(cancellation)).Where(s => s.TrustedAuthorities is not null))
        {
            if (at.Principals is not { } file)
            {
                // An account of the system, without a shell: an authority would have to sign for that very name.
                if (!at.Account.HasNoShell || at.Account.Uid is 0 or >= HostAccountFacts.FirstPerson)
                {
                    entries.Add(new(at, null, at.Account.Name, null));
                }

                continue;
            }

            entries.AddRange(PrincipalLines(await FindTextAsync(file, cancellation) ?? "")
                .Select(l => new PrincipalEntry(at, file, l.Principal, l.Condition)));
        }

        return entries;
    }

    public async Task<IReadOnlyList<AuthorityEntry>> AuthoritiesAsync(CancellationToken cancellation)
    {
        var entries = new List<AuthorityEntry>();
        foreach (var at in await SettingsAsync(cancellation))
        {
            if (at.TrustedAuthorities is { } file)
            {
                var text = (await FileAsync(file, cancellation)).OrBreakOff().Output;
                entries.AddRange(PublicKey.ReadAll(text).Select(k => new AuthorityEntry(at, file, k)));
            }
        }

        return entries;
    }

    /// <summary>Reads the lists of revoked keys that any account has, by file.</summary>
    public async Task<Dictionary<string, RevokedKeys>> RevokedAsync(CancellationToken cancellation)
    {
        var lists = new Dictionary<string, RevokedKeys>(StringComparer.Ordinal);
        foreach (var file in (await SettingsAsync(cancellation)).Select(s => s.RevokedKeys).OfType<string>().Distinct())
        {
            lists[file] = RevokedKeys.Read(await shell.AskAsync(commands.Revoked(file), cancellation));
        }

        return lists;
    }

    public async Task<IReadOnlyList<LogIn>> LogInsAsync(CancellationToken cancellation) =>
        LogIn.ReadAll((await shell.AskAsync(commands.LogIns(settings.LogFile), cancellation)).OrBreakOff().Lines);

    /// <summary>Lists open sessions, without our own.</summary>
    public async Task<IReadOnlyList<HostSession>> SessionsAsync(CancellationToken cancellation)
    {
        if (_sessions is not null)
        {
            return _sessions;
        }

        var self = await SelfAsync(cancellation);
        if (self.Uid != 0 && !settings.Sudo)
        {
            throw new IncompleteObservationException(HostErrors.Hidden("only root sees which process is behind a connection"));
        }

        var sockets = HostSession.ReadSockets(await shell.AskAsync(commands.Sockets, cancellation), self.Port ?? settings.Port);
        var ids = sockets.SelectMany(s => s.Processes).Distinct().ToList();
        return _sessions = ids.Count == 0 ? []
            : [.. HostSession.Read(await shell.AskAsync(HostCommands.Processes(ids), cancellation), sockets).Where(s => !s.All.Contains(self.Parent))];
    }

    public async Task<SudoRules> SudoAsync(CancellationToken cancellation)
    {
        if (_sudo is null)
        {
            var reply = (await shell.AskAsync(commands.SudoRules(settings.SudoersFile), cancellation)).OrBreakOff();
            _sudo = SudoRules.Read(reply.Output, (await SelfAsync(cancellation)).Name);
        }

        return _sudo;
    }

    /// <summary>Reads a file; <see langword="null"/> if it is not there.</summary>
    public async Task<string?> FindTextAsync(string file, CancellationToken cancellation)
    {
        var reply = await FileAsync(file, cancellation);
        return reply.IsAbsent ? null : reply.OrBreakOff().Output;
    }

    /// <summary>Splits a file of principals: options, then a name.</summary>
    internal static IEnumerable<(string Line, string Principal, string? Condition)> PrincipalLines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split('#')[0].Trim();
            if (words.Length > 0)
            {
                var start = words.LastIndexOfAny([' ', '\t']) + 1;
                yield return (line, words[start..], start == 0 ? null : "the line has options that sshd asks too");
            }
        }
    }

    /// <summary>Lists by what <c>Match</c> blocks tell log-ins apart, in all files of sshd's configuration.</summary>
    private async Task<IReadOnlyList<string>> MatchesAsync(CancellationToken cancellation)
    {
        if (_matches is not null)
        {
            return _matches;
        }

        var (words, waiting, seen) = (new SortedSet<string>(StringComparer.Ordinal), new Queue<string>([settings.ConfigFile]), new HashSet<string>());
        while (waiting.TryDequeue(out var files))
        {
            if (!seen.Add(files))
            {
                continue;
            }

            if (seen.Count > IncludesMax)
            {
                throw new IncompleteObservationException(HostErrors.Unsupported($"sshd's configuration includes more than {IncludesMax} files"));
            }

            var reply = await shell.AskAsync(commands.Matches(files), cancellation);
            foreach (var line in reply.IsAbsent ? [] : reply.OrBreakOff().Lines)
            {
                var parts = line.Split([' ', '\t', '='], StringSplitOptions.RemoveEmptyEntries);
                var isMatch = parts[0].Equals("match", StringComparison.OrdinalIgnoreCase);
                words.UnionWith(isMatch ? parts.Skip(1).Where((_, i) => i % 2 == 0).Select(w => w.ToLowerInvariant()) : []);
                foreach (var path in isMatch ? [] : parts.Skip(1).Select(p => p.Trim('"')))
                {
                    waiting.Enqueue(path.StartsWith('/') ? path : $"/etc/ssh/{path}");
                }
            }
        }

        return _matches = [.. words];
    }

    private async Task<HostReply> FileAsync(string file, CancellationToken cancellation) =>
        _files.TryGetValue(file, out var reply) ? reply : _files[file] = await shell.AskAsync(commands.Read(file), cancellation);
}

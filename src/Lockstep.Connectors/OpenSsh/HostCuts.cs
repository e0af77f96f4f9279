using Lockstep.Graph;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>Makes the cuts, each in the file that sshd or sudo reads at the next use.</summary>
internal sealed class HostCuts(string system, OpenSshSettings settings, HostReader reader, TimeProvider time)
{
    private readonly HostIds _ids = new(system);

    /// <summary>Gets what can be cut.</summary>
    public static IReadOnlyList<CutCapability> All { get; } =
    [
        new(CutKind.DisableAccount, NodeKinds.Account, null, ProofKind.Listing, Enforcement.Online,
            "expires the account (`usermod --expiredate 1`): sshd refuses it whatever the key. A locked password (`-L`) would let keys in. "
            + "Open sessions run on")
        {
            Takes = cut => !IsRoot(cut.Target),
        },
        new(CutKind.RevokeCredential, NodeKinds.Credential, null, ProofKind.Listing, Enforcement.Online,
            "takes a key out of every account's file, or puts a certificate's serial into the list of revoked keys. Sessions run on; other "
            + "certificates on the same key are cut by themselves; without such a list a certificate lives until it expires"),
        new(CutKind.EndSession, NodeKinds.Session, null, ProofKind.Listing, Enforcement.Online,
            "ends sshd's processes of the session and all below them; what was started with its own parent (nohup, at, cron) runs on"),
        new(CutKind.EndSession, NodeKinds.Account, null, ProofKind.Listing, Enforcement.Online,
            "ends every process of the account; `at` and cron jobs start anew unless the account is expired")
        {
            Takes = cut => !IsRoot(cut.Target),
        },
        new(CutKind.RemoveLink, NodeKinds.Role, LinkKind.Trusts, ProofKind.Listing, Enforcement.Online,
            "takes a principal out of the account's file of principals: for everybody who may be signed for it. Sessions run on"),
        new(CutKind.RemoveLink, NodeKinds.Account, LinkKind.Permits, ProofKind.Listing, Enforcement.Online,
            "takes a sudo rule out, checked by visudo before it is in place. A shell that sudo opened runs on"),
        new(CutKind.RemoveLink, NodeKinds.Group, LinkKind.Permits, ProofKind.Listing, Enforcement.Online,
            "takes a sudo rule of a group out, checked by visudo before it is in place. A shell that sudo opened runs on"),
    ];

    /// <summary>Makes one cut.</summary>
    public async Task<CutOutcome> CutAsync(Cut cut, CancellationToken cancellation) => cut switch
    {
        { Kind: CutKind.DisableAccount } => await ExpireAsync(cut.Target, cancellation),
        { Kind: CutKind.RevokeCredential } when HostIds.KeyOf(cut.Target) is { } key => await RemoveKeyAsync(key, cancellation),
        { Kind: CutKind.RevokeCredential } when HostIds.CertificateOf(cut.Target) is { } certificate =>
            await RevokeAsync(certificate, cancellation),
        { Kind: CutKind.EndSession } => await EndAsync(cut.Target, cancellation),
        { Link: { Kind: LinkKind.Trusts } link } when HostIds.PrincipalOf(link.From) is { } principal =>
            await RemovePrincipalAsync(principal, link.To, cancellation),
        { Link: { Kind: LinkKind.Permits } link } => await new SudoEdits(settings, reader, system).RemoveAsync(link, cancellation),
        _ => Unsupported($"a host cannot make this cut: `{cut}`"),
    };

    /// <summary>Root is what repairs a host: it is not locked out and not all of its processes are ended.</summary>
    private static bool IsRoot(NodeId account) => account.RawKey.EndsWith(".0", StringComparison.Ordinal);

    private static CutOutcome.Failed Unsupported(string why) => new(HostErrors.Unsupported(why));

    private async Task<HostAccount?> FindAsync(NodeId id, CancellationToken cancellation) =>
        (await reader.AccountsAsync(cancellation)).FirstOrDefault(a => _ids.Account(a) == id);

    private async Task<CutOutcome> ExpireAsync(NodeId target, CancellationToken cancellation)
    {
        var account = await FindAsync(target, cancellation);
        if (account is null)
        {
            return new CutOutcome.Acknowledged("no account of this name and number: it was gone already");
        }

        if (account.Uid == 0 || account.Uid == (await reader.SelfAsync(cancellation)).Uid)
        {
            return Unsupported($"`{account.Name}` is root or our own account, which we do not lock out");
        }

        var expiry = await reader.ExpiryAsync(cancellation);
        if (expiry.TryGetValue(account.Name, out var at) && at <= time.GetUtcNow())
        {
            return new CutOutcome.Acknowledged($"`{account.Name}` was expired already");
        }

        (await reader.Shell.AskAsync(reader.Commands.Expire(account.Name), cancellation)).OrBreakOff();
        var before = expiry.TryGetValue(account.Name, out var old) ? $"{old.AddDays(-1):yyyy-MM-dd}" : "never";
        return new CutOutcome.Acknowledged($"usermod --expiredate 1 {account.Name}: exit 0; before: {before}");
    }

    private async Task<CutOutcome> RemoveKeyAsync(string fingerprint, CancellationToken cancellation)
    {
        var places = (await reader.KeysAsync(cancellation)).Where(k => !k.Key.IsAuthority && k.Key.Fingerprint == fingerprint)
            .Select(k => k.File).Distinct().ToList();
        foreach (var file in places)
        {
            await RewriteAsync(
                file, line => PublicKey.TryRead(line) is { IsAuthority: false } key && key.Fingerprint == fingerprint, cancellation);
        }

        return new CutOutcome.Acknowledged(places.Count == 0
            ? "no file lists it: it was gone already" : $"taken out of {string.Join(", ", places.Select(p => $"`{p}`"))}");
    }

    private async Task<CutOutcome> RemovePrincipalAsync(string principal, NodeId target, CancellationToken cancellation)
    {
        var entries = (await reader.PrincipalsAsync(cancellation))
            .Where(p => _ids.Account(p.At.Account) == target && HostIds.PrincipalOf(_ids.Principal(p.Principal)) == principal).ToList();
        if (entries.Find(e => e.File is null) is not null)
        {
            return Unsupported("sshd has no file of principals: the account's own name opens it. Set AuthorizedPrincipalsFile");
        }

        foreach (var file in entries.Select(e => e.File!).Distinct())
        {
            await RewriteAsync(file, line => HostReader.PrincipalLines(line).Any(l => l.Principal == principal), cancellation);
        }

        return new CutOutcome.Acknowledged(entries.Count == 0
            ? "the file of principals does not list it: it was gone already" : $"`{principal}` taken out of `{entries[0].File}`");
    }

    private async Task<CutOutcome> RevokeAsync(SshCertificate certificate, CancellationToken cancellation)
    {
        var authorities = await reader.AuthoritiesAsync(cancellation);
        var authority = authorities.FirstOrDefault(a => a.Key.Fingerprint == certificate.Authority)?.Key
            ?? (await reader.KeysAsync(cancellation)).FirstOrDefault(k => k.Key.IsAuthority && k.Key.Fingerprint == certificate.Authority)?.Key;
        if (authority is null)
        {
            return new CutOutcome.Acknowledged("no account trusts its authority: nothing takes it already");
        }

        var trusting = authorities.Where(a => a.Key.Fingerprint == certificate.Authority).Select(a => a.At)
            .Concat((await reader.KeysAsync(cancellation)).Where(k => k.Key.IsAuthority && k.Key.Fingerprint == certificate.Authority).Select(k => k.At))
            .Distinct().ToList();
        var lists = await reader.RevokedAsync(cancellation);
        var missing = lists.Where(l => !l.Value.Has(certificate)).Select(l => l.Key).ToList();
        foreach (var file in missing)
        {
            (await reader.Shell.AskAsync(
                reader.Commands.Revoke(file, $"{authority.Type} {authority.Blob}", certificate.Specification), cancellation)).OrBreakOff();
        }

        if (trusting.FirstOrDefault(s => s.RevokedKeys is null) is { } open)
        {
            return new CutOutcome.Left(
                new(
                    "LS2608", ConnectorErrorKind.Unsupported,
                    $"sshd has no list of revoked keys (RevokedKeys) for `{open.Account.Name}`: the certificate lives until it expires; "
                    + "remove the principal or expire the account to be quicker"),
                await EndOfAsync(certificate, cancellation));
        }

        return new CutOutcome.Acknowledged(missing.Count == 0
            ? "the list of revoked keys has it already"
            : $"`{certificate.Specification}` of {certificate.Authority} added to {string.Join(", ", missing.Select(f => $"`{f}`"))}");
    }

    /// <summary>Says by when the certificate has expired, by the longest that its authority signs for.</summary>
    private async Task<DateTimeOffset?> EndOfAsync(SshCertificate certificate, CancellationToken cancellation)
    {
        if (settings.CertificateLifetime is not { } lifetime)
        {
            return null;
        }

        // It was signed before its last log-in that is still open; otherwise before now.
        var (self, sessions) = (await reader.SelfAsync(cancellation), await reader.SessionsAsync(cancellation));
        var peers = (await reader.LogInsAsync(cancellation)).Where(l => l.Certificate is { } c && _ids.Certificate(c) == _ids.Certificate(certificate))
            .Select(l => l.Peer).ToHashSet(StringComparer.Ordinal);
        var seenAt = sessions.Where(s => peers.Contains(s.Peer)).Select(self.StartOf).DefaultIfEmpty(time.GetUtcNow()).Min();
        return seenAt + lifetime;
    }

    private async Task<CutOutcome> EndAsync(NodeId target, CancellationToken cancellation)
    {
        var sessions = await reader.SessionsAsync(cancellation);
        var account = target.Kind == NodeKinds.Account ? await FindAsync(target, cancellation) : null;
        if (account?.Uid == 0)
        {
            return Unsupported("every process of root would be ended; end its sessions one by one");
        }

        var ended = sessions.Where(s => _ids.Session(s) == target || (account is not null && s.User == account.Name)).ToList();
        var all = HostSession.Below(
            await reader.Shell.AskAsync(HostCommands.AllProcesses, cancellation), ended.SelectMany(s => s.All), account?.Uid);
        if (all.Count == 0)
        {
            return new CutOutcome.Acknowledged("no such process runs: it had ended already");
        }

        var reply = await reader.Shell.AskAsync(reader.Commands.End(all), cancellation);

        // A child that ended with its parent, before its turn came, is no failure.
        return reply.Error is { } error && !reply.Errors.Contains("No such process", StringComparison.Ordinal)
            ? new CutOutcome.Failed(error)
            : new CutOutcome.Acknowledged($"{ended.Count} sessions ended, {all.Count} processes");
    }

    /// <summary>Takes lines out of a file; whoever writes it at the same time is not overwritten.</summary>
    private async Task RewriteAsync(string file, Func<string, bool> isOut, CancellationToken cancellation)
    {
        var before = await reader.FindTextAsync(file, cancellation) ?? string.Empty;
        var after = string.Join('\n', before.Split('\n').Where(l => !isOut(l)));
        if (after != before)
        {
            HostLooks.Replaced(await reader.Shell.AskAsync(reader.Commands.Replace(file, before, after), cancellation));
        }
    }
}

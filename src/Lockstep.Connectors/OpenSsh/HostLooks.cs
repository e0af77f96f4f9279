using Lockstep.Graph;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>Looks again where sshd and sudo will look at the next use.</summary>
internal sealed class HostLooks(string system, OpenSshSettings settings, HostReader reader, TimeProvider time)
{
    private readonly HostIds _ids = new(system);

    /// <summary>Breaks off if a file could not be replaced.</summary>
    public static void Replaced(HostReply reply)
    {
        if (reply.Code == 0)
        {
            return;
        }

        throw new IncompleteObservationException(
            reply.Errors.Contains("lockstep: a symbolic link", StringComparison.Ordinal)
                ? HostErrors.Unsupported("the file is reached through a symbolic link, which is not followed for a change")
            : reply.Errors.Contains("lockstep: changed meanwhile", StringComparison.Ordinal)
                ? new("LS2609", ConnectorErrorKind.Broken, "somebody else changed the file meanwhile; nothing was written")
            : HostErrors.OfCommand(reply.Command.What, reply.Code, reply.Errors));
    }

    /// <summary>Looks whether what was cut is still there.</summary>
    public async Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellation) => cut switch
    {
        { Kind: CutKind.DisableAccount } => await ExpiredAsync(cut.Target, cancellation),
        { Kind: CutKind.RevokeCredential } when HostIds.KeyOf(cut.Target) is { } key => await KeyAsync(key, cancellation),
        { Kind: CutKind.RevokeCredential } when HostIds.CertificateOf(cut.Target) is { } certificate =>
            await RevokedAsync(certificate, cancellation),
        { Kind: CutKind.EndSession } => await EndedAsync(cut.Target, cancellation),
        { Link: { Kind: LinkKind.Trusts } link } => await PrincipalAsync(link, cancellation),
        { Link: { Kind: LinkKind.Permits } link } => await SudoAsync(link, cancellation),
        _ => new LookOutcome.Unknown(HostErrors.Unsupported($"a host cannot make this cut: `{cut}`")),
    };

    private static LookOutcome Said(bool isThere, string there, string gone) =>
        isThere ? new LookOutcome.StillThere(there) : new LookOutcome.Gone(gone);

    private async Task<LookOutcome> ExpiredAsync(NodeId target, CancellationToken cancellation)
    {
        var account = (await reader.AccountsAsync(cancellation)).FirstOrDefault(a => _ids.Account(a) == target);
        if (account is null)
        {
            return new LookOutcome.Gone("getent passwd: no account of this name and number");
        }

        var isExpired = (await reader.ExpiryAsync(cancellation)).TryGetValue(account.Name, out var at) && at <= time.GetUtcNow();
        return Said(!isExpired, $"/etc/shadow: `{account.Name}` is not expired", $"/etc/shadow: `{account.Name}` is expired, which sshd checks before any key");
    }

    private async Task<LookOutcome> KeyAsync(string fingerprint, CancellationToken cancellation)
    {
        var keys = (await reader.KeysAsync(cancellation)).Where(k => !k.Key.IsAuthority).ToList();
        var places = keys.Where(k => k.Key.Fingerprint == fingerprint).Select(k => $"`{k.File}`").Distinct().ToList();
        return Said(places.Count > 0, $"listed in {string.Join(", ", places)}", $"none of {keys.Count} lines of authorized keys is it");
    }

    private async Task<LookOutcome> RevokedAsync(SshCertificate certificate, CancellationToken cancellation)
    {
        var trusting = (await reader.AuthoritiesAsync(cancellation)).Where(a => a.Key.Fingerprint == certificate.Authority).Select(a => a.At)
            .Concat((await reader.KeysAsync(cancellation)).Where(k => k.Key.IsAuthority && k.Key.Fingerprint == certificate.Authority).Select(k => k.At))
            .Distinct().ToList();
        var lists = await reader.RevokedAsync(cancellation);
        var open = trusting.FirstOrDefault(s => s.RevokedKeys is not { } file || !lists[file].Has(certificate));
        return Said(
            open is not null, $"sshd would take it for `{open?.Account.Name}`: {(open?.RevokedKeys is { } f ? $"`{f}` does not have it" : "no list of revoked keys")}",
            trusting.Count == 0 ? "no account trusts its authority" : $"the list of revoked keys ({lists.Values.Sum(l => l.Count)} entries) has it");
    }

    private async Task<LookOutcome> EndedAsync(NodeId target, CancellationToken cancellation)
    {
        var sessions = await reader.SessionsAsync(cancellation);
        var account = target.Kind == NodeKinds.Account
            ? (await reader.AccountsAsync(cancellation)).FirstOrDefault(a => _ids.Account(a) == target) : null;
        var open = sessions.Where(s => _ids.Session(s) == target || s.User == account?.Name).ToList();
        var left = account is { Uid: not 0 }
            ? HostSession.Below(await reader.Shell.AskAsync(HostCommands.AllProcesses, cancellation), [], account.Uid).Count : 0;
        return Said(
            open.Count + left > 0, $"{open.Count} sessions and {left} processes run", $"none of {sessions.Count} open sessions is it, and no process is left");
    }

    private async Task<LookOutcome> PrincipalAsync(LinkKey link, CancellationToken cancellation)
    {
        var all = await reader.PrincipalsAsync(cancellation);
        var entry = all.FirstOrDefault(p => _ids.Account(p.At.Account) == link.To && _ids.Principal(p.Principal) == link.From);
        return Said(entry is not null, $"`{entry?.File}` lists `{entry?.Principal}`", $"none of {all.Count} lines of principals is it");
    }

    private async Task<LookOutcome> SudoAsync(LinkKey link, CancellationToken cancellation)
    {
        var rules = (await reader.SudoAsync(cancellation)).Rules;
        var holders = await new HostSudoFacts(new(system), _ids, reader).HoldersAsync(cancellation);
        return Said(
            rules.Any(r => r.Action == link.Action && holders(r.Who) == link.From), $"`{settings.SudoersFile}` has it",
            $"none of {rules.Count} sudo rules is it");
    }
}

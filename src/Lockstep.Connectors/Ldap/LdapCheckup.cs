using System.Net;
using Lockstep.Connectors.Ldap.Wire;

namespace Lockstep.Connectors.Ldap;

/// <summary>Looks what our rights allow, without changing anything.</summary>
internal sealed class LdapCheckup(LdapSettings settings, LdapReader reader)
{
    public async Task<Checkup> RunAsync(CancellationToken cancellation)
    {
        try
        {
            await using var channel = await reader.OpenAsync(cancellation);
            var root = await reader.AllAsync(
                channel, new(string.Empty, LdapScope.Base, LdapFilter.Everything,
                    ["vendorVersion", "supportedControl", "supportedExtension"]), cancellation);
            var notes = new List<CheckupNote>();
            AddServerNotes(notes, root.FirstOrDefault());
            await AddRightsNotesAsync(notes, channel, cancellation);
            return new(IsReachable: true, root.FirstOrDefault()?.Text("vendorversion"), notes);
        }
        catch (Exception failure) when (LdapErrors.IsExpected(failure))
        {
            var error = LdapErrors.Of(failure);
            return new(IsReachable: false, Version: null, [new(IsProblem: true, $"{error.Code}: {error.Detail}")]);
        }
    }

    private void AddServerNotes(List<CheckupNote> notes, LdapAnswer.Entry? root)
    {
        if (LdapEndpoint.Of(settings).Security == LdapSecurity.None && !IsLoopback(settings.Address.Host))
        {
            notes.Add(new(IsProblem: true, "passwords travel in clear: use ldaps:// or startTls"));
        }

        if (root is null || !root.Texts("supportedextension").Contains(LdapEncoding.PasswordModifyOid))
        {
            notes.Add(new(IsProblem: true,
                "the server does not offer the password modify operation: accounts cannot be disabled with proof, nor passwords rotated"));
        }

        if (root is null || !root.Texts("supportedcontrol").Contains(LdapReader.PagedResultsOid))
        {
            notes.Add(new(IsProblem: true, "the server does not offer paged results: a listing fails above its size limit"));
        }
    }

    private async Task AddRightsNotesAsync(List<CheckupNote> notes, LdapChannel channel, CancellationToken cancellation)
    {
        var bases = await reader.AllAsync(channel, new(settings.BaseDn, LdapScope.Base, LdapFilter.Everything, ["1.1"]), cancellation);
        if (bases.Count == 0)
        {
            notes.Add(new(IsProblem: true, $"the base `{settings.BaseDn}` is not visible to us: grant read on it"));
        }

        if (!await reader.SeesPasswordsAsync(channel, cancellation))
        {
            notes.Add(new(IsProblem: true,
                "no userPassword is visible: whether accounts have one, and which secret opens which account, stays unknown"));
        }

        var policies = await reader.AllAsync(
            channel, new(settings.BaseDn, LdapScope.Subtree, LdapFilter.AnyClass(["pwdPolicy"]), ["pwdLockout"]), cancellation);
        if (!policies.Any(p => p.Text("pwdlockout") == "TRUE"))
        {
            notes.Add(new(IsProblem: true,
                "no policy with pwdLockout TRUE is visible: this directory accepts locks and most likely ignores them"));
        }
    }

    private static bool IsLoopback(string host) => host == "localhost"
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}

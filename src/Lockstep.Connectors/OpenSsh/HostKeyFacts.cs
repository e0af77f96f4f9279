using System.Runtime.CompilerServices;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>What opens accounts: authorized keys, trusted authorities and principals.</summary>
internal sealed class HostKeyFacts(Facts facts, HostIds ids, OpenSshSettings settings, HostReader reader)
{
    private const string Keys = HostObserver.Keys;
    private const string Authorities = HostObserver.Authorities;

    /// <summary>Reports keys that the host takes.</summary>
    public async IAsyncEnumerable<Observation> KeysAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var entries = await reader.KeysAsync(cancellation);
        var revoked = await reader.RevokedAsync(cancellation);
        var matches = await reader.UndecidedMatchesAsync(cancellation);
        foreach (var program in Programs(await reader.SettingsAsync(cancellation), "authorizedkeyscommand"))
        {
            yield return new Observation.NotCovered("keys-by-program", HostErrors.Unsupported(program));
        }

        foreach (var (at, file, key) in entries)
        {
            foreach (var fact in key.IsAuthority ? OwnAuthority(at, file, key, matches) : Key(at, file, key, revoked, matches))
            {
                yield return fact;
            }
        }
    }

    /// <summary>Reports authorities whose certificates the host takes, and the principals that open an account.</summary>
    public async IAsyncEnumerable<Observation> AuthoritiesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var principals = await reader.PrincipalsAsync(cancellation);
        var matches = await reader.UndecidedMatchesAsync(cancellation);
        foreach (var program in Programs(await reader.SettingsAsync(cancellation), "authorizedprincipalscommand"))
        {
            yield return new Observation.NotCovered("principals-by-program", HostErrors.Unsupported(program));
        }

        foreach (var (at, file, authority) in await reader.AuthoritiesAsync(cancellation))
        {
            var id = ids.Authority(authority.Fingerprint);
            yield return facts.Node(
                Authorities, id, $"authority {authority.Fingerprint}", NodeState.Active, (NodeAttributes.AuthorityFingerprint, authority.Fingerprint),
                ("comment", authority.Comment));
            foreach (var entry in principals.Where(p => p.At == at && at.TakesKeys))
            {
                var principal = ids.Principal(entry.Principal);
                yield return facts.Node(Authorities, principal, $"principal {entry.Principal}", NodeState.Active, (NodeAttributes.Principal, entry.Principal));
                yield return facts.Link(
                    Authorities, id, LinkKind.Trusts, principal, $"`{file}` trusts it, and an authority may sign for any principal");
                yield return facts.Link(
                    Authorities, principal, LinkKind.Trusts, ids.Account(at.Account),
                    entry.File is null ? "no file of principals: the account's own name opens it" : $"`{entry.File}` lists `{entry.Principal}`",
                    condition: Join(entry.Condition, at.Condition, matches));
            }
        }
    }

    /// <summary>Says whom a key's comment or a certificate's key id names, as a match at the system of the holders.</summary>
    internal static NodeId? HolderOf(OpenSshSettings settings, string comment)
    {
        foreach (var attribute in settings.Holders is null ? [] : new[] { NodeAttributes.EmployeeNumber, NodeAttributes.Mail })
        {
            if (HostAccountFacts.Named(comment, attribute) is { Length: > 0 and <= 100 } value
                && NodeId.TryParse(
                    $"{settings.Holders}/{NodeKinds.Account}/?{attribute}={Uri.EscapeDataString(value)}", null, out var holder))
            {
                return holder;
            }
        }

        return null;
    }

    internal static string? Join(params IEnumerable<string?> parts)
    {
        var said = parts.OfType<string>().Distinct().ToList();
        return said.Count == 0 ? null : string.Join("; ", said);
    }

    private static IEnumerable<string> Programs(IReadOnlyList<SshdSettings> all, string setting) => all.Select(s => s.Program(setting))
        .OfType<string>().Distinct().Take(1).Select(p => $"sshd asks the program `{p}` too, which is not run here");

    private IEnumerable<Observation> Key(
        SshdSettings at, string file, PublicKey key, Dictionary<string, RevokedKeys> revoked, string? matches)
    {
        var id = ids.Key(key.Fingerprint);
        if (at.RevokedKeys is { } list && revoked[list].HasKey(key.Fingerprint))
        {
            yield break;
        }

        yield return facts.Node(
            Keys, id, $"key {key.Fingerprint}", NodeState.Active, (NodeAttributes.CredentialType, "key"), ("keyType", key.Type),
            ("comment", key.Comment), ("options", string.Join(", ", key.Options.Keys.Order(StringComparer.Ordinal))));
        if (at.TakesKeys)
        {
            yield return facts.Link(
                Keys, id, LinkKind.AuthenticatesAs, ids.Account(at.Account), $"`{file}` lists it", validity: new(null, key.Until),
                condition: Join(key.Condition, at.Condition, matches));
        }

        if (HolderOf(settings, key.Comment) is { } holder)
        {
            yield return facts.Link(Keys, holder, LinkKind.Holds, id, $"its line in `{file}` has the comment `{key.Comment}`");
        }
    }

    private IEnumerable<Observation> OwnAuthority(SshdSettings at, string file, PublicKey key, string? matches)
    {
        var id = ids.Authority(key.Fingerprint);
        var names = key.Principals is { Count: > 0 } named ? string.Join(", ", named.Select(p => $"`{p}`")) : $"`{at.Account.Name}`";
        yield return facts.Node(
            Keys, id, $"authority {key.Fingerprint}", NodeState.Active, (NodeAttributes.AuthorityFingerprint, key.Fingerprint),
            ("comment", key.Comment));
        yield return facts.Link(
            Keys, id, LinkKind.Trusts, ids.Account(at.Account), $"`{file}` lists it as an authority for certificates",
            validity: new(null, key.Until), condition: Join($"for a principal of {names}", key.Condition, at.Condition, matches));
    }
}

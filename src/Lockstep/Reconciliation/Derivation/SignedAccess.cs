using System.Globalization;
using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>
/// What an SSH authority of one system opens in another: who may sign reaches the principals that a host accepts from it, and who was given a
/// certificate holds it, and the session opened with it, where a host has seen them. Joined by the authority's fingerprint.
/// </summary>
internal static class SignedAccess
{
    /// <summary>Gives the links across.</summary>
    internal static IReadOnlyList<Link> Of(ObservedFacts facts, IReadOnlyCollection<Link> observed)
    {
        var marked = facts.Nodes.Values.Where(n => n.Find(NodeAttributes.AuthorityFingerprint) is { Length: > 0 })
            .ToLookup(n => n.Find(NodeAttributes.AuthorityFingerprint)!, StringComparer.Ordinal);
        if (marked.Count == 0)
        {
            return [];
        }

        var trusts = observed.Where(l => l.Kind == LinkKind.Trusts).ToLookup(l => l.From);
        var holds = observed.Where(l => l.Kind == LinkKind.Holds).ToLookup(l => l.To);
        return [.. marked.SelectMany(same => Signers([.. same], trusts, facts).Concat(Holders([.. same], holds)))];
    }

    private static IEnumerable<Link> Signers(List<Node> same, ILookup<NodeId, Link> trusts, ObservedFacts facts) =>
        from signer in same
        where signer.Find(NodeAttributes.SignsFor) is { Length: > 0 }
        from authority in same
        where authority.Id.Kind == NodeKinds.Issuer && authority.Id.SystemName != signer.Id.SystemName
        from reached in Reached(signer, authority, trusts, facts)
        select Identities.Own(
            signer.Id, LinkKind.Trusts, reached,
            $"{authority.Id.SystemName} trusts the authority {authority.Find(NodeAttributes.AuthorityFingerprint)}, which `{signer.Name}` signs with "
            + $"for `{signer.Find(NodeAttributes.SignsFor)}`");

    /// <summary>Any principal means the authority itself; a template is taken for any, since only the signer can fill it.</summary>
    private static IEnumerable<NodeId> Reached(Node signer, Node authority, ILookup<NodeId, Link> trusts, ObservedFacts facts)
    {
        var allowed = signer.Find(NodeAttributes.SignsFor)!.Split(',', StringSplitOptions.TrimEntries)
            .Append(signer.Find("defaultUser") ?? string.Empty).ToHashSet(StringComparer.Ordinal);
        return allowed.Contains("*") || allowed.Any(a => a.Contains("{{", StringComparison.Ordinal))
            ? [authority.Id]
            : trusts[authority.Id].Select(l => l.To)
                .Where(to => facts.Nodes.GetValueOrDefault(to)?.Find(NodeAttributes.Principal) is not { } name || allowed.Contains(name)).Distinct();
    }

    private static IEnumerable<Link> Holders(List<Node> same, ILookup<NodeId, Link> holds)
    {
        var given = same.Where(n => n.Id.Kind == NodeKinds.Credential && n.Find("signedBy") is not null && holds.Contains(n.Id)).ToList();
        foreach (var seen in same.Where(n => n.Id.Kind is NodeKinds.Credential or NodeKinds.Session && n.Find("signedBy") is null))
        {
            var fitting = given.Where(g => g.Id.SystemName != seen.Id.SystemName && IsOf(g, seen)).ToList();
            var holders = fitting.SelectMany(g => holds[g.Id]).DistinctBy(l => l.From).ToList();

            // Two who may have been meant are nobody: the key id alone then says who.
            if (holders is [var holder])
            {
                var how = SerialOf(fitting[0]) is null ? "by the name in its key id" : "by serial";
                yield return Identities.Own(
                    holder.From, LinkKind.Holds, seen.Id, $"{holder.To.SystemName} signed it, {how}: {holder.Evidence}") with
                {
                    Validity = seen.Id.Kind == NodeKinds.Session ? Validity.Always : new(null, fitting.Max(g => holds[g.Id].Max(l => l.Validity.Until))),
                    Enforcement = seen.Id.Kind == NodeKinds.Session ? Enforcement.Connection : Enforcement.Online,
                };
            }
        }
    }

    /// <summary>The serial decides where the signer says it; else the name that it put into the key id.</summary>
    private static bool IsOf(Node given, Node seen) => SerialOf(given) is { } serial
        ? seen.Find(NodeAttributes.Serial) == serial
        : given.Find(NodeAttributes.SignedFor) is { Length: > 0 } name && seen.Find(NodeAttributes.SignedFor) == name;

    /// <summary>A vault writes the serial in hexadecimal; a host in decimal.</summary>
    private static string? SerialOf(Node given) =>
        ulong.TryParse(
            given.Find(NodeAttributes.Serial)?.Replace(":", string.Empty, StringComparison.Ordinal),
            NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var serial)
            ? serial.ToString(CultureInfo.InvariantCulture) : null;
}

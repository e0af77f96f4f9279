using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>What the current version of a secret opens: what the secret opens.</summary>
internal static class SecretVersions
{
    /// <summary>Gives the links from versions.</summary>
    internal static IEnumerable<Link> Contents(ObservedFacts facts, IReadOnlyCollection<Link> links)
    {
        var versions = facts.Nodes.Values
            .Where(n => n.Id.Kind == NodeKinds.SecretVersion && n.Find(NodeAttributes.VersionOf) is not null)
            .Select(n => (n.Id, Secret: NodeId.TryParse(n.Find(NodeAttributes.VersionOf), null, out var secret) ? secret : null))
            .Where(v => v.Secret is not null).ToList();
        if (versions.Count == 0)
        {
            return [];
        }

        var contents = links.Where(l => l.Kind == LinkKind.Contains).ToLookup(l => l.From);
        return from version in versions
               from content in contents[version.Secret!]
               select Identities.Own(version.Id, LinkKind.Contains, content.To, $"the current version of {version.Secret}: {content.Evidence}");
    }
}

using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>
/// What secrets open as they declare it: <see cref="NodeAttributes.Opens"/> names a credential, an account, or <c>system:account name</c>.
/// </summary>
internal sealed class Openings
{
    private readonly List<Link> _links = [];
    private readonly List<CorrelationIssue> _issues = [];

    internal Openings(ObservedFacts facts, IReadOnlyCollection<Link> links)
    {
        var declaring = facts.Nodes.Values.Where(
            n => n.Id.Kind is NodeKinds.Secret or NodeKinds.SecretVersion && !string.IsNullOrEmpty(n.Find(NodeAttributes.Opens))).ToList();
        if (declaring.Count == 0)
        {
            return;
        }

        var passwords = links
            .Where(l => l.Kind == LinkKind.AuthenticatesAs
                && facts.Nodes.GetValueOrDefault(l.From)?.Find(NodeAttributes.CredentialType) == "password")
            .ToLookup(l => l.To, l => l.From);
        foreach (var secret in declaring)
        {
            Open(facts, secret, secret.Find(NodeAttributes.Opens)!, passwords);
        }
    }

    internal IReadOnlyList<Link> Links => _links;

    internal IReadOnlyList<CorrelationIssue> Issues => _issues;

    private void Open(ObservedFacts facts, Node secret, string opens, ILookup<NodeId, NodeId> passwords)
    {
        var named = Named(facts, opens);
        var credentials = named.SelectMany(n => n.Kind == NodeKinds.Credential ? [n] : passwords[n]).Distinct().Order().ToList();
        if (named.Count > 1)
        {
            _issues.Add(new(
                CorrelationIssueKind.AmbiguousOpening, secret.Id, named,
                    $"secret `{secret.Name}` declares to open `{opens}`, which names {named.Count} accounts"));
        }
        else if (credentials.Count == 0)
        {
            _issues.Add(new(
                CorrelationIssueKind.UnmatchedOpening, secret.Id, [],
                    $"secret `{secret.Name}` declares to open `{opens}`, where no credential is known"));
        }
        else
        {
            _links.AddRange(credentials.Select(
                c => Identities.Own(secret.Id, LinkKind.Contains, c, $"declared: the secret's metadata says it opens `{opens}`")));
        }
    }

    private static List<NodeId> Named(ObservedFacts facts, string opens)
    {
        if (NodeId.TryParse(opens, null, out var id))
        {
            return facts.Nodes.ContainsKey(id) && id.Kind is NodeKinds.Credential or NodeKinds.Account ? [id] : [];
        }

        var colon = opens.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || SystemOf(facts, opens[..colon]) is not { } system)
        {
            return [];
        }

        var (whole, afterKind) = (opens[(colon + 1)..], opens[(opens.LastIndexOf('/') + 1)..]);
        return
        [
            .. facts.Nodes.Values
                .Where(n => n.Id.Kind == NodeKinds.Account && n.Id.SystemName == system && (n.Name == whole || n.Name == afterKind))
                .Select(n => n.Id).Order(),
        ];
    }

    internal static string? SystemOf(ObservedFacts facts, string named)
    {
        var ofKind = facts.SystemKinds.Where(s => s.Value == named).Select(s => s.Key).ToList();
        return facts.SystemKinds.ContainsKey(named) ? named : ofKind.Count == 1 ? ofKind[0] : null;
    }
}

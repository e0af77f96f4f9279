using Lockstep.Graph;

namespace Lockstep.Testing.Graph;

/// <summary>A small estate for properties: links and the states of nodes that are not Active.</summary>
public sealed record SmallWorld(IReadOnlyList<Link> Links, IReadOnlyDictionary<NodeId, NodeState> States)
{
    public static DateTimeOffset Noon { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<NodeId> Nodes { get; } = [.. Links.SelectMany(l => new[] { l.From, l.To }).Distinct().Order()];

    public NodeState StateOf(NodeId node) => States.GetValueOrDefault(node);

    public static NodeId Id(string kind, int number) => NodeId.Of("lab", kind, $"{kind[0]}{number}");

    public static Link Link(
        NodeId from, LinkKind kind, NodeId to, string? action = null, Validity validity = default, Enforcement enforcement = default,
        string source = "lab") => new()
        {
            From = from,
            Kind = kind,
            To = to,
            Action = action,
            Validity = validity,
            Enforcement = enforcement,
            Source = source,
            Evidence = "made up by a test",
        };

    /// <summary>
    /// Gives every subset of twelve links between six nodes that cover cycles, parallel links, states, validity and governance links.
    /// </summary>
    public static IEnumerable<SmallWorld> AllOfTwelveLinks()
    {
        var (person, account, role) = (Id(NodeKinds.Identity, 1), Id(NodeKinds.Account, 1), Id(NodeKinds.Role, 1));
        var (secret, credential, service) = (Id(NodeKinds.Secret, 1), Id(NodeKinds.Credential, 1), Id(NodeKinds.Account, 2));
        Link[] links =
        [
            Link(person, LinkKind.Represents, account),
            Link(account, LinkKind.Assumes, role),
            Link(role, LinkKind.Assumes, account),
            Link(account, LinkKind.Eligible, role),
            Link(role, LinkKind.Reads, secret),
            Link(account, LinkKind.Reads, secret, validity: new Validity(null, Noon)),
            Link(secret, LinkKind.Contains, credential),
            Link(credential, LinkKind.AuthenticatesAs, service),
            Link(credential, LinkKind.AuthenticatesAs, service, enforcement: Enforcement.Connection, source: "other"),
            Link(service, LinkKind.Reads, secret, validity: new Validity(Noon, null)),
            Link(person, LinkKind.Owns, secret),
            Link(service, LinkKind.Permits, role, "SELECT"),
        ];
        var disabled = new Dictionary<NodeId, NodeState> { [service] = NodeState.Disabled };
        for (var subset = 0; subset < 1 << links.Length; subset++)
        {
            yield return new([.. links.Where((_, i) => (subset >> i & 1) == 1)], subset % 2 == 0 ? disabled : []);
        }
    }

    /// <summary>Makes a random small estate with every kind of link, enforcement, state and validity.</summary>
    public static SmallWorld Random(int seed)
    {
        var random = new Random(seed);
        string[] kinds =
        [
            NodeKinds.Identity, NodeKinds.Account, NodeKinds.Group, NodeKinds.Role, NodeKinds.Credential, NodeKinds.Session,
            NodeKinds.Secret, NodeKinds.Resource,
        ];
        var nodes = Enumerable.Range(0, random.Next(2, 9)).Select(i => Id(kinds[random.Next(kinds.Length)], i)).ToArray();
        var links = new Dictionary<LinkKey, Link>();
        for (var i = random.Next(1, 16); i > 0; i--)
        {
            var link = RandomLink(random, nodes);
            links[link.Key] = link;
        }

        var states = nodes.Where(_ => random.Next(4) == 0).ToDictionary(n => n, _ => (NodeState)random.Next(3));
        return new([.. links.Values], states);
    }

    private static Link RandomLink(Random random, NodeId[] nodes)
    {
        var kind = random.Next(3) == 0 ? LinkKind.Permits : (LinkKind)random.Next((int)LinkKind.Owns + 1);
        var validity = random.Next(4) switch
        {
            0 => new Validity(null, Noon.AddMinutes(random.Next(-1, 2))),
            1 => new Validity(Noon.AddMinutes(random.Next(-1, 2)), null),
            _ => Validity.Always,
        };
        return Link(
            nodes[random.Next(nodes.Length)],
            kind,
            nodes[random.Next(nodes.Length)],
            kind == LinkKind.Permits ? $"do{random.Next(2)}" : null,
            validity,
            new Enforcement((EnforcementMode)random.Next(4), TimeSpan.Zero),
            random.Next(3) == 0 ? "other" : "lab");
    }
}

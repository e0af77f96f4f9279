using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Testing.Graph;
using Lockstep.Testing.Revocation;

namespace Lockstep.Server.Tests.Guardrails;

/// <summary>A small estate that changes in every way an estate can: links and nodes come, go and are said otherwise, and time passes.</summary>
internal sealed class ChangingWorld
{
    private static readonly string[] Kinds =
    [
        NodeKinds.Identity, NodeKinds.Identity, NodeKinds.Account, NodeKinds.Account, NodeKinds.Account, NodeKinds.Group, NodeKinds.Group,
        NodeKinds.Role, NodeKinds.Credential, NodeKinds.Secret, NodeKinds.Resource, NodeKinds.Resource, NodeKinds.Session, NodeKinds.Elevation,
    ];

    private readonly Random _random;
    private readonly NodeId[] _ids;
    private readonly Dictionary<NodeId, Node> _nodes = [];
    private readonly Dictionary<LinkKey, Link> _links = [];
    private int _said;

    public ChangingWorld(int seed)
    {
        _random = new Random(seed);
        _ids = [.. Enumerable.Range(0, 18).Select(i => SmallWorld.Id(Kinds[i % Kinds.Length], i))];
        for (var i = 0; i < 60; i++)
        {
            Change();
        }
    }

    public DateTimeOffset Now { get; private set; } = SmallWorld.Noon;

    public FixedEstate Estate { get; private set; } = null!;

    /// <summary>Changes one to three things.</summary>
    public void Step()
    {
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            Change();
        }

        // Nothing may be taken from one version into the next by being the same object.
        Estate = new([.. _nodes.Values.Select(n => n with { })], [.. _links.Values.Select(l => l with { })], []);
    }

    private void Change()
    {
        switch (_random.Next(9))
        {
            case 0:
                Now = Now.AddMinutes(_random.Next(-1, 4));
                break;
            case 1 when _links.Count > 0:
            case 2 when _links.Count > 30:
                _links.Remove(_links.Keys.ElementAt(_random.Next(_links.Count)));
                break;
            case 3 when _nodes.Count > 0:
                _nodes.Remove(_nodes.Keys.ElementAt(_random.Next(_nodes.Count)));
                break;
            case 4:
            case 5:
                var node = Node(_ids[_random.Next(_ids.Length)]);
                _nodes[node.Id] = node;
                break;
            default:
                var link = Link();
                _links[link.Key] = link;
                break;
        }
    }

    private Node Node(NodeId id)
    {
        var attributes = new Dictionary<string, string>();
        Maybe(attributes, "environment", "production", "test");
        Maybe(attributes, NodeAttributes.Sensitivity, "true", "false");
        if (id.Kind == NodeKinds.Identity)
        {
            Maybe(attributes, NodeAttributes.IdentityKind, "human", "service");
        }

        Maybe(attributes, NodeAttributes.TokenAccount, "true", "false");
        return new() { Id = id, Name = $"{id.Kind} {_random.Next(2)}", State = (NodeState)Math.Max(0, _random.Next(-2, 3)), Attributes = attributes };
    }

    private void Maybe(Dictionary<string, string> attributes, string name, string one, string other)
    {
        if (_random.Next(3) > 0)
        {
            attributes[name] = _random.Next(3) > 0 ? one : other;
        }
    }

    private Link Link()
    {
        var (from, to) = (_ids[_random.Next(_ids.Length)], _ids[_random.Next(_ids.Length)]);
        var kind = (from.Kind, to.Kind) switch
        {
            (NodeKinds.Identity, NodeKinds.Account) => _random.Next(4) == 0 ? LinkKind.Owns : LinkKind.Represents,
            (NodeKinds.Identity, NodeKinds.Secret or NodeKinds.Resource or NodeKinds.Identity) => LinkKind.Owns,
            (_, NodeKinds.Group) => LinkKind.MemberOf,
            (_, NodeKinds.Role) => _random.Next(4) == 0 ? LinkKind.Eligible : LinkKind.Assumes,
            (_, NodeKinds.Secret) => LinkKind.Reads,
            (NodeKinds.Secret, NodeKinds.Credential) => LinkKind.Contains,
            (_, NodeKinds.Credential or NodeKinds.Session or NodeKinds.Elevation) => LinkKind.Holds,
            (NodeKinds.Elevation, _) => LinkKind.Elevates,
            (_, NodeKinds.Account) => LinkKind.AuthenticatesAs,
            _ => LinkKind.Permits,
        };
        var validity = _random.Next(5) switch
        {
            0 => new Validity(null, Now.AddMinutes(_random.Next(-2, 6))),
            1 => new Validity(Now.AddMinutes(_random.Next(-2, 6)), null),
            _ => Validity.Always,
        };
        return SmallWorld.Link(
            from, kind, to, kind == LinkKind.Permits ? $"do{_random.Next(2)}" : null, validity,
            new Enforcement((EnforcementMode)_random.Next(4), TimeSpan.Zero)) with { Evidence = $"said {_said++ % 3}" };
    }
}

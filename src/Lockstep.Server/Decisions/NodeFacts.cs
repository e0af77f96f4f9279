using System.Collections.Frozen;
using System.Globalization;
using Lockstep.Cedar.Values;
using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>What policies see of one node: its attributes, and what it is in for as long as no link on the way begins or ends.</summary>
internal sealed class NodeFacts
{
    private const int LinearMax = 16;
    private static readonly string[] Texts =
    [
        NodeAttributes.IdentityKind, NodeAttributes.Mail, NodeAttributes.EmployeeNumber, NodeAttributes.CredentialType,
        NodeAttributes.Sensitivity,
    ];

    private static readonly string[] Instants =
        [NodeAttributes.CreatedAt, NodeAttributes.ChangedAt, NodeAttributes.StartedAt, NodeAttributes.EndedAt];

    /// <summary>What only the graph says of a node: a caller's properties never stand in for it.</summary>
    internal static readonly FrozenSet<string> OwnNames = FrozenSet.Create(
        StringComparer.Ordinal, [.. Texts, .. Instants, "name", "system", "state", "owner", "reaches"]);

    private readonly EntityUid[] _above;
    private HashSet<EntityUid>? _aboveSet;
    private CedarRecord? _attributes;

    private NodeFacts(NodeId id, Node? node, Membership membership, NodeNames names)
    {
        (Id, Node, Membership) = (id, node, membership);
        var above = membership.Above;
        _above = new EntityUid[above.Count + 1];
        for (var i = 0; i < above.Count; i++)
        {
            _above[i] = names.Of(above[i]);
        }

        _above[^1] = EntityNames.OfSystem(id.SystemName);
    }

    /// <summary>Gets the node's id.</summary>
    public NodeId Id { get; }

    /// <summary>Gets the node as its system reports it; <see langword="null"/> if only links name it.</summary>
    public Node? Node { get; }

    /// <summary>Gets what it is in.</summary>
    public Membership Membership { get; }

    /// <summary>Gets everything above it.</summary>
    public ReadOnlySpan<EntityUid> Above => _above;

    /// <summary>Reads what is true of a node at an instant.</summary>
    public static NodeFacts Read(IAccessGraph graph, Func<NodeId, Node?> find, NodeId id, DateTimeOffset at, NodeNames names) =>
        new(id, find(id), graph.MembershipOf(id, at), names);

    /// <summary>Says whether an entity is above it.</summary>
    public bool IsIn(EntityUid ancestor) => _above.Length <= LinearMax
        ? Array.IndexOf(_above, ancestor) >= 0
        : (_aboveSet ??= [.. _above]).Contains(ancestor);

    /// <summary>Finds one of the attributes that do not depend on links.</summary>
    public bool TryGetAttribute(string name, out CedarValue value) =>
        (_attributes ??= new(Attributes(Node ?? new Node { Id = Id, Name = Id.RawKey }))).TryGet(name, out value);

    /// <summary>Finds what the node's own system says, by the system's own word.</summary>
    public bool TryGetTag(string name, out CedarValue value)
    {
        value = default;
        if (Node?.Find(name) is not { } text)
        {
            return false;
        }

        value = CedarValue.Of(text);
        return true;
    }

    private static IEnumerable<KeyValuePair<string, CedarValue>> Attributes(Node node)
    {
        yield return new("name", CedarValue.Of(node.Name));
        yield return new("system", CedarValue.Of(node.Id.SystemName));
        yield return new("state", CedarValue.Of(LinkWords.WordOf(node.State)));
        foreach (var name in Texts)
        {
            if (node.Find(name) is { } text)
            {
                yield return new(name, CedarValue.Of(text));
            }
        }

        foreach (var name in Instants)
        {
            if (DateTimeOffset.TryParse(node.Find(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            {
                yield return new(name, CedarValue.OfDatetime(instant.ToUnixTimeMilliseconds()));
            }
        }
    }
}

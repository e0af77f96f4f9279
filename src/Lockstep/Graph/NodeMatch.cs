using System.Diagnostics.CodeAnalysis;

namespace Lockstep.Graph;

/// <summary>
/// Names a node by an attribute where its immutable key is not known, written as a node id whose key begins with <c>?</c>:
/// <c>corp-ldap/account/?uid=dana</c>. The attribute <c>name</c> means the node's name.
/// </summary>
/// <remarks>
/// A match is resolved against the estate each time it is derived. Two nodes that match are a finding and give no link. A match on
/// something that is recycled inherits the access of whoever has it now: prefer an immutable key.
/// </remarks>
/// <param name="SystemName">The system that owns the node.</param>
/// <param name="Kind">The node's kind.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="Value">What it must equal, to the letter.</param>
public sealed record NodeMatch(string SystemName, string Kind, string Attribute, string Value)
{
    /// <summary>The attribute that means <see cref="Node.Name"/>.</summary>
    public const string NameAttribute = "name";

    /// <summary>Says whether <paramref name="id"/> is a match and not a key; <see cref="NodeId.Of"/> never makes such an id.</summary>
    public static bool IsMatch(NodeId id) => id.Key.StartsWith('?');

    /// <summary>Reads a match from a node id.</summary>
    public static bool TryParse(NodeId id, [NotNullWhen(true)] out NodeMatch? match)
    {
        var equals = id.Key.IndexOf('=', StringComparison.Ordinal);
        match = IsMatch(id) && equals > 1
            ? new(id.SystemName, id.Kind, Uri.UnescapeDataString(id.Key[1..equals]), Uri.UnescapeDataString(id.Key[(equals + 1)..]))
            : null;
        return match is not null;
    }

    /// <summary>Says whether a node is what this names.</summary>
    public bool Fits(Node node) =>
        node.Id.SystemName == SystemName
        && node.Id.Kind == Kind
        && string.Equals(Attribute == NameAttribute ? node.Name : node.Find(Attribute), Value, StringComparison.Ordinal);
}

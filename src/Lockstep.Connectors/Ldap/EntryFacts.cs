using Lockstep.Graph;

namespace Lockstep.Connectors.Ldap;

/// <summary>Nodes and links of single entries.</summary>
internal static class EntryFacts
{
    private const string PasswordPrefix = "password.";

    public static NodeId Id(string systemName, DirectoryEntry entry) =>
        NodeId.Of(systemName, entry.IsGroup ? NodeKinds.Group : NodeKinds.Account, entry.Uuid.ToString());

    public static NodeId PasswordId(string systemName, Guid uuid) => NodeId.Of(systemName, NodeKinds.Credential, $"{PasswordPrefix}{uuid}");

    /// <summary>
    /// Finds the entry's key in the id of an account, a group or a password, or <see langword="null"/> if it is none of ours.
    /// </summary>
    public static Guid? Uuid(NodeId id)
    {
        var key = id.RawKey;
        var text = id.Kind == NodeKinds.Credential && key.StartsWith(PasswordPrefix, StringComparison.Ordinal)
            ? key[PasswordPrefix.Length..] : key;
        return Guid.TryParseExact(text, "D", out var uuid) ? uuid : null;
    }

    public static Node Node(string systemName, DirectoryEntry entry, LockPolicy policy)
    {
        var attributes = new Dictionary<string, string>(entry.Attributes, StringComparer.Ordinal);
        if (!entry.IsGroup)
        {
            attributes[NodeAttributes.IdentityKind] = entry.Kind == EntryKind.Service ? "service" : "human";
        }

        var isOut = policy.Enforces(entry);
        if (entry.Lock == EntryLock.Policy && !isOut)
        {
            attributes["lock"] = "set but ignored: no policy with pwdLockout TRUE applies";
        }

        return new()
        {
            Id = Id(systemName, entry), Name = entry.Name, State = isOut ? NodeState.Disabled : NodeState.Active, Attributes = attributes,
        };
    }

    public static Node Password(string systemName, DirectoryEntry entry)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { [NodeAttributes.CredentialType] = "password" };
        if (entry.Attributes.TryGetValue(NodeAttributes.ChangedAt, out var changed))
        {
            attributes[NodeAttributes.ChangedAt] = changed;
        }

        return new() { Id = PasswordId(systemName, entry.Uuid), Name = $"password of {entry.Name}", Attributes = attributes };
    }

    public static Fact.OfLink Link(string systemName, string scope, NodeId from, LinkKind kind, NodeId to, string evidence) =>
        new(scope, new()
    {
        From = from, To = to, Kind = kind, Validity = Validity.Always, Enforcement = Enforcement.Online, Source = systemName,
        Evidence = evidence.Length <= 512 ? evidence : evidence[..512],
    });
}

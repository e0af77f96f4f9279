using Lockstep.Graph;

namespace Lockstep.Connectors.Keystone;

/// <summary>Names Keystone's things in the graph; the one place that knows the form, also for other services of the same cloud.</summary>
/// <param name="SystemName">The configured name of the Keystone.</param>
internal readonly record struct KeystoneNodes(string SystemName)
{
    /// <summary>The whole cloud as a resource.</summary>
    public NodeId Cloud => NodeId.Of(SystemName, NodeKinds.Resource, "cloud");

    /// <summary>Names a user.</summary>
    public NodeId Account(string userId) => NodeId.Of(SystemName, NodeKinds.Account, userId);

    /// <summary>Names a group.</summary>
    public NodeId Group(string groupId) => NodeId.Of(SystemName, NodeKinds.Group, groupId);

    /// <summary>Names a role where it is held.</summary>
    public NodeId Role(KeystoneRoleKey key) => NodeId.Of(SystemName, NodeKinds.Role, key.ToString());

    /// <summary>Names a role on a project.</summary>
    public NodeId ProjectRole(string projectId, string roleId) => Role(new(KeystoneScopeKind.Project, projectId, roleId, Inherited: false));

    /// <summary>Names a project.</summary>
    public NodeId Project(string projectId) => NodeId.Of(SystemName, NodeKinds.Resource, $"project:{projectId}");

    /// <summary>Names a domain.</summary>
    public NodeId Domain(string domainId) => NodeId.Of(SystemName, NodeKinds.Resource, $"domain:{domainId}");

    /// <summary>Names what a role is held on.</summary>
    public NodeId Scope(KeystoneRoleKey key) => key.Scope switch
    {
        KeystoneScopeKind.Project => Project(key.ScopeId),
        KeystoneScopeKind.Domain => Domain(key.ScopeId),
        _ => Cloud,
    };

    /// <summary>Names a credential.</summary>
    public NodeId Credential(KeystoneCredentialKey key) => NodeId.Of(SystemName, NodeKinds.Credential, key.ToString());
}

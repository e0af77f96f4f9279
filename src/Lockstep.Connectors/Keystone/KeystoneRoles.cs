using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.Keystone;

/// <summary>
/// Reports role assignments one to one, each as a link that can be cut. What follows from them is reported as links between roles:
/// an inherited role gives the role on each project below, and a role gives the roles that it implies.
/// </summary>
internal sealed class KeystoneRoles(Facts facts, KeystoneNodes nodes, KeystonePicture picture, IReadOnlyList<string> adminRoles)
{
    private readonly Dictionary<string, string> _roleNames = picture.Roles.Items.ToDictionary(r => r.Id, r => r.Name);
    private readonly Dictionary<string, string> _projectNames = picture.Projects.Items.ToDictionary(p => p.Id, p => p.Name);
    private readonly Dictionary<string, string> _domainNames = picture.Domains.Items.ToDictionary(d => d.Id, d => d.Name);

    /// <summary>Lists the facts.</summary>
    public IEnumerable<Observation> Observe()
    {
        var open = new Stack<KeystoneRoleKey>();
        foreach (var assignment in picture.Assignments.Items)
        {
            if (KeystoneRoleKey.Of(assignment) is { } key && Holder(assignment) is { } holder)
            {
                open.Push(key);
                yield return facts.Link(
                    "role-assignments", holder, LinkKind.Assumes, nodes.Role(key), $"Keystone lists the assignment of role {Describe(key)}",
                    condition: picture.IsEnabled(key) ? null : "only when its project or domain is enabled again");
            }
        }

        foreach (var seen in Follow(open))
        {
            yield return seen;
        }
    }

    private NodeId? Holder(RoleAssignment assignment) => assignment switch
    {
        { User: { } user } => nodes.Account(user.Id),
        { Group: { } group } => nodes.Group(group.Id),
        _ => null,
    };

    private IEnumerable<Observation> Follow(Stack<KeystoneRoleKey> open)
    {
        var seen = new HashSet<KeystoneRoleKey>();
        while (open.TryPop(out var key))
        {
            if (!seen.Add(key))
            {
                continue;
            }

            foreach (var fact in Role(key).Concat(key.Inherited ? Inherited(key, open) : Implied(key, open)))
            {
                yield return fact;
            }
        }
    }

    private IEnumerable<Observation> Role(KeystoneRoleKey key)
    {
        var enabled = picture.IsEnabled(key);
        var id = nodes.Role(key);
        yield return facts.Node(
            "roles", id, Describe(key), enabled ? NodeState.Active : NodeState.Disabled,
            ("role", _roleNames.GetValueOrDefault(key.RoleId)),
            ("roleId", key.RoleId),
            ("scope", key.ScopeId),
            (NodeAttributes.Latent, enabled ? null : "true"));

        if (key.Inherited || !_roleNames.TryGetValue(key.RoleId, out var name))
        {
            yield break;
        }

        var isAdmin = adminRoles.Contains(name, StringComparer.Ordinal);
        if (!(isAdmin && key.Scope is KeystoneScopeKind.System))
        {
            yield return facts.Link(
                "role-permits", id, LinkKind.Permits, nodes.Scope(key), $"role `{name}` is held on {Place(key)}", action: name);
        }

        if (isAdmin)
        {
            yield return facts.Link(
                "role-permits", id, LinkKind.Permits, nodes.Cloud,
                $"role `{name}` on {Place(key)}: Keystone lets it disable any user and grant itself system rights", action: "admin");
        }
    }

    private IEnumerable<Observation> Inherited(KeystoneRoleKey key, Stack<KeystoneRoleKey> open)
    {
        foreach (var onProject in picture.Expand(key))
        {
            open.Push(onProject);
            yield return facts.Link(
                "inherited-assignments", nodes.Role(key), LinkKind.Assumes, nodes.Role(onProject),
                $"inherited from {Place(key)} to project `{_projectNames.GetValueOrDefault(onProject.ScopeId, onProject.ScopeId)}`");
        }
    }

    private IEnumerable<Observation> Implied(KeystoneRoleKey key, Stack<KeystoneRoleKey> open)
    {
        foreach (var implied in picture.ImpliedBy(key.RoleId))
        {
            var to = key with { RoleId = implied };
            open.Push(to);
            yield return facts.Link(
                "role-inferences", nodes.Role(key), LinkKind.Assumes, nodes.Role(to), $"role {RoleName(key)} implies role {RoleName(to)}");
        }
    }

    private string Describe(KeystoneRoleKey key) =>
        $"{_roleNames.GetValueOrDefault(key.RoleId, key.RoleId)} on {(key.Inherited ? "all projects below " : "")}{Place(key)}";

    private string RoleName(KeystoneRoleKey key) => $"`{_roleNames.GetValueOrDefault(key.RoleId, key.RoleId)}`";

    private string Place(KeystoneRoleKey key) => key.Scope switch
    {
        KeystoneScopeKind.Project => _projectNames.GetValueOrDefault(key.ScopeId, key.ScopeId),
        KeystoneScopeKind.Domain => $"domain {_domainNames.GetValueOrDefault(key.ScopeId, key.ScopeId)}",
        _ => "the whole system",
    };
}

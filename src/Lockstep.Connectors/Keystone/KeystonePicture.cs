using Lockstep.Graph;

namespace Lockstep.Connectors.Keystone;

/// <summary>
/// What Keystone said in one observation. It is held whole, because what a credential gives follows from assignments, groups,
/// inheritance and implied roles together; Keystone's own effective listing takes fifty times as long.
/// </summary>
internal sealed class KeystonePicture
{
    private ILookup<string, string>? _implied;
    private ILookup<string, Project>? _children;

    public required Listing<Domain> Domains { get; init; }

    public required Listing<Project> Projects { get; init; }

    public required Listing<User> Users { get; init; }

    public required Listing<Group> Groups { get; init; }

    public required Listing<Role> Roles { get; init; }

    public required Listing<Inference> Inferences { get; init; }

    public required Listing<RoleAssignment> Assignments { get; init; }

    /// <summary>Gets the groups of each user.</summary>
    public Dictionary<string, HashSet<string>> GroupsOf { get; } = [];

    /// <summary>Gets or sets a value indicating whether some group's members could not be listed.</summary>
    public bool MembersAreMissing { get; set; }

    /// <summary>Gets a value indicating whether it can be said that somebody does <em>not</em> hold a role.</summary>
    public bool KnowsAllRoles =>
        !MembersAreMissing && Assignments.Gap is null && Projects.Gap is null && Inferences.Gap is null && Groups.Gap is null;

    /// <summary>Says the state of a user; of a disabled domain nobody can log in.</summary>
    public NodeState StateOf(User user) => user.Enabled && DomainIsEnabled(user.DomainId) ? NodeState.Active : NodeState.Disabled;

    /// <summary>Says whether a project gives access; one that we cannot see is taken to.</summary>
    public bool ProjectIsEnabled(string projectId) =>
        Projects.Items.FirstOrDefault(p => p.Id == projectId) is not { } project || (project.Enabled && DomainIsEnabled(project.DomainId));

    /// <summary>Says whether a domain gives access; one that we cannot see is taken to.</summary>
    public bool DomainIsEnabled(string domainId) => Domains.Items.FirstOrDefault(d => d.Id == domainId)?.Enabled ?? true;

    /// <summary>Says whether a scope gives access.</summary>
    public bool IsEnabled(KeystoneRoleKey key) => key.Scope switch
    {
        KeystoneScopeKind.Project => ProjectIsEnabled(key.ScopeId),
        KeystoneScopeKind.Domain => DomainIsEnabled(key.ScopeId),
        _ => true,
    };

    /// <summary>Lists the roles that a role implies directly.</summary>
    public IEnumerable<string> ImpliedBy(string roleId)
    {
        _implied ??= Inferences.Items
            .SelectMany(i => i.Implies.Select(implied => (Prior: i.PriorRole.Id, Implied: implied.Id)))
            .ToLookup(i => i.Prior, i => i.Implied);
        return _implied[roleId];
    }

    /// <summary>Lists where an inherited role is held: on all projects of the domain, or on all below the project.</summary>
    public IEnumerable<KeystoneRoleKey> Expand(KeystoneRoleKey inherited)
    {
        var projects = inherited.Scope is KeystoneScopeKind.Domain
            ? Projects.Items.Where(p => p.DomainId == inherited.ScopeId)
            : Below(inherited.ScopeId);
        return projects.Select(p => new KeystoneRoleKey(KeystoneScopeKind.Project, p.Id, inherited.RoleId, Inherited: false));
    }

    /// <summary>Finds the roles that a user holds on a project, however it came by them.</summary>
    public HashSet<string> RolesOf(string userId, string projectId)
    {
        var groups = GroupsOf.GetValueOrDefault(userId, []);
        var held = Assignments.Items
            .Where(a => a.User?.Id == userId || (a.Group is { } group && groups.Contains(group.Id)))
            .Select(KeystoneRoleKey.Of)
            .OfType<KeystoneRoleKey>()
            .SelectMany(key => key.Inherited ? Expand(key) : [key])
            .Where(key => key.Scope is KeystoneScopeKind.Project && key.ScopeId == projectId)
            .Select(key => key.RoleId);
        var roles = new HashSet<string>();
        var open = new Stack<string>(held);
        while (open.TryPop(out var role))
        {
            if (roles.Add(role))
            {
                foreach (var implied in ImpliedBy(role))
                {
                    open.Push(implied);
                }
            }
        }

        return roles;
    }

    private IEnumerable<Project> Below(string projectId)
    {
        _children ??= Projects.Items.ToLookup(p => p.ParentId ?? "");
        var open = new Stack<Project>(_children[projectId]);
        while (open.TryPop(out var project))
        {
            yield return project;
            foreach (var child in _children[project.Id])
            {
                open.Push(child);
            }
        }
    }
}

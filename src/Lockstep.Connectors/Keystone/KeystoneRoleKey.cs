namespace Lockstep.Connectors.Keystone;

/// <summary>What a role is held on.</summary>
internal enum KeystoneScopeKind
{
    /// <summary>One project.</summary>
    Project,

    /// <summary>One domain.</summary>
    Domain,

    /// <summary>The whole system.</summary>
    System,
}

/// <summary>
/// A role where it is held. Written <c>project:role</c> (two ids), <c>domain:ID:role</c>, <c>system:role</c>; a role that is held not
/// there but on all projects below is written with <c>inherited:</c> in front.
/// </summary>
internal sealed record KeystoneRoleKey(KeystoneScopeKind Scope, string ScopeId, string RoleId, bool Inherited)
{
    /// <summary>Gets the path of a holder's assignment, below the API's address.</summary>
    /// <param name="holders"><c>users</c> or <c>groups</c>.</param>
    public string AssignmentPath(string holders, string holderId)
    {
        var place = Scope switch
        {
            KeystoneScopeKind.Project => $"projects/{Uri.EscapeDataString(ScopeId)}",
            KeystoneScopeKind.Domain => $"domains/{Uri.EscapeDataString(ScopeId)}",
            _ => "system",
        };
        var path = $"{place}/{holders}/{Uri.EscapeDataString(holderId)}/roles/{Uri.EscapeDataString(RoleId)}";
        return Inherited ? $"OS-INHERIT/{path}/inherited_to_projects" : path;
    }

    /// <summary>Reads the written form, or gives <see langword="null"/>.</summary>
    public static KeystoneRoleKey? Find(string text)
    {
        var inherited = text.StartsWith("inherited:", StringComparison.Ordinal);
        var parts = (inherited ? text["inherited:".Length..] : text).Split(':');
        return parts switch
        {
            ["domain", var domain, var role] => new(KeystoneScopeKind.Domain, domain, role, inherited),
            ["system", var role] when !inherited => new(KeystoneScopeKind.System, "", role, Inherited: false),
            [var project, var role] => new(KeystoneScopeKind.Project, project, role, inherited),
            _ => null,
        };
    }

    /// <summary>Reads an assignment, or gives <see langword="null"/> for a scope that we do not know.</summary>
    public static KeystoneRoleKey? Of(RoleAssignment assignment)
    {
        var inherited = assignment.Scope.InheritedTo is not null;
        return assignment.Scope switch
        {
            { Project: { } project } => new(KeystoneScopeKind.Project, project.Id, assignment.Role.Id, inherited),
            { Domain: { } domain } => new(KeystoneScopeKind.Domain, domain.Id, assignment.Role.Id, inherited),
            { System: not null } => new(KeystoneScopeKind.System, "", assignment.Role.Id, Inherited: false),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => (Inherited ? "inherited:" : "") + Scope switch
    {
        KeystoneScopeKind.Project => $"{ScopeId}:{RoleId}",
        KeystoneScopeKind.Domain => $"domain:{ScopeId}:{RoleId}",
        _ => $"system:{RoleId}",
    };
}

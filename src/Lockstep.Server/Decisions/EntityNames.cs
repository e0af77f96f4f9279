using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Lockstep.Cedar.Values;
using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>
/// Names nodes of the graph as policies name them: <c>corp-ldap/group/6f1c</c> is <c>Group::"corp-ldap/group/6f1c"</c>, and every node
/// is in the system that owns it, <c>System::"corp-ldap"</c>.
/// </summary>
internal static class EntityNames
{
    /// <summary>The type of connected systems.</summary>
    internal const string SystemType = "System";

    /// <summary>The type of actions.</summary>
    internal const string ActionType = "Action";

    private static readonly FrozenDictionary<string, string> TypeByKind = new Dictionary<string, string>
    {
        [NodeKinds.Identity] = "Identity",
        [NodeKinds.Account] = "Account",
        [NodeKinds.Group] = "Group",
        [NodeKinds.Role] = "Role",
        [NodeKinds.Elevation] = "Elevation",
        [NodeKinds.Credential] = "Credential",
        [NodeKinds.Session] = "Session",
        [NodeKinds.Secret] = "Secret",
        [NodeKinds.SecretVersion] = "SecretVersion",
        [NodeKinds.Issuer] = "Issuer",
        [NodeKinds.Resource] = "Resource",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> KindByType = TypeByKind.ToFrozenDictionary(p => p.Value, p => p.Key);

    /// <summary>Gets the Cedar types of nodes.</summary>
    internal static IEnumerable<string> Types => KindByType.Keys;

    /// <summary>Names a node; a kind that the graph does not know is its own type.</summary>
    internal static EntityUid Of(NodeId id) => new(TypeByKind.GetValueOrDefault(id.Kind, id.Kind), id.ToString());

    /// <summary>Names a connected system.</summary>
    internal static EntityUid OfSystem(string name) => new(SystemType, name);

    /// <summary>Finds the Cedar type that a kind (<c>secret-version</c>) or a type (<c>SecretVersion</c>) of nodes means.</summary>
    internal static bool TryGetType(string word, [NotNullWhen(true)] out string? type) =>
        TypeByKind.TryGetValue(word, out type) || (KindByType.ContainsKey(word) && (type = word) is not null);

    /// <summary>Finds the kind of nodes that a Cedar type means, or <see langword="null"/>.</summary>
    internal static string? KindOf(string type) => KindByType.GetValueOrDefault(type);

    /// <summary>Reads the node that an entity names, if it names one.</summary>
    internal static bool TryParse(EntityUid entity, [NotNullWhen(true)] out NodeId? id)
    {
        id = null;
        return KindByType.TryGetValue(entity.Type, out var kind) && NodeId.TryParse(entity.Id, null, out id) && id.Kind == kind;
    }
}

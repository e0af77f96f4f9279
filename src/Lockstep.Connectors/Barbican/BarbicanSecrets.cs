using System.Globalization;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.Barbican;

/// <summary>What must be asked for secret by secret.</summary>
/// <param name="Acl">Who may read it, or <see langword="null"/> if that is kept from us.</param>
internal sealed record BarbicanDetail(
    AccessRule? Acl, ConnectorError? AclError, Dictionary<string, string> Metadata, IReadOnlyList<Consumer> Consumers);

/// <summary>Reports the secrets of one project. The value is not among what we ask for here.</summary>
internal sealed class BarbicanSecrets(
    Facts facts,
    KeystoneNodes keystone,
    BarbicanSettings settings,
    BarbicanProject project,
    IReadOnlyList<Container> containers,
    IReadOnlyDictionary<string, string?> roleIds)
{
    private const string Admin = "admin";
    private readonly ILookup<string, string> _containersOf = containers
        .SelectMany(c => c.SecretRefs.Select(r => (Secret: r.Id, Container: c.Id)))
        .ToLookup(c => c.Secret, c => c.Container);

    /// <summary>Gets how a reading is enforced: by a token, which Barbican asks Keystone about only now and then.</summary>
    private Enforcement Enforcement => settings.TokenCacheSeconds switch
    {
        < 0 => Enforcement.Online,
        0 => Enforcement.Cached(settings.TokenLifetime),
        _ => Enforcement.Cached(TimeSpan.FromSeconds(settings.TokenCacheSeconds)),
    };

    /// <summary>Names the links that cannot be told because a role's id is unknown.</summary>
    public IEnumerable<Observation> MissingRoles() => roleIds
        .Where(role => role.Value is null)
        .Select(role => new Observation.NotCovered($"reads:{project.Id}:{role.Key}", new(
            "LS2302", ConnectorErrorKind.Forbidden, $"the id of role `{role.Key}` cannot be found: our login may not list roles")));

    /// <summary>Lists the facts of one secret.</summary>
    public IEnumerable<Observation> Observe(Secret secret, BarbicanDetail detail)
    {
        var id = NodeId.Of(facts.Source, NodeKinds.Secret, secret.Id);
        var validity = new Validity(null, OpenStackTime.Find(secret.Expiration));
        yield return Describe(id, secret, detail);
        if (detail.Acl is not { } acl)
        {
            yield return new Observation.NotCovered($"acl:{project.Id}:{secret.Id}", detail.AclError!);
            yield return new Observation.NotCovered($"reads:{project.Id}:*", detail.AclError!);
            yield break;
        }

        foreach (var (name, roleId) in roleIds)
        {
            if (roleId is not null && (acl.ProjectAccess || name == Admin))
            {
                yield return facts.Link(
                    $"reads:{project.Id}:{name}", keystone.ProjectRole(project.Id, roleId), LinkKind.Reads, id,
                    $"role `{name}` on the secret's project `{project.Name}`; project-access is {Word(acl.ProjectAccess)}",
                    validity: validity, enforcement: Enforcement);
            }
        }

        foreach (var seen in OfAccounts(id, secret, acl, validity))
        {
            yield return seen;
        }
    }

    private static string Word(bool value) => value ? "true" : "false";

    private Observation Describe(NodeId id, Secret secret, BarbicanDetail detail) => facts.Node(
        $"secrets:{project.Id}",
        id,
        secret.Name is { Length: > 0 } name ? name : secret.Id,
        NodeState.Active,
        ("project", project.Id),
        ("projectName", project.Name),
        ("secretType", secret.SecretType),
        ("contentType", secret.ContentTypes?.Default),
        ("creator", secret.CreatorId),
        ("containers", string.Join(',', _containersOf[secret.Id].Distinct().Order(StringComparer.Ordinal))),
        ("consumers", string.Join(',', detail.Consumers.Select(c => $"{c.Service}:{c.ResourceType}:{c.ResourceId}"))),
        ("expiresAt", OpenStackTime.Iso(secret.Expiration)),
        ("owner", detail.Metadata.GetValueOrDefault("owner")),
        ("replaces", detail.Metadata.GetValueOrDefault(BarbicanMarks.Replaces)),
        ("replacedBy", detail.Metadata.GetValueOrDefault(BarbicanMarks.ReplacedBy)),
        (NodeAttributes.Opens, detail.Metadata.GetValueOrDefault("opens")),
        (NodeAttributes.CreatedAt, OpenStackTime.Iso(secret.Created)),

        // A value is set once and never changed: that is when it was last set, as far as Barbican tells.
        (NodeAttributes.ChangedAt, OpenStackTime.Iso(secret.Created)));

    private IEnumerable<Observation> OfAccounts(NodeId id, Secret secret, AccessRule acl, Validity validity)
    {
        var scope = string.Create(CultureInfo.InvariantCulture, $"acl:{project.Id}:{secret.Id}");
        var users = (acl.Users ?? []).ToHashSet(StringComparer.Ordinal);
        foreach (var user in users)
        {
            yield return facts.Link(
                scope, keystone.Account(user), LinkKind.Reads, id, "the secret's ACL names the user",
                validity: validity, enforcement: Enforcement);
        }

        if (!acl.ProjectAccess && secret.CreatorId is { } creator && !users.Contains(creator))
        {
            yield return facts.Link(
                scope, keystone.Account(creator), LinkKind.Reads, id, "it is the creator of the private secret",
                validity: validity, enforcement: Enforcement, condition: $"while it holds role `creator` on project `{project.Name}`");
        }
    }
}

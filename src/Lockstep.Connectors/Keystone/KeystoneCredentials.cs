using System.Runtime.CompilerServices;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.Keystone;

/// <summary>
/// Reports what opens an account without its password: application credentials, stored (EC2) credentials and trusts. All outlive the
/// loss of a role and a change of password, and work again after a regrant: those that do not work now are latent.
/// </summary>
internal sealed class KeystoneCredentials(
    Facts facts, KeystoneNodes nodes, KeystonePicture picture, KeystoneApi api, KeystoneSettings settings)
{
    private static readonly KeystoneJson Json = KeystoneJson.Default;
    private readonly KeystoneListings _listings = new(api);
    private readonly Dictionary<string, User> _users = picture.Users.Items.ToDictionary(u => u.Id);
    private readonly Dictionary<string, string> _roleNames = picture.Roles.Items.ToDictionary(r => r.Id, r => r.Name);

    /// <summary>Streams the facts.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (user, listing) in Batches.AskAsync(picture.Users.Items, settings.Concurrency, OfUserAsync, cancellationToken))
        {
            var scope = $"application-credentials:{user.Id}";
            foreach (var seen in listing.Items.SelectMany(credential => Application(scope, user, credential, listing.Items)))
            {
                yield return seen;
            }

            if (listing.Gap is { } gap)
            {
                yield return new Observation.NotCovered(scope, gap);
            }
        }

        var stored = await _listings.ListAsync<CredentialsAnswer, StoredCredential>(
            "credentials", "credentials", Json.CredentialsAnswer, cancellationToken);
        foreach (var seen in stored.Items.SelectMany(Stored).Concat(Gap("credentials", stored.Gap)))
        {
            yield return seen;
        }

        await foreach (var seen in TrustsAsync(cancellationToken))
        {
            yield return seen;
        }
    }

    private static IEnumerable<Observation> Gap(string scope, ConnectorError? gap) =>
        gap is null ? [] : [new Observation.NotCovered(scope, gap)];

    private Task<Listing<ApplicationCredential>> OfUserAsync(User user, CancellationToken cancellationToken) =>
        _listings.ListAsync<ApplicationCredentialsAnswer, ApplicationCredential>(
            $"users/{Uri.EscapeDataString(user.Id)}/application_credentials", "application credentials",
            Json.ApplicationCredentialsAnswer, cancellationToken);

    private IEnumerable<Observation> Application(
        string scope, User user, ApplicationCredential credential, IReadOnlyList<ApplicationCredential> siblings)
    {
        var id = nodes.Credential(new(KeystoneCredentialKey.App, user.Id, credential.Id));
        var roles = credential.Roles.Select(r => r.Id).ToHashSet();
        var hasRole = HoldsAny(user.Id, credential.ProjectId, roles);
        var isLatent = !hasRole || picture.StateOf(user) is not NodeState.Active;

        // Keystone does not say which credential made another; an unrestricted one of the same project with all its roles could have.
        var parents = siblings.Where(s => s.Id != credential.Id && s.Unrestricted && s.ProjectId == credential.ProjectId
            && roles.IsSubsetOf(s.Roles.Select(r => r.Id)));
        yield return facts.Node(
            scope, id, credential.Name, NodeState.Active,
            (NodeAttributes.CredentialType, "application-credential"),
            ("project", credential.ProjectId),
            ("roles", string.Join(',', credential.Roles.Select(r => r.Name ?? r.Id).Order(StringComparer.Ordinal))),
            ("unrestricted", credential.Unrestricted ? "true" : "false"),
            ("account", user.Id),
            ("mayBeMadeBy", string.Join(',', parents.Select(p => p.Id))),
            (NodeAttributes.Latent, isLatent ? "true" : null));

        var validity = new Validity(null, OpenStackTime.Find(credential.ExpiresAt));
        yield return facts.Link(
            scope, nodes.Account(user.Id), LinkKind.Holds, id, $"Keystone lists application credential `{credential.Name}` of the user",
            validity: validity);
        if (hasRole)
        {
            yield return facts.Link(
                scope, id, LinkKind.AuthenticatesAs, nodes.Account(user.Id),
                $"application credential `{credential.Name}` logs in as `{user.Name}`, with the roles that both still hold",
                validity: validity);
        }
    }

    private IEnumerable<Observation> Stored(StoredCredential stored)
    {
        var id = nodes.Credential(new(KeystoneCredentialKey.Stored, "", stored.Id));
        var isEc2 = stored.Type == "ec2";
        var hasRole = stored.ProjectId is not { } project || !picture.KnowsAllRoles || picture.RolesOf(stored.UserId, project).Count > 0;
        yield return facts.Node(
            "credentials", id, $"{stored.Type} credential {stored.Id[..Math.Min(8, stored.Id.Length)]}", NodeState.Active,
            (NodeAttributes.CredentialType, isEc2 ? "key" : stored.Type),
            ("type", stored.Type),
            ("project", stored.ProjectId),
            ("account", stored.UserId),
            (NodeAttributes.Latent, hasRole && IsActive(stored.UserId) ? null : "true"));

        // A token made from it outlives it (measured), so its end is felt only when the last of them has expired.
        yield return facts.Link(
            "credentials", nodes.Account(stored.UserId), LinkKind.Holds, id, $"Keystone lists the `{stored.Type}` credential of the user",
            enforcement: isEc2 ? Enforcement.Cached(settings.TokenLifetime) : Enforcement.Online);
        if (isEc2 && hasRole)
        {
            yield return facts.Link(
                "credentials", id, LinkKind.AuthenticatesAs, nodes.Account(stored.UserId), "an EC2 credential logs in as its user");
        }
    }

    private async IAsyncEnumerable<Observation> TrustsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var trusts = await _listings.ListAsync<TrustsAnswer, Trust>("OS-TRUST/trusts", "trusts", Json.TrustsAnswer, cancellationToken);
        foreach (var gap in Gap("trusts", trusts.Gap))
        {
            yield return gap;
        }

        await foreach (var (trust, detail) in Batches.AskAsync(trusts.Items, settings.Concurrency, DetailAsync, cancellationToken))
        {
            foreach (var seen in detail is null ? [] : Trust(trust, detail.Trust.Roles))
            {
                yield return seen;
            }
        }
    }

    private async Task<TrustAnswer?> DetailAsync(Trust trust, CancellationToken cancellationToken)
    {
        var path = $"OS-TRUST/trusts/{Uri.EscapeDataString(trust.Id)}";
        var reply = await api.GetAsync(path, "read a trust", Json.TrustAnswer, cancellationToken);
        return reply.IsAbsent ? null : reply.OrBreakOff(api.Errors.MalformedCode);
    }

    private IEnumerable<Observation> Trust(Trust trust, IReadOnlyList<IdRef> roles)
    {
        var id = nodes.Credential(new(KeystoneCredentialKey.Trust, "", trust.Id));
        var trustor = _users.GetValueOrDefault(trust.TrustorUserId)?.Name ?? trust.TrustorUserId;

        // A trust that names one role which its trustor has lost is refused as a whole (measured).
        var works = IsActive(trust.TrustorUserId) && (trust.ProjectId is not { } on || !picture.KnowsAllRoles
            || picture.RolesOf(trust.TrustorUserId, on).IsSupersetOf(roles.Select(r => r.Id)));
        yield return facts.Node(
            "trusts", id, $"trust of {trustor}", NodeState.Active,
            (NodeAttributes.CredentialType, "trust"),
            ("project", trust.ProjectId),
            ("roles", string.Join(',', roles.Select(NameOf).Order(StringComparer.Ordinal))),
            ("trustor", trust.TrustorUserId),
            ("trustee", trust.TrusteeUserId),
            ("impersonation", trust.Impersonation ? "true" : "false"),
            (NodeAttributes.Latent, works && IsActive(trust.TrusteeUserId) ? null : "true"));

        var validity = new Validity(null, OpenStackTime.Find(trust.ExpiresAt));
        yield return facts.Link(
            "trusts", nodes.Account(trust.TrusteeUserId), LinkKind.Holds, id, $"Keystone lists the trust from user `{trustor}`",
            validity: validity);

        // It gives its roles and nothing else of the trustor, so it leads to them and not to the trustor's account.
        foreach (var role in works && trust.ProjectId is not null ? roles : [])
        {
            yield return facts.Link(
                "trusts", id, LinkKind.Assumes, nodes.ProjectRole(trust.ProjectId!, role.Id),
                $"delegated by user `{trustor}` through the trust", validity: validity);
        }
    }

    private string NameOf(IdRef role) => role.Name ?? _roleNames.GetValueOrDefault(role.Id, role.Id);

    private bool IsActive(string userId) => _users.GetValueOrDefault(userId) is not { } user || picture.StateOf(user) is NodeState.Active;

    private bool HoldsAny(string userId, string? projectId, HashSet<string> roles) =>
        projectId is null || !picture.KnowsAllRoles || picture.RolesOf(userId, projectId).Overlaps(roles);
}

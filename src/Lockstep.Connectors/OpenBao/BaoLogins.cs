using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Auth methods with their users, roles and secret-ids, and the tokens that logins and others made.</summary>
internal sealed class BaoLogins(BaoApi api, OpenBaoSettings settings, BaoPicture picture)
{
    /// <summary>Reports users of <c>userpass</c> and roles of <c>approle</c> with their secret-ids.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var mounts = await api.GetAsync("sys/auth", "list auth methods", cancellationToken);
        if (BaoGaps.Of(mounts.Error, "auth:*") is { Count: > 0 } gaps)
        {
            yield return gaps[0];
            yield break;
        }

        foreach (var (path, mount) in mounts.OrBreakOff(api.Errors.MalformedCode).Where(m => m.Value is JsonObject))
        {
            var (type, accessor) = (((JsonObject)mount!).Text("type"), ((JsonObject)mount!).Text("accessor") ?? path);
            var (users, role) = type == "userpass" ? ("users", "") : type == "approle" ? ("role", "approle") : ("", "");
            var scope = $"auth:{accessor}";
            if (users.Length == 0)
            {
                continue;
            }

            var keys = await api.ListAsync($"auth/{BaoApi.Escape(path)}{users}", "list users of an auth method", cancellationToken);
            if (BaoGaps.Of(keys.Error, scope) is { Count: > 0 } hidden)
            {
                yield return hidden[0];
                continue;
            }

            foreach (var name in keys.OrBreakOff(api.Errors.MalformedCode))
            {
                await foreach (var seen in UserAsync(scope, path, accessor, users, name, role.Length > 0, cancellationToken))
                {
                    yield return seen;
                }
            }
        }
    }

    /// <summary>Reports tokens by accessor. Batch tokens are in no listing.</summary>
    public async IAsyncEnumerable<Observation> TokensAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var accessors = await api.ListAsync("auth/token/accessors", "list token accessors", cancellationToken);
        if (BaoGaps.Of(accessors.Error, "tokens") is { Count: > 0 } gaps)
        {
            yield return gaps[0];
            yield break;
        }

        var own = (await api.SelfAsync(cancellationToken)).Value?.Text("accessor");
        var tokens = Batches.AskAsync(
            accessors.OrBreakOff(api.Errors.MalformedCode), settings.Concurrency, (a, cancel) =>
                LookUpAsync(api, a, cancel), cancellationToken);
        await foreach (var (accessor, reply) in tokens)
        {
            if (reply.Error is { Kind: ConnectorErrorKind.Forbidden } hidden)
            {
                yield return new Observation.NotCovered("tokens", hidden);
                yield break;
            }

            // Expired or revoked since it was listed: that is answered 400, or 404 by others.
            if (IsUnknown(reply))
            {
                continue;
            }

            var found = reply.OrBreakOff(api.Errors.MalformedCode);
            var maker = found.Text("entity_id") is { Length: > 0 } ? null : await MakerAsync(accessor, cancellationToken);
            foreach (var seen in Token(accessor, found, maker, isOwn: accessor == own))
            {
                yield return seen;
            }
        }
    }

    /// <summary>Looks a token up.</summary>
    public static Task<Reply<JsonObject>> LookUpAsync(BaoApi api, string accessor, CancellationToken cancellationToken) => api.PostAsync(
        "auth/token/lookup-accessor", "look up a token", json => json.WriteString("accessor", accessor), cancellationToken);

    /// <summary>Says whether OpenBao does not know what was asked for.</summary>
    public static bool IsUnknown(Reply<JsonObject> reply) => reply.IsAbsent || reply.Status is System.Net.HttpStatusCode.BadRequest;

    private async IAsyncEnumerable<Observation> UserAsync(
        string scope, string path, string accessor, string users, string name, bool isAppRole,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var place = $"auth/{BaoApi.Escape(path)}{users}/{Uri.EscapeDataString(name)}";
        var reply = await api.GetAsync(place, "read a user of an auth method", cancellationToken);
        if (reply.IsAbsent)
        {
            yield break;
        }

        if (BaoGaps.Of(reply.Error, scope) is { Count: > 0 } gaps)
        {
            yield return gaps[0];
            yield break;
        }

        var policies = reply.OrBreakOff(api.Errors.MalformedCode).Texts("token_policies").Append("default").Distinct().ToList();
        picture.Holds(policies);
        var (facts, ids) = (picture.Facts, picture.Ids);
        var holder = isAppRole ? ids.AppRole(accessor, name) : ids.AuthRole(accessor, name);
        yield return facts.Node(
            scope, holder, path + name, NodeState.Active, ("authPath", path), (NodeAttributes.TokenAccount, isAppRole ? "true" : null));
        foreach (var policy in policies)
        {
            yield return facts.Link(
                scope, holder, LinkKind.Assumes, ids.Policy(policy), $"a login by `{path}{name}` gets policy `{policy}`");
        }

        foreach (var (entity, _, _) in isAppRole ? [] : picture.Aliases.Where(a => (a.MountAccessor, a.Name) == (accessor, name)))
        {
            yield return facts.Link(
                scope, ids.Entity(entity), LinkKind.Assumes, holder, $"the entity has alias `{name}` at `{path}`");
        }

        if (isAppRole)
        {
            await foreach (var seen in SecretIdsAsync(scope, path.TrimEnd('/'), accessor, place, name, holder, cancellationToken))
            {
                yield return seen;
            }
        }
    }

    private async IAsyncEnumerable<Observation> SecretIdsAsync(
        string scope, string mount, string mountAccessor, string place, string role, NodeId holder,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var accessors = await api.ListAsync($"{place}/secret-id", "list secret-ids", cancellationToken);
        if (BaoGaps.Of(accessors.Error, scope) is { Count: > 0 } gaps)
        {
            yield return gaps[0];
            yield break;
        }

        // Who logs in by it is the entity whose alias is the role's id; what it is named by is no secret.
        var roleId = (await api.GetAsync($"{place}/role-id", "read a role's id", cancellationToken)).Value?.Text("role_id");
        var entities = picture.Aliases.Where(a => a.MountAccessor == mountAccessor && a.Name == roleId).Select(a => a.Entity).ToList();
        foreach (var accessor in accessors.OrBreakOff(api.Errors.MalformedCode))
        {
            var reply = await api.PostAsync(
                $"{place}/secret-id-accessor/lookup", "look up a secret-id",
                json => json.WriteString("secret_id_accessor", accessor), cancellationToken);
            if (reply.IsAbsent)
            {
                continue;
            }

            if (BaoGaps.Of(reply.Error, scope) is { Count: > 0 } hidden)
            {
                yield return hidden[0];
                yield break;
            }

            var found = reply.OrBreakOff(api.Errors.MalformedCode);
            var id = picture.Ids.SecretId(mount, role, accessor);
            var until = OpenStackTime.Find(found.Text("expiration_time")) is { Year: > 1 } end ? end : (DateTimeOffset?)null;
            yield return picture.Facts.Node(
                scope, id, $"secret-id of {mount}/{role}", NodeState.Active,
                (NodeAttributes.CredentialType, "key"),
                ("metadata", string.Join(',', (found.Inner("metadata") ?? []).Select(m => $"{m.Key}={m.Value}"))),
                (NodeAttributes.Owner, found.Inner("metadata")?.Text("owner") ?? found.Inner("metadata")?.Text("workload")),
                (NodeAttributes.ExpiresAt, until is null ? null : OpenStackTime.Iso(found.Text("expiration_time"))),
                (NodeAttributes.CreatedAt, OpenStackTime.Iso(found.Text("creation_time"))));
            yield return picture.Facts.Link(
                scope, id, LinkKind.AuthenticatesAs, holder, $"a secret-id of AppRole `{role}` at `{mount}`", validity: new(null, until));
            if (await ReceiverAsync(accessor, cancellationToken) is { Entity.Length: > 0 } asked)
            {
                yield return picture.Facts.Link(
                    BaoPast.Scope, picture.Ids.Entity(asked.Entity), LinkKind.Holds, id, $"audit log: given to {asked.How}", validity: new(null, until));
            }

            foreach (var entity in entities)
            {
                yield return picture.Facts.Link(
                    scope, id, LinkKind.AuthenticatesAs, picture.Ids.Entity(entity), $"the entity's alias is the id of AppRole `{role}`",
                    validity: new(null, until));
            }
        }
    }

    /// <summary>Finds who made a token that carries no entity: the audit log knows, by the HMAC of its accessor.</summary>
    private async Task<TokenMade?> MakerAsync(string accessor, CancellationToken cancellationToken)
    {
        return picture.History.Tokens.Count > 0 && await HashAsync(accessor, cancellationToken) is { } hash
            ? picture.History.Tokens.GetValueOrDefault(hash) : null;
    }

    /// <summary>Finds whom a secret-id was given to: whoever made it knows it, whoever uses it.</summary>
    private async Task<(string Entity, string How)> ReceiverAsync(string accessor, CancellationToken cancellationToken)
    {
        var given = picture.History.SecretIds.Count == 0 ? null
            : picture.History.SecretIds.GetValueOrDefault(accessor)
                ?? (await HashAsync(accessor, cancellationToken) is { } hash ? picture.History.SecretIds.GetValueOrDefault(hash) : null);
        return given is null ? ("", "") : picture.History.WhoAsked(given);
    }

    private async Task<string?> HashAsync(string accessor, CancellationToken cancellationToken) => (await api.PostAsync(
        $"sys/audit-hash/{Uri.EscapeDataString(settings.AuditDevice)}", "hash an accessor", json => json.WriteString("input", accessor),
        cancellationToken)).Value?.Text("hash");

    /// <summary>
    /// Says when a token ends for good. One that its holder can renew has a hard end or none that it tells; the moment at which it would
    /// expire is none.
    /// </summary>
    private static DateTimeOffset? EndOf(JsonObject token) => !token.Flag("renewable") ? OpenStackTime.Find(token.Text("expire_time"))
        : (token.Number("explicit_max_ttl"), token.Number("creation_time")) is (> 0 and { } longest, { } made)
            ? DateTimeOffset.FromUnixTimeSeconds(made + longest) : null;

    private IEnumerable<Observation> Token(string accessor, JsonObject token, TokenMade? maker, bool isOwn)
    {
        var (facts, ids) = (picture.Facts, picture.Ids);
        var (credential, account) = (ids.Token(accessor), ids.TokenAccount(accessor));
        var (entity, name) = (token.Text("entity_id"), token.Text("display_name") ?? "token");
        var validity = new Validity(null, EndOf(token));
        var policies = token.Texts("policies");
        picture.Holds(policies.Concat(token.Texts("identity_policies")));
        yield return facts.Node(
            "tokens", credential, name, NodeState.Active,
            (NodeAttributes.CredentialType, "token"), ("tokenType", token.Text("type")), ("path", token.Text("path")),
            ("orphan", isOwn ? null : token.Flag("orphan") ? "true" : "false"), ("renewable", token.Flag("renewable") ? "true" : "false"),
            (NodeAttributes.ExpiresAt, OpenStackTime.Iso(token.Text("expire_time"))),
            (NodeAttributes.CreatedAt, OpenStackTime.Iso(token.Text("issue_time"))));

        // OpenBao takes no token of a disabled entity; it takes them again once the entity is enabled.
        var state = entity is not null && picture.Disabled.Contains(entity) ? NodeState.Disabled : NodeState.Active;
        yield return facts.Node("tokens", account, name, state, (NodeAttributes.TokenAccount, "true"));
        yield return facts.Link(
            "tokens", credential, LinkKind.AuthenticatesAs, account, $"token made at `{token.Text("path")}`", validity: validity);
        foreach (var policy in policies)
        {
            yield return facts.Link(
                "tokens", account, LinkKind.Assumes, ids.Policy(policy), $"the token lists policy `{policy}`", validity: validity);
        }

        if (entity is { Length: > 0 })
        {
            yield return facts.Link(
                "tokens", ids.Entity(entity), LinkKind.Holds, credential, "the token carries the entity's id", validity: validity);
        }
        else if (maker is not null && picture.History.WhoAsked(maker.Made) is { Entity.Length: > 0 } asked)
        {
            yield return facts.Link(
                BaoPast.Scope, ids.Entity(asked.Entity), LinkKind.Holds, credential, $"audit log: made by {asked.How}", validity: validity);
        }
    }
}

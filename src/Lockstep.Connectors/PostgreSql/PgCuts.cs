using System.Globalization;
using Lockstep.Graph;
using Lockstep.Secrets;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Makes cuts in a cluster. Roles are found by oid first and changed by the name they have at that moment.</summary>
internal sealed class PgCuts(string system, PostgreSqlSettings settings, PgDoor door)
{
    private const string OpenSessions = "open sessions run on, also inside a role that they took by SET ROLE, until they are ended";

    public static IReadOnlyList<CutCapability> Capabilities { get; } =
    [
        new(CutKind.DisableAccount, NodeKinds.Account, null, ProofKind.Probe, Enforcement.Connection, OpenSessions),
        new(CutKind.RemoveLink, NodeKinds.Account, LinkKind.Assumes, ProofKind.Listing, Enforcement.Connection,
            "a session that did SET ROLE before goes on in that role until it is ended"),
        new(CutKind.RemoveLink, NodeKinds.Role, LinkKind.Assumes, ProofKind.Listing, Enforcement.Connection,
            "a session that did SET ROLE before goes on in that role until it is ended"),
        new(CutKind.RemoveLink, NodeKinds.Account, LinkKind.Permits, ProofKind.Listing, Enforcement.Online, "ownership is not removed")
        {
            Takes = IsNoOwnership,
        },
        new(CutKind.RemoveLink, NodeKinds.Role, LinkKind.Permits, ProofKind.Listing, Enforcement.Online, "ownership is not removed")
        {
            Takes = IsNoOwnership,
        },
        new(CutKind.RemoveLink, NodeKinds.Group, LinkKind.Permits, ProofKind.Listing, Enforcement.Online, "PUBLIC is every role"),
        new(CutKind.RevokeCredential, NodeKinds.Credential, null, ProofKind.Listing, Enforcement.Connection,
            "logins that need no password (trust, peer, certificate) still work; " + OpenSessions),
        new(CutKind.EndSession, NodeKinds.Session, null, ProofKind.Listing, Enforcement.Online,
            "the holder reconnects unless the account is disabled first"),
        new(CutKind.EndSession, NodeKinds.Account, null, ProofKind.Listing, Enforcement.Online,
            "the holder reconnects unless the account is disabled first"),
        new(CutKind.RotateCredential, NodeKinds.Credential, null, ProofKind.Probe, Enforcement.Connection, OpenSessions),
    ];

    private static bool IsNoOwnership(Cut cut) => cut.Link?.Action != PgGrant.Ownership;

    public async Task<CutOutcome> CutAsync(Cut cut, CancellationToken cancellation)
    {
        if (cut.SystemName != system)
        {
            return Unsupported($"`{cut.Target}` is not of this cluster");
        }

        return cut.Kind switch
        {
            CutKind.EndSession => await new PgSessions(door).EndAsync(cut.Target, cancellation),
            CutKind.RemoveLink when cut.Link is { } link => await new PgRevokes(door).RemoveAsync(link, cancellation),
            CutKind.DisableAccount => await WithRoleAsync(cut.Target, DisableAsync, cancellation),
            CutKind.RevokeCredential => await WithRoleAsync(cut.Target, RemovePasswordAsync, cancellation),
            CutKind.RotateCredential => Unsupported("a password is rotated with its new value, not by a cut"),
            _ => Unsupported($"PostgreSQL has no {cut.Kind} of `{cut.Target}`"),
        };
    }

    /// <summary>Finds a role by oid, or <see langword="null"/>; everybody sees all roles, so absence is certain.</summary>
    public static async Task<PgRole?> FindRoleAsync(NpgsqlConnection connection, long oid, CancellationToken cancellation)
    {
        var found = await PgText.ListAsync(connection, PgRole.Select + " WHERE r.oid = $1::int8::oid", PgRole.Read, cancellation, oid);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Replaces a role's password by a verifier that was computed here, so that no log can hold the value.</summary>
    public static Task SetVerifierAsync(
        NpgsqlConnection connection, PgRole role, SecretText value, string rest, CancellationToken cancellation) =>
        PgText.RunAsync(
            connection, $"ALTER ROLE {PgText.Name(role.Name)} PASSWORD {PgText.Literal(ScramVerifier.Make(value))} {rest}", cancellation);

    private async Task<CutOutcome> WithRoleAsync(
        NodeId target, Func<NpgsqlConnection, PgRole, CancellationToken, Task<CutOutcome>> cutAsync, CancellationToken cancellation)
    {
        if (PgIds.RoleOid(target) is not { } oid)
        {
            return Unsupported($"`{target}` is no role of this cluster");
        }

        await using var connection = await door.OpenAsync(cancellation);
        var role = await FindRoleAsync(connection, oid, cancellation);
        return role is null ? new CutOutcome.Acknowledged(string.Create(CultureInfo.InvariantCulture, $"there is no role with oid {oid}"))
            : role.Name == settings.Role ? Unsupported($"`{role.Name}` is the role that Lockstep itself logs in as")
            : await cutAsync(connection, role, cancellation);
    }

    private async Task<CutOutcome> DisableAsync(NpgsqlConnection connection, PgRole role, CancellationToken cancellation)
    {
        if (!role.CanLogin)
        {
            return new CutOutcome.Acknowledged($"`{role.Name}` is already NOLOGIN");
        }

        using var password = SecretText.Generate();
        await SetVerifierAsync(connection, role, password, "NOLOGIN VALID UNTIL 'infinity'", cancellation);
        return new CutOutcome.Acknowledged($"`{role.Name}` is NOLOGIN; its password was replaced by a random one that nobody has");
    }

    private static async Task<CutOutcome> RemovePasswordAsync(NpgsqlConnection connection, PgRole role, CancellationToken cancellation)
    {
        var keepsKind = !role.CanLogin && !role.HasValidity ? " VALID UNTIL 'infinity'" : string.Empty;
        await PgText.RunAsync(connection, $"ALTER ROLE {PgText.Name(role.Name)} PASSWORD NULL{keepsKind}", cancellation);
        return new CutOutcome.Acknowledged($"`{role.Name}` has no password any more");
    }

    private static CutOutcome.Failed Unsupported(string why) => new(PgErrors.Unsupported(why));
}

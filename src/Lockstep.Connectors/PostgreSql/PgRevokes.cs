using Lockstep.Graph;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>
/// Revokes memberships, role attributes and privileges, and looks whether they are gone. A REVOKE that says OK proves nothing.
/// </summary>
internal sealed class PgRevokes(PgDoor door)
{
    public async Task<CutOutcome> RemoveAsync(LinkKey link, CancellationToken cancellation)
    {
        if (await PlaceAsync(link, cancellation) is not { } place)
        {
            return new CutOutcome.Failed(
                PgErrors.Unsupported($"`{link}` is fixed by PostgreSQL itself or belongs to an owner: it cannot be revoked"));
        }

        await using (place)
        {
            var before = await place.FindAsync(cancellation);
            if (before.Count == 0)
            {
                return new CutOutcome.Acknowledged("the catalogue does not hold it");
            }

            await place.RevokeAsync(before, cancellation);
            var after = await place.FindAsync(cancellation);
            return after.Count == 0
                ? new CutOutcome.Acknowledged($"revoked: {string.Join("; ", before.Select(b => b.Statement))}")
                : new CutOutcome.Failed(
                    PgErrors.Hidden($"REVOKE was accepted and changed nothing: granted by `{after[0].Grantor}`, whom we cannot act for"));
        }
    }

    public async Task<LookOutcome> LookAsync(LinkKey link, CancellationToken cancellation)
    {
        if (await PlaceAsync(link, cancellation) is not { } place)
        {
            return new LookOutcome.Unknown(PgErrors.Unsupported($"`{link}` cannot be looked at by itself"));
        }

        await using (place)
        {
            var rows = await place.FindAsync(cancellation);
            return rows.Count == 0
                ? new LookOutcome.Gone("the catalogue was asked for it and does not hold it")
                : new LookOutcome.StillThere($"the catalogue holds it, granted by {string.Join(", ", rows.Select(r => $"`{r.Grantor}`"))}");
        }
    }

    /// <summary>Finds where the link is kept and connects to that database; <see langword="null"/> if it cannot be revoked.</summary>
    private async Task<PgGrantPlace?> PlaceAsync(LinkKey link, CancellationToken cancellation)
    {
        var (from, to) = (PgIds.RoleOid(link.From), PgIds.RoleOid(link.To));
        if (link.Kind == LinkKind.Assumes && from is { } member)
        {
            return to is { } role ? new PgMembershipPlace(await door.OpenAsync(cancellation), role, member)
                : link.To.RawKey == PgIds.SuperuserKey ? new PgAttributePlace(await door.OpenAsync(cancellation), member, "SUPERUSER")
                : null;
        }

        var grantee = link.From.RawKey == PgIds.PublicKey ? 0 : from;
        if (link.Kind != LinkKind.Permits || link.Action is null or PgGrant.Ownership || grantee is not { } oid
            || PgIds.Resource(link.To) is not { } resource)
        {
            return null;
        }

        return resource.Type == PgIds.ClusterKey
            ? PgAttributePlace.IsPower(link.Action) ? new PgAttributePlace(await door.OpenAsync(cancellation), oid, link.Action) : null
            : new PgPrivilegePlace(await OpenAsync(resource, cancellation), resource, oid, link.Action);
    }

    private async Task<NpgsqlConnection> OpenAsync(PgResource resource, CancellationToken cancellation)
    {
        var connection = await door.OpenAsync(cancellation);
        if (resource.Type == "database")
        {
            return connection;
        }

        await using (connection)
        {
            var names = await PgText.ListAsync(
                connection, "SELECT datname FROM pg_database WHERE oid = $1::int8::oid", r =>
                    r.GetString(0), cancellation, resource.Database);
            // In a dropped database there is nothing to find; any other one says so.
            return await door.OpenAsync(cancellation, names.Count == 0 ? null : names[0]);
        }
    }
}

/// <summary>One grant as the catalogue holds it, with the statement that takes it away.</summary>
internal sealed record PgGrantRow(string Grantor, bool ByOwner, string Statement);

/// <summary>The one place in the catalogue where a link is kept. Closed.</summary>
internal abstract class PgGrantPlace(NpgsqlConnection connection) : IAsyncDisposable
{
    protected NpgsqlConnection Connection { get; } = connection;

    public abstract Task<IReadOnlyList<PgGrantRow>> FindAsync(CancellationToken cancellation);

    /// <summary>Revokes each row in the name of the one who granted it, all or none.</summary>
    public virtual async Task RevokeAsync(IReadOnlyList<PgGrantRow> rows, CancellationToken cancellation)
    {
        await using var transaction = await Connection.BeginTransactionAsync(cancellation);
        foreach (var row in rows)
        {
            if (!row.ByOwner)
            {
                await PgText.RunAsync(Connection, $"SET LOCAL ROLE {PgText.Name(row.Grantor)}", cancellation);
            }

            await PgText.RunAsync(Connection, row.Statement, cancellation);
            await PgText.RunAsync(Connection, "RESET ROLE", cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}

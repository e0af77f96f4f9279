using System.Globalization;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Looks again whether what was cut is still listed.</summary>
internal sealed class PgLooks(PgDoor door)
{
    public async Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellation) => cut.Kind switch
    {
        CutKind.EndSession => await new PgSessions(door).LookAsync(cut.Target, cancellation),
        CutKind.RemoveLink when cut.Link is { } link => await new PgRevokes(door).LookAsync(link, cancellation),
        CutKind.DisableAccount or CutKind.RevokeCredential => await RoleAsync(cut, cancellation),
        _ => new LookOutcome.Unknown(PgErrors.Unsupported($"PostgreSQL has no {cut.Kind}")),
    };

    private async Task<LookOutcome> RoleAsync(Cut cut, CancellationToken cancellation)
    {
        if (PgIds.RoleOid(cut.Target) is not { } oid)
        {
            return new LookOutcome.Unknown(PgErrors.Unsupported($"`{cut.Target}` is no role of this cluster"));
        }

        await using var connection = await door.OpenAsync(cancellation);
        var role = await PgCuts.FindRoleAsync(connection, oid, cancellation);
        if (role is null)
        {
            return new LookOutcome.Gone(string.Create(CultureInfo.InvariantCulture, $"there is no role with oid {oid}"));
        }

        if (cut.Kind == CutKind.DisableAccount)
        {
            return role.CanLogin ? new LookOutcome.StillThere($"`{role.Name}` may log in")
                : new LookOutcome.Gone($"`{role.Name}` is NOLOGIN");
        }

        if (!await PgObserver.SeesPasswordsAsync(connection, cancellation))
        {
            return new LookOutcome.Unknown(PgErrors.Hidden("we may not read pg_authid: whether it has a password is not known"));
        }

        var passwords = await PgText.ListAsync(connection, PgRole.SelectPasswords, r => r.GetInt64(0), cancellation);
        return passwords.Contains(oid) ? new LookOutcome.StillThere($"`{role.Name}` has a password")
            : new LookOutcome.Gone($"`{role.Name}` has no password");
    }
}

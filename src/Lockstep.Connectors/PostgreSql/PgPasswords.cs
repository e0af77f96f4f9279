using System.Globalization;
using Lockstep.Graph;
using Lockstep.Secrets;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Compares values with stored verifiers, and replaces them.</summary>
internal sealed class PgPasswords(string system, PostgreSqlSettings settings, PgDoor door)
{
    private const string Select = "SELECT oid::int8, rolname, rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL";

    /// <summary>Finds the roles whose stored verifier the value has; about 2 ms a role, all of it computed here.</summary>
    /// <exception cref="IncompleteObservationException">We may not read the verifiers, so that an empty answer would be a lie.</exception>
    public async Task<IReadOnlyList<NodeId>> MatchAsync(SecretText value, CancellationToken cancellation)
    {
        await using var connection = await door.OpenAsync(cancellation);
        if (!await PgObserver.SeesPasswordsAsync(connection, cancellation))
        {
            throw new IncompleteObservationException(PgErrors.Hidden("we may not read pg_authid: which role a value opens is not known"));
        }

        var stored = await StoredAsync(connection, cancellation);
        var found = new List<NodeId>();
        foreach (var (oid, name, verifier) in stored)
        {
            cancellation.ThrowIfCancellationRequested();
            if (ScramVerifier.Matches(verifier, name, value))
            {
                found.Add(PgIds.Password(system, oid));
            }
        }

        return found;
    }

    /// <summary>Replaces a password. The server sees a verifier, never the value.</summary>
    public async Task<CutOutcome> SetAsync(NodeId credential, SecretText value, CancellationToken cancellation)
    {
        if (PgIds.RoleOid(credential) is not { } oid)
        {
            return new CutOutcome.Failed(PgErrors.Unsupported($"`{credential}` is no password of this cluster"));
        }

        await using var connection = await door.OpenAsync(cancellation);
        if (await PgCuts.FindRoleAsync(connection, oid, cancellation) is not { } role)
        {
            var absent = string.Create(CultureInfo.InvariantCulture, $"there is no role with oid {oid} to set a password for");
            return new CutOutcome.Failed(PgErrors.Unsupported(absent));
        }

        if (role.Name == settings.Role)
        {
            return new CutOutcome.Failed(
                PgErrors.Unsupported($"`{role.Name}` is the role that Lockstep itself logs in as: rotate it where it is configured"));
        }

        if (await PgObserver.SeesPasswordsAsync(connection, cancellation)
            && (await StoredAsync(connection, cancellation)).Any(s => s.Oid == oid && ScramVerifier.Matches(s.Verifier, s.Name, value)))
        {
            return new CutOutcome.Acknowledged($"`{role.Name}` already has this password");
        }

        await PgCuts.SetVerifierAsync(connection, role, value, string.Empty, cancellation);
        return new CutOutcome.Acknowledged($"the password of `{role.Name}` was replaced");
    }

    private static Task<List<(long Oid, string Name, string Verifier)>> StoredAsync(
        NpgsqlConnection connection, CancellationToken cancellation) =>
        PgText.ListAsync(connection, Select, r => (r.GetInt64(0), r.GetString(1), r.GetString(2)), cancellation);
}

using Lockstep.Connectors.Keystone;

namespace Lockstep.Connectors.Barbican;

/// <summary>Finds the ids of the roles that Barbican's policy names.</summary>
internal static class BarbicanRoles
{
    /// <summary>Finds each role's id in Keystone's list, or else among our own roles; null where neither tells.</summary>
    public static async Task<IReadOnlyDictionary<string, string?>> FindAsync(
        BarbicanApi api, IReadOnlyList<BarbicanProject> projects, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var project in projects)
        {
            var listed = await api.AskKeystoneAsync(project, "roles", "list roles", KeystoneJson.Default.RolesAnswer, cancellationToken);
            foreach (var role in listed.Value?.Roles ?? [])
            {
                known[role.Name] = role.Id;
            }

            if (listed.Value is { Truncated: false })
            {
                // A role that a whole list lacks does not exist, and nobody holds it.
                return names.Where(known.ContainsKey).ToDictionary(name => name, name => (string?)known[name]);
            }

            foreach (var role in (await api.TokenAsync(project, cancellationToken)).Value?.Roles ?? [])
            {
                known[role.Name ?? role.Id] = role.Id;
            }
        }

        return names.ToDictionary(name => name, name => known.GetValueOrDefault(name));
    }
}

namespace Lockstep.Connectors.Barbican;

/// <summary>Finds out which projects we reach, and what we may do there.</summary>
internal sealed class BarbicanCheckup(BarbicanApi api, IReadOnlyList<string> payloadRoles)
{
    /// <summary>Looks.</summary>
    public async Task<Checkup> CheckAsync(CancellationToken cancellationToken)
    {
        var projects = await api.ProjectsAsync(cancellationToken);
        if (projects.Value is null)
        {
            var error = projects.Error ?? api.Errors.Malformed("log in");
            return new(false, null, [new(true, $"{error.Code}: {error.Detail}")]);
        }

        var notes = new List<CheckupNote>();
        if (projects.Value.Count == 0)
        {
            notes.Add(new(true, "our login has a role on no project, and Barbican shows secrets only project by project"));
        }

        var reached = false;
        foreach (var project in projects.Value)
        {
            var path = "secrets?limit=1";
            var page = await api.GetAsync(project, path, "list secrets", BarbicanJson.Default.SecretsAnswer, cancellationToken);
            reached |= page.Value is not null || page.Error?.Kind is ConnectorErrorKind.Forbidden;
            notes.Add(page.Value is { } answer
                ? new(false, $"project `{project.Name}`: lists {answer.Total} secrets")
                : new(true, $"project `{project.Name}`: {page.Error?.Detail ?? "no answer"}; role `admin` or `creator` on it can"));
        }

        var roles = await BarbicanRoles.FindAsync(api, projects.Value, payloadRoles, cancellationToken);
        notes.AddRange(roles.Where(role => role.Value is null).Select(role => new CheckupNote(
            true,
            $"who reads through role `{role.Key}` cannot be seen: our login may not list Keystone's roles; `reader` on the system can")));

        return new(reached, reached ? "v1" : null, notes);
    }
}

namespace Lockstep.Connectors.Barbican;

/// <summary>One secret of a lineage.</summary>
internal sealed record BarbicanVersion(Secret Secret, IReadOnlyDictionary<string, string> Metadata);

/// <summary>
/// Follows the marks of rotations: whoever asks for a secret that was replaced means the one that replaced it, also when the old one
/// is gone.
/// </summary>
internal sealed class BarbicanLineage(BarbicanApi api)
{
    private const int LengthMax = 64;

    /// <summary>Lists a secret's versions that exist, oldest first; empty if there is none. Trouble breaks off.</summary>
    public async Task<(BarbicanProject? Project, IReadOnlyList<BarbicanVersion> Versions)> FindAsync(
        string secretId, CancellationToken cancellationToken)
    {
        var project = await api.ProjectOfAsync(secretId, cancellationToken);
        if (project.Error is { } error)
        {
            throw new IncompleteObservationException(error);
        }

        if (project.Value is { } home && await ReadAsync(home, secretId, cancellationToken) is { } asked)
        {
            return (home, await SpreadAsync(home, asked, cancellationToken));
        }

        return await DescendantAsync(secretId, cancellationToken);
    }

    /// <summary>Reads one version, or <see langword="null"/> if it is gone.</summary>
    public async Task<BarbicanVersion?> ReadAsync(BarbicanProject project, string secretId, CancellationToken cancellationToken)
    {
        var secret = await api.SecretAsync(project, secretId, cancellationToken);
        if (secret.IsAbsent)
        {
            return null;
        }

        var described = secret.OrBreakOff(api.Errors.MalformedCode);
        var metadata = await api.MetadataAsync(project, secretId, cancellationToken);
        return metadata.IsAbsent ? null : new(described, metadata.OrBreakOff(api.Errors.MalformedCode).Metadata);
    }

    private async Task<IReadOnlyList<BarbicanVersion>> SpreadAsync(
        BarbicanProject project, BarbicanVersion asked, CancellationToken cancellationToken)
    {
        var versions = new LinkedList<BarbicanVersion>([asked]);
        while (versions.Count < LengthMax && versions.Last!.Value.Metadata.TryGetValue(BarbicanMarks.ReplacedBy, out var next)
            && await ReadAsync(project, next, cancellationToken) is { } younger)
        {
            versions.AddLast(younger);
        }

        while (versions.Count < LengthMax && versions.First!.Value.Metadata.TryGetValue(BarbicanMarks.Replaces, out var before)
            && await ReadAsync(project, before, cancellationToken) is { } older)
        {
            versions.AddFirst(older);
        }

        return [.. versions];
    }

    /// <summary>The one that was asked for is gone: looks through all secrets for one that says it came of it.</summary>
    private async Task<(BarbicanProject? Project, IReadOnlyList<BarbicanVersion> Versions)> DescendantAsync(
        string secretId, CancellationToken cancellationToken)
    {
        foreach (var project in (await api.ProjectsAsync(cancellationToken)).OrBreakOff(api.Errors.MalformedCode))
        {
            var all = await api.ListAsync<SecretsAnswer, Secret>(
                project, "secrets", "secrets", BarbicanJson.Default.SecretsAnswer, s => s.SecretRef, cancellationToken);
            if (all.Error is { Kind: ConnectorErrorKind.Forbidden })
            {
                continue;
            }

            // An empty one is what a crash left behind: nothing was ever handed out from it.
            foreach (var secret in all.OrBreakOff(api.Errors.MalformedCode).Where(s => s.HasPayload))
            {
                var metadata = (await api.MetadataAsync(project, secret.Id, cancellationToken)).Value?.Metadata;
                if (metadata is not null && (metadata.GetValueOrDefault(BarbicanMarks.Replaces) == secretId
                    || metadata.GetValueOrDefault(BarbicanMarks.Origin) == secretId))
                {
                    return (project, await SpreadAsync(project, new(secret, metadata), cancellationToken));
                }
            }
        }

        return (null, []);
    }
}

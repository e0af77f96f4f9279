using System.Runtime.CompilerServices;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.OpenStack;

namespace Lockstep.Connectors.Barbican;

/// <summary>
/// Observes the secrets of each project that we reach, and who reads them. There is no feed of changes: each look is full.
/// </summary>
internal sealed class BarbicanObserver(string systemName, BarbicanApi api, BarbicanSettings settings)
{
    /// <summary>
    /// Streams everything. The cursor names the projects seen before: one that we no longer enter is not taken to be empty.
    /// </summary>
    public async IAsyncEnumerable<Observation> ObserveAsync(string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var projects = (await api.ProjectsAsync(cancellationToken)).OrBreakOff(api.Errors.MalformedCode);
        var remembered = new List<string>();
        foreach (var lost in (cursor ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Except(projects.Select(p => p.Id)))
        {
            if (await StillExistsAsync(lost, projects, cancellationToken) is { } error)
            {
                remembered.Add(lost);
                foreach (var gap in Closed(lost, error))
                {
                    yield return gap;
                }
            }
        }

        var roleIds = await BarbicanRoles.FindAsync(api, projects, settings.PayloadRoles, cancellationToken);
        foreach (var project in projects)
        {
            await foreach (var seen in ProjectAsync(project, roleIds, cancellationToken))
            {
                yield return seen;
            }
        }

        yield return new Observation.Complete(
            IsFull: true, string.Join(',', projects.Select(p => p.Id).Concat(remembered).Order(StringComparer.Ordinal)));
    }

    private static IEnumerable<Observation> Closed(string projectId, ConnectorError error) =>
        new[] { $"secrets:{projectId}", $"acl:{projectId}:*", $"reads:{projectId}:*" }
            .Select(scope => new Observation.NotCovered(scope, error));

    private async IAsyncEnumerable<Observation> ProjectAsync(
        BarbicanProject project, IReadOnlyDictionary<string, string?> roleIds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var secrets = await api.ListAsync<SecretsAnswer, Secret>(
            project, "secrets", "secrets", BarbicanJson.Default.SecretsAnswer, s => s.SecretRef, cancellationToken);
        if (secrets.Error is { Kind: ConnectorErrorKind.Forbidden } forbidden)
        {
            foreach (var gap in Closed(project.Id, forbidden))
            {
                yield return gap;
            }

            yield break;
        }

        var listed = secrets.OrBreakOff(api.Errors.MalformedCode);
        var containers = (await api.ListAsync<ContainersAnswer, Container>(
            project, "containers", "containers", BarbicanJson.Default.ContainersAnswer, c => c.ContainerRef, cancellationToken))
            .OrBreakOff(api.Errors.MalformedCode);
        var report = new BarbicanSecrets(
            new Facts(systemName), new KeystoneNodes(settings.KeystoneSystem), settings, project, containers, roleIds);
        foreach (var gap in report.MissingRoles())
        {
            yield return gap;
        }

        var details = Batches.AskAsync(
            listed, settings.Concurrency, (secret, cancel) => DetailAsync(project, secret, cancel), cancellationToken);
        await foreach (var (secret, detail) in details)
        {
            api.Remember(secret.Id, project);
            foreach (var seen in detail is null ? [] : report.Observe(secret, detail))
            {
                yield return seen;
            }
        }
    }

    /// <summary>Reads what the listing leaves out; <see langword="null"/> if the secret has gone meanwhile.</summary>
    private async Task<BarbicanDetail?> DetailAsync(BarbicanProject project, Secret secret, CancellationToken cancellationToken)
    {
        var path = $"secrets/{Uri.EscapeDataString(secret.Id)}";
        var acl = await api.GetAsync(project, $"{path}/acl", "read a secret's ACL", BarbicanJson.Default.AclAnswer, cancellationToken);
        var metadata = await api.MetadataAsync(project, secret.Id, cancellationToken);
        var consumers = await api.GetAsync(
            project, $"{path}/consumers", "list a secret's consumers", BarbicanJson.Default.ConsumersAnswer, cancellationToken);
        if (acl.IsAbsent || metadata.IsAbsent)
        {
            return null;
        }

        // A private secret's ACL may be kept from us, and an older Barbican has no consumers of secrets: the rest is worth having.
        return new(
            acl.Error is { Kind: ConnectorErrorKind.Forbidden } ? null : acl.OrBreakOff(api.Errors.MalformedCode).Read ?? new AccessRule(),
            acl.Error,
            metadata.Error is { Kind: ConnectorErrorKind.Forbidden } ? [] : metadata.OrBreakOff(api.Errors.MalformedCode).Metadata,
            consumers.Value?.Consumers ?? []);
    }

    /// <summary>Asks Keystone about a project that we no longer reach; <see langword="null"/> if it is really gone.</summary>
    private async Task<ConnectorError?> StillExistsAsync(
        string projectId, IReadOnlyList<BarbicanProject> reachable, CancellationToken cancellationToken)
    {
        var error = new ConnectorError("LS2302", ConnectorErrorKind.Forbidden, $"our login no longer reaches project `{projectId}`");
        if (reachable is not [var any, ..])
        {
            return error;
        }

        var reply = await api.AskKeystoneAsync(
            any, $"projects/{Uri.EscapeDataString(projectId)}", "read a project", KeystoneJson.Default.ProjectAnswer, cancellationToken);
        return reply.IsAbsent ? null : error;
    }
}

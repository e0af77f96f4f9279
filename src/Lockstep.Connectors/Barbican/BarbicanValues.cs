using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Barbican;

/// <summary>Reads and replaces values. A value crosses here and nowhere else.</summary>
internal sealed class BarbicanValues(BarbicanApi api, BarbicanLineage lineage, BarbicanRotation rotation)
{
    /// <summary>Reads the current value of a secret: of the youngest version that has one.</summary>
    public Task<SecretReading> ReadAsync(NodeId secret, CancellationToken cancellationToken) => GuardAsync<SecretReading>(
        async () =>
        {
            var (project, versions) = await lineage.FindAsync(secret.RawKey, cancellationToken);
            if (project is null || versions.LastOrDefault(v => v.Secret.HasPayload) is not { } current)
            {
                return new SecretReading.Failed(Gone(secret));
            }

            var reply = await PayloadAsync(project, current, cancellationToken);
            return reply.Value is { } value ? new SecretReading.Read(value) : new SecretReading.Failed(reply.Error ?? Gone(secret));
        },
        error => new SecretReading.Failed(error));

    /// <summary>Stores a new value as a new secret, which takes the old one's place in every container.</summary>
    public Task<CutOutcome> StoreAsync(NodeId secret, SecretText value, StepKey key, CancellationToken cancellationToken) =>
        GuardAsync<CutOutcome>(
            async () =>
            {
                var (project, versions) = await lineage.FindAsync(secret.RawKey, cancellationToken);
                if (project is null || versions is not [.., var latest])
                {
                    return new CutOutcome.Failed(Gone(secret));
                }

                var isOurs = latest.Metadata.GetValueOrDefault(BarbicanMarks.Step) == key.ToString();
                if (isOurs && latest.Secret.HasPayload)
                {
                    using var stored = (await PayloadAsync(project, latest, cancellationToken)).OrBreakOff(api.Errors.MalformedCode);

                    // A repeat may bring another value, since nobody kept the first: then what the first stored is replaced in turn.
                    isOurs = value.Reveal(stored.Matches);
                }

                var current = isOurs ? latest : await rotation.MakeAsync(project, versions[0], latest, key, cancellationToken);
                if (!current.Secret.HasPayload)
                {
                    await rotation.FillAsync(project, current, value, cancellationToken);
                }

                var old = versions.Select(v => v.Secret.Id).Where(id => id != current.Secret.Id).ToHashSet(StringComparer.Ordinal);
                var places = await rotation.SwapAsync(project, old, current, cancellationToken);
                return new CutOutcome.Acknowledged(
                    $"the new value is secret {current.Secret.Id}, which replaced {latest.Secret.Id} in {places} places of containers");
            },
            error => new CutOutcome.Failed(error));

    /// <summary>Deletes the versions before the current one.</summary>
    public Task<CutOutcome> RetireAsync(NodeId secret, CancellationToken cancellationToken) => GuardAsync<CutOutcome>(
        async () =>
        {
            var (project, versions) = await lineage.FindAsync(secret.RawKey, cancellationToken);
            if (project is null || versions.LastOrDefault(v => v.Secret.HasPayload) is not { } current)
            {
                return new CutOutcome.Failed(Gone(secret));
            }

            var old = versions.TakeWhile(v => v.Secret.Id != current.Secret.Id).Select(v => v.Secret.Id).ToList();
            if (await rotation.FindContainerOfAnyAsync(project, old, cancellationToken) is { } container)
            {
                return new CutOutcome.Failed(new(
                    "LS2311",
                    ConnectorErrorKind.Unsupported,
                    $"container `{container}` still hands out an old version: store the new one first"));
            }

            foreach (var id in old)
            {
                (await DeleteAsync(project, id, cancellationToken)).ThrowIfFailed();
            }

            return new CutOutcome.Acknowledged(old.Count == 0
                ? "there is no old version"
                : $"DELETE /v1/secrets of {old.Count} old versions: {string.Join(", ", old)}");
        },
        error => new CutOutcome.Failed(error));

    /// <summary>Deletes a secret; a 404 means that it is gone.</summary>
    public Task<Reply<bool>> DeleteAsync(BarbicanProject project, string secretId, CancellationToken cancellationToken) => api.SendAsync(
        project, () => OpenStackCall.Delete($"v1/secrets/{Uri.EscapeDataString(secretId)}", "delete a secret"), cancellationToken);

    /// <summary>Reads a version's value; the caller disposes of it.</summary>
    public Task<Reply<SecretText>> PayloadAsync(BarbicanProject project, BarbicanVersion version, CancellationToken cancellationToken) =>
        api.SendAsync(
            project,
            () => OpenStackCall.Get($"v1/secrets/{Uri.EscapeDataString(version.Secret.Id)}/payload", "read a secret's value") with
            {
                Accept = version.Secret.ContentTypes?.Default ?? "text/plain",
            },
            async (response, cancel) => SecretText.TakeFrom(await response.Content.ReadAsByteArrayAsync(cancel)),
            cancellationToken);

    private static async Task<T> GuardAsync<T>(Func<Task<T>> work, Func<ConnectorError, T> failed)
    {
        try
        {
            return await work();
        }
        catch (IncompleteObservationException broken)
        {
            return failed(broken.Error);
        }
    }

    private static ConnectorError Gone(NodeId secret) =>
        new("LS2310", ConnectorErrorKind.Unsupported, $"secret `{secret.RawKey}` has no value, or is gone without a successor");
}

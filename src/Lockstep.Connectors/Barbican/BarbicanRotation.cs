using System.Text.Json;
using Lockstep.Connectors.OpenStack;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Barbican;

/// <summary>
/// The steps of a rotation, in an order that can stop anywhere: an empty secret, marks on both, ACL, value, containers. A repeat finds the
/// marks and goes on. Only a crash between the first two leaves something: an empty secret that nothing points to.
/// </summary>
internal sealed class BarbicanRotation(BarbicanApi api, BarbicanLineage lineage, TimeProvider time)
{
    /// <summary>Makes the next version, without a value: same name, type, metadata and ACL.</summary>
    public async Task<BarbicanVersion> MakeAsync(
        BarbicanProject project, BarbicanVersion first, BarbicanVersion old, StepKey key, CancellationToken cancellationToken)
    {
        var made = await api.SendAsync(
            project,
            () => new OpenStackCall(HttpMethod.Post, "v1/secrets", "add a secret").With(json => Describe(json, old.Secret)),
            OpenStackHttp.Json(BarbicanJson.Default.MadeAnswer),
            cancellationToken);
        var id = new SecretReference(made.OrBreakOff(api.Errors.MalformedCode).SecretRef).Id;

        var marked = old.Metadata.Where(m => !BarbicanMarks.IsOurs(m.Key)).ToDictionary();
        marked[BarbicanMarks.Replaces] = old.Secret.Id;
        marked[BarbicanMarks.Origin] = first.Metadata.GetValueOrDefault(BarbicanMarks.Origin, first.Secret.Id);
        marked[BarbicanMarks.Step] = key.ToString();
        await MarkAsync(project, id, marked, cancellationToken);
        await CopyAclAsync(project, old.Secret.Id, id, cancellationToken);
        await MarkAsync(project, old.Secret.Id, new(old.Metadata) { [BarbicanMarks.ReplacedBy] = id }, cancellationToken);
        return await lineage.ReadAsync(project, id, cancellationToken)
            ?? throw new IncompleteObservationException(api.Errors.Malformed("read the secret just made"));
    }

    /// <summary>Gives the new version its value.</summary>
    public async Task FillAsync(BarbicanProject project, BarbicanVersion version, SecretText value, CancellationToken cancellationToken)
    {
        var reply = await api.SendAsync(
            project,
            () => new OpenStackCall(HttpMethod.Put, Path(version.Secret.Id), "set a secret's value")
            {
                Body = value.Reveal(bytes => bytes.ToArray()),
                ContentType = "text/plain",
            },
            cancellationToken);
        reply.ThrowIfFailed();
    }

    /// <summary>Puts the new version into each container where an old one is, under the same name, then takes the old one out.</summary>
    /// <returns>How many places there were.</returns>
    /// <remarks>Two references under one name are accepted, so that there is no moment without one.</remarks>
    public async Task<int> SwapAsync(
        BarbicanProject project, HashSet<string> old, BarbicanVersion current, CancellationToken cancellationToken)
    {
        var places =
            from container in await ContainersAsync(project, cancellationToken)
            from reference in container.SecretRefs
            where old.Contains(reference.Id)
            select (Container: container.Id, Old: reference);
        var count = 0;
        foreach (var place in places.ToList())
        {
            var prefix = place.Old.SecretRef[..^place.Old.Id.Length];
            var next = place.Old with { SecretRef = prefix + current.Secret.Id };
            (await ReferAsync(HttpMethod.Post, project, place.Container, next, cancellationToken)).ThrowIfFailed();
            (await ReferAsync(HttpMethod.Delete, project, place.Container, place.Old, cancellationToken)).ThrowIfFailed();
            count++;
        }

        return count;
    }

    /// <summary>Finds a container that hands out one of the secrets.</summary>
    public async Task<string?> FindContainerOfAnyAsync(
        BarbicanProject project, List<string> secretIds, CancellationToken cancellationToken) =>
        (await ContainersAsync(project, cancellationToken)).FirstOrDefault(c => c.SecretRefs.Any(r => secretIds.Contains(r.Id)))?.Id;

    private static string Path(string secretId) => $"v1/secrets/{Uri.EscapeDataString(secretId)}";

    private async Task<IReadOnlyList<Container>> ContainersAsync(BarbicanProject project, CancellationToken cancellationToken) =>
        (await api.ListAsync<ContainersAnswer, Container>(
            project, "containers", "containers", BarbicanJson.Default.ContainersAnswer, c => c.ContainerRef, cancellationToken))
        .OrBreakOff(api.Errors.MalformedCode);

    private Task<Reply<bool>> ReferAsync(
        HttpMethod method, BarbicanProject project, string containerId, SecretReference reference, CancellationToken cancellationToken) =>
        api.SendAsync(
            project,
            () => (new OpenStackCall(method, $"v1/containers/{Uri.EscapeDataString(containerId)}/secrets", "change a container") with
            {
                ConflictIsFine = method == HttpMethod.Post,
            }).With(json =>
            {
                if (reference.Name is { } name)
                {
                    json.WriteString("name", name);
                }

                json.WriteString("secret_ref", reference.SecretRef);
            }),
            cancellationToken);

    private async Task MarkAsync(
        BarbicanProject project, string secretId, Dictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        var reply = await api.SendAsync(
            project,
            () => new OpenStackCall(HttpMethod.Put, $"{Path(secretId)}/metadata", "mark a secret")
                .With(json => json.WriteObject("metadata", inside =>
                {
                    foreach (var (key, value) in metadata)
                    {
                        inside.WriteString(key, value);
                    }
                })),
            cancellationToken);
        reply.ThrowIfFailed();
    }

    private async Task CopyAclAsync(BarbicanProject project, string from, string to, CancellationToken cancellationToken)
    {
        var acl = await api.GetAsync(
            project, $"secrets/{Uri.EscapeDataString(from)}/acl", "read a secret's ACL", BarbicanJson.Default.AclAnswer, cancellationToken);
        var rule = acl.OrBreakOff(api.Errors.MalformedCode).Read ?? new AccessRule();
        if (rule is { ProjectAccess: true, Users: null or [] })
        {
            return;
        }

        (await BarbicanAcl.PutAsync(api, project, to, rule, cancellationToken)).ThrowIfFailed();
    }

    private void Describe(Utf8JsonWriter json, Secret old)
    {
        WriteIfAny(json, "name", old.Name);
        WriteIfAny(json, "secret_type", old.SecretType);
        WriteIfAny(json, "algorithm", old.Algorithm);
        WriteIfAny(json, "mode", old.Mode);
        if (old.BitLength is { } bits)
        {
            json.WriteNumber("bit_length", bits);
        }

        if (OpenStackTime.Find(old.Expiration) > time.GetUtcNow())
        {
            json.WriteString("expiration", old.Expiration);
        }
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is { Length: > 0 })
        {
            json.WriteString(name, value);
        }
    }
}

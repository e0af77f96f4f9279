using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.OpenStack;

namespace Lockstep.Connectors.Barbican;

/// <summary>A project that we can log in to.</summary>
/// <param name="Scope">What to ask a token for: the id, or <see langword="null"/> for the login's own scope.</param>
internal sealed record BarbicanProject(string Id, string Name, string? Scope);

/// <summary>The calls that the connector makes: each in one project, since Barbican knows no other scope.</summary>
internal sealed class BarbicanApi(OpenStackHttp barbican, OpenStackHttp keystone, KeystoneTokens tokens, BarbicanSettings settings)
{
    private readonly ConcurrentDictionary<string, BarbicanProject> _projectOf = new(StringComparer.Ordinal);

    /// <summary>Gets the mapping of failures.</summary>
    public OpenStackErrors Errors => barbican.Errors;

    /// <summary>Remembers in which project a secret is.</summary>
    public void Remember(string secretId, BarbicanProject project) => _projectOf[secretId] = project;

    /// <summary>Lists the projects that our login reaches.</summary>
    public async Task<Reply<IReadOnlyList<BarbicanProject>>> ProjectsAsync(CancellationToken cancellationToken)
    {
        if (settings.Login is KeystoneLogin.Password { ProjectName: null })
        {
            var call = () => OpenStackCall.Get("auth/projects", "list our own projects");
            var all = await tokens.SendAsync(
                keystone, KeystoneTokens.Unscoped, call, OpenStackHttp.Json(BarbicanJson.Default.OwnProjectsAnswer), cancellationToken);
            return new(all.Status, all.Value?.Projects.Select(p => new BarbicanProject(p.Id, p.Name ?? p.Id, p.Id)).ToList(), all.Error);
        }

        var own = await tokens.GetAsync(scope: null, cancellationToken);
        return new(
            own.Status,
            own.Value is { ProjectId: { } id } ? [new(id, own.Value.ProjectName ?? id, Scope: null)] : own.Value is null ? null : [],
            own.Error);
    }

    /// <summary>Asks Keystone something with our token of a project.</summary>
    public Task<Reply<T>> AskKeystoneAsync<T>(
        BarbicanProject project, string path, string what, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        tokens.SendAsync(keystone, project.Scope, () => OpenStackCall.Get(path, what), OpenStackHttp.Json(shape), cancellationToken);

    /// <summary>Gets our token of a project.</summary>
    public Task<Reply<KeystoneToken>> TokenAsync(BarbicanProject project, CancellationToken cancellationToken) =>
        tokens.GetAsync(project.Scope, cancellationToken);

    /// <summary>Reads one thing.</summary>
    public Task<Reply<T>> GetAsync<T>(
        BarbicanProject project, string path, string what, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        SendAsync(project, () => OpenStackCall.Get($"v1/{path}", what), OpenStackHttp.Json(shape), cancellationToken);

    /// <summary>Changes something; the answer is only looked at for success. A 404 is an absence.</summary>
    public Task<Reply<bool>> SendAsync(BarbicanProject project, Func<OpenStackCall> call, CancellationToken cancellationToken) =>
        SendAsync(project, call, OpenStackHttp.Nothing, cancellationToken);

    /// <summary>Sends a call.</summary>
    public Task<Reply<T>> SendAsync<T>(
        BarbicanProject project,
        Func<OpenStackCall> call,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken) =>
        tokens.SendAsync(barbican, project.Scope, call, read, cancellationToken);

    /// <summary>Reads a secret's description.</summary>
    public Task<Reply<Secret>> SecretAsync(BarbicanProject project, string secretId, CancellationToken cancellationToken) =>
        GetAsync(
            project, $"secrets/{Uri.EscapeDataString(secretId)}", "read a description", BarbicanJson.Default.Secret, cancellationToken);

    /// <summary>Reads a secret's user metadata; empty if the secret is gone.</summary>
    public Task<Reply<MetadataAnswer>> MetadataAsync(BarbicanProject project, string secretId, CancellationToken cancellationToken) =>
        GetAsync(
            project, $"secrets/{Uri.EscapeDataString(secretId)}/metadata", "read a secret's metadata",
            BarbicanJson.Default.MetadataAnswer, cancellationToken);

    /// <summary>Lists everything of a kind in a project: page by page, again if it changed meanwhile.</summary>
    /// <remarks>Pages are counted from the start, so that a deletion between two of them would hide an element.</remarks>
    public async Task<Reply<IReadOnlyList<T>>> ListAsync<TAnswer, T>(
        BarbicanProject project,
        string path,
        string what,
        JsonTypeInfo<TAnswer> shape,
        Func<T, string> idOf,
        CancellationToken cancellationToken)
        where TAnswer : class, IPage<T>
    {
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var found = new Dictionary<string, T>(StringComparer.Ordinal);
            Reply<TAnswer> page;
            int? total = null;
            do
            {
                var query = $"{path}?limit={settings.PageSize}&offset={found.Count}";
                page = await GetAsync(project, query, $"list {what}", shape, cancellationToken);
                if (page.Value is not { } answer)
                {
                    return new(page.Status, null, page.Error ?? Errors.Malformed($"list {what}"));
                }

                total ??= answer.Total;
                foreach (var element in answer.Elements)
                {
                    found[idOf(element)] = element;
                }
            }
            while (page.Value.Elements.Count > 0 && found.Count < page.Value.Total && page.Value.Total == total);

            if (found.Count == page.Value.Total && page.Value.Total == total)
            {
                return new(page.Status, [.. found.Values], null);
            }
        }

        return new(0, null, Errors.Unsteady(what));
    }

    /// <summary>Finds the project in which a secret is. Absent if there is no such secret.</summary>
    public async Task<Reply<BarbicanProject>> ProjectOfAsync(string secretId, CancellationToken cancellationToken)
    {
        if (_projectOf.TryGetValue(secretId, out var known))
        {
            return new(System.Net.HttpStatusCode.OK, known, null);
        }

        var projects = await ProjectsAsync(cancellationToken);
        if (projects.Value is null)
        {
            return new(projects.Status, null, projects.Error);
        }

        Reply<Secret>? last = null;
        foreach (var project in projects.Value)
        {
            last = await SecretAsync(project, secretId, cancellationToken);
            if (last.Value is not null)
            {
                Remember(secretId, project);
                return new(last.Status, project, null);
            }

            if (last.Error is not { Kind: ConnectorErrorKind.Forbidden })
            {
                return new(last.Status, null, last.Error);
            }
        }

        return new(0, null, last?.Error ?? Errors.Unsupported("our login reaches no project"));
    }
}

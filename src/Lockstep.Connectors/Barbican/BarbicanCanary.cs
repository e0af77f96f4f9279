using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Barbican;

/// <summary>Uses Keystone's canary at Barbican, with a token that Barbican has seen before: it is served from the cache.</summary>
internal sealed class BarbicanCanary(OpenStackHttp barbican, OpenStackHttp keystone)
{
    public async Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        var unscoped = await LogInAsync(account, value, projectId: null, cancellationToken);
        if (unscoped.Value is not { Length: > 0 } first)
        {
            return Failed(unscoped.Error, "log in as the canary");
        }

        var call = OpenStackCall.Get("auth/projects", "list the canary's projects");
        var projects = await keystone.SendAsync(call, first, OpenStackHttp.Json(BarbicanJson.Default.OwnProjectsAnswer), cancellationToken);
        if (projects.Value?.Projects is not [var project, ..])
        {
            return Failed(projects.Error, "find a project of the canary: give it a role on one");
        }

        var scoped = await LogInAsync(account, value, project.Id, cancellationToken);
        return scoped.Value is { Length: > 0 } token
            ? new CanaryOpening.Open([new CanaryDoor("barbican/token-cached", SurvivalEnd.Cache, stop => UseAsync(token, stop))])
            : Failed(scoped.Error, "log in as the canary");
    }

    private CanaryOpening.Failed Failed(ConnectorError? error, string what) => new(error ?? barbican.Errors.Malformed(what));

    private Task<Reply<string>> LogInAsync(NodeId account, SecretText value, string? projectId, CancellationToken cancellationToken)
    {
        var call = new OpenStackCall(HttpMethod.Post, "auth/tokens", "log in as the canary")
            .With(json => json.WriteObject("auth", auth => KeystoneAuth.WriteTry(auth, account.RawKey, value, projectId)));
        return keystone.SendAsync(call, token: null, (response, _) => Task.FromResult(KeystoneApi.Subject(response)), cancellationToken);
    }

    private async Task<ProbeOutcome> UseAsync(string token, CancellationToken cancellationToken)
    {
        var call = OpenStackCall.Get("v1/secrets?limit=1", "list as the canary");
        var answer = await barbican.SendAsync(call, token, OpenStackHttp.Nothing, cancellationToken);
        return answer.Error switch
        {
            null => new ProbeOutcome.Works("GET /v1/secrets with the token: 200", Until: null),
            { Kind: ConnectorErrorKind.Unauthenticated } => new ProbeOutcome.Refused("GET /v1/secrets with the token: 401"),
            { } error => new ProbeOutcome.Unknown(error),
        };
    }
}

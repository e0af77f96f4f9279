using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenBao.Acl;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Observes everything, part by part; a part that our rights hide is not covered. There is no feed of changes.</summary>
internal sealed class BaoObserver(string systemName, BaoApi api, OpenBaoSettings settings, BaoAuditLog log, TimeProvider time)
{
    private static readonly string[] Own = ["identity/", "sys/", "auth/", "cubbyhole/"];

    /// <summary>Streams everything.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (await api.SelfAsync(cancellationToken)).OrBreakOff(api.Errors.MalformedCode);
        var picture = new BaoPicture(new Facts(systemName), new BaoIds(systemName), time.GetUtcNow())
        {
            Databases = [.. settings.Databases.Values],
        };
        (picture.History, var unread) = await log.ReadAsync(cancellationToken);
        if (unread is not null)
        {
            yield return new Observation.NotCovered(BaoPast.Scope, unread);
        }

        var identities = new BaoIdentities(api, settings, picture);
        var logins = new BaoLogins(api, settings, picture);
        var engines = new BaoEngines(api, settings, picture);
        foreach (var part in new[]
        {
            PoliciesAsync(picture, cancellationToken), identities.EntitiesAsync(cancellationToken),
                identities.GroupsAsync(cancellationToken),
            logins.ObserveAsync(cancellationToken), logins.TokensAsync(cancellationToken), engines.ObserveAsync(cancellationToken),
        })
        {
            await foreach (var seen in part)
            {
                yield return seen;
            }
        }

        foreach (var seen in new BaoPast(picture).Observe())
        {
            yield return seen;
        }

        foreach (var name in picture.Mentioned.Where(p => !picture.Rules.ContainsKey(p)))
        {
            yield return picture.Facts.Node("policies", picture.Ids.Policy(name), name, NodeState.Active, (NodeAttributes.Latent, "true"));
        }

        yield return new Observation.Complete(IsFull: true, Cursor: null);
    }

    private async IAsyncEnumerable<Observation> PoliciesAsync(
        BaoPicture picture, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = await api.ListAsync("sys/policies/acl", "list policies", cancellationToken);
        if (BaoGaps.Of(names.Error, "policies", "reads:*", "engines:*") is { Count: > 0 } gaps)
        {
            foreach (var gap in gaps)
            {
                yield return gap;
            }

            yield break;
        }

        var listed = names.OrBreakOff(api.Errors.MalformedCode);
        var texts = Batches.AskAsync(
            listed,
            settings.Concurrency,
            (name, cancel) => api.GetAsync($"sys/policies/acl/{BaoApi.Escape(name)}", "read a policy", cancel),
            cancellationToken);
        await foreach (var (name, reply) in texts)
        {
            if (reply.IsAbsent)
            {
                continue;
            }

            if (reply.Error is { Kind: ConnectorErrorKind.Forbidden } hidden)
            {
                yield return new Observation.NotCovered("reads:*", hidden);
                yield return new Observation.NotCovered("engines:*", hidden);
            }

            var text = reply.Error is { Kind: ConnectorErrorKind.Forbidden } ? new JsonObject()
                : reply.OrBreakOff(api.Errors.MalformedCode);
            if (Read(picture, name, text.Text("policy") ?? "") is { } unread)
            {
                yield return new Observation.NotCovered("reads:*", unread);
                yield return new Observation.NotCovered("engines:*", unread);
            }

            yield return picture.Facts.Node("policies", picture.Ids.Policy(name), name, NodeState.Active);
        }
    }

    /// <summary>Says whether a path depends on who asks, and may lead to a secret: our engines are not mounted below these.</summary>
    private static bool IsOpenTemplate(string path) =>
        path.Contains("{{", StringComparison.Ordinal)
        && !Own.Any(own => path.StartsWith(own, StringComparison.Ordinal));

    private static ConnectorError? Read(BaoPicture picture, string name, string text)
    {
        picture.Rules[name] = [];
        try
        {
            picture.Rules[name] = PolicyText.Read(name, text);
            return picture.Rules[name].Any(r => IsOpenTemplate(r.Path))
                ? new("LS2510", ConnectorErrorKind.Unsupported, $"policy `{name}` has a templated path, which is not followed")
                : null;
        }
        catch (Exception broken) when (broken is FormatException or System.Text.Json.JsonException)
        {
            return new("LS2510", ConnectorErrorKind.Unsupported, $"policy `{name}` cannot be read: {broken.Message}");
        }
        finally
        {
            picture.Policies[name] = new PolicySet(picture.Rules[name], isRoot: name == "root", picture.Now);
        }
    }
}

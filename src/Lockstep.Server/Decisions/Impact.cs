using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;
using Lockstep.Client;
using Lockstep.Graph;
using Lockstep.Server.Api;

namespace Lockstep.Server.Decisions;

/// <summary>
/// Says which decisions other policies would change, by deciding with both: every identity of the estate, for everything that the graph
/// protects and every action and resource that a changed policy names. What a limit leaves out is told.
/// </summary>
internal sealed class Impact
{
    private const long QuestionsMax = 2_000_000;
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(20);
    private readonly DecisionRound _now;
    private readonly DecisionRound _then;
    private readonly PolicyChange _change;
    private readonly Authorizer _touched;
    private readonly TimeProvider _time;
    private readonly List<DecisionFlip> _flips = [];
    private int _count;
    private long _asked;

    public Impact(DecisionRound now, DecisionRound then, TimeProvider time)
    {
        (_now, _then, _time) = (now, then, time);
        _change = PolicyChange.Between(now.Policies.Policies, then.Policies.Policies);
        var before = _change.Changed.Select(p => now.Policies.Policies.Find(p.Id)!).Concat(_change.Removed);
        _touched = new(PolicySet.Of(before.Concat(_change.Added).Concat(_change.Changed).Select((p, i) => p with { Id = $"{i}" })));
    }

    /// <summary>Decides, and gives the answer.</summary>
    /// <param name="subjects">Who is asked about.</param>
    /// <param name="action">Only this action, or <see langword="null"/>.</param>
    /// <param name="resource">Only this resource, or <see langword="null"/>.</param>
    /// <param name="max">How many flips to name.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    public ImpactAnswer Find(
        IReadOnlyList<EntityUid> subjects, string? action, NodeId? resource, int max, CancellationToken cancellationToken)
    {
        var targets = TargetsOf(action, resource);
        var (begin, limit) = (_time.GetTimestamp(), (string?)null);
        foreach (var subject in _touched.Policies.Policies.IsEmpty ? [] : subjects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            limit = _asked >= QuestionsMax ? $"{QuestionsMax} questions"
                : _time.GetElapsedTime(begin) > TimeMax ? $"{TimeMax.TotalSeconds} s" : null;
            if (limit is not null)
            {
                break;
            }

            AskAbout(subject, targets, max, cancellationToken);
        }

        var estate = _now.Picture.Estate;
        return new(
            [], Ids(_change.Added), Ids(_change.Removed), Ids(_change.Changed), _flips, _count, _asked,
            limit is null ? null : $"{limit} of {(long)subjects.Count * targets.Count} questions; name --subject, --action or --resource",
            Wire.NotSeen(estate));
    }

    private static List<string> Ids(IEnumerable<Policy> policies) => [.. policies.Select(p => p.Id)];

    private void AskAbout(EntityUid subject, List<(EntityUid Action, EntityUid Resource)> targets, int max, CancellationToken cancellationToken)
    {
        var reach = new Reach.Late(new(() => ReachFrom(subject, cancellationToken)));
        foreach (var (action, resource) in targets)
        {
            _asked++;
            var question = new Question(new(subject, action, resource, CedarRecord.Empty), CedarRecord.Empty, CedarRecord.Empty, []);
            var buffer = DecisionPoint.Buffer;
            _touched.Decide(question.Request, _now.EntitiesOf(question, reach), buffer);
            if (buffer.Determining.Length == 0 && buffer.Faults.Length == 0)
            {
                // No policy that differs has a say here, in its old words or its new ones.
                continue;
            }

            var (now, then) = (_now.Decide(question, reach), _then.Decide(question, reach));
            if (now.IsAllowed != then.IsAllowed && ++_count <= max)
            {
                _flips.Add(Flip(now, then));
            }
        }
    }

    private DecisionFlip Flip(Verdict now, Verdict then)
    {
        var (request, estate) = (then.Question.Request, _now.Picture.Estate);
        string NameOf(EntityUid entity) => EntityNames.TryParse(entity, out var id) ? estate.Find(id)?.Name ?? id.RawKey : entity.Id;
        return new(
            request.Principal.Id, NameOf(request.Principal), request.Action.Id, request.Resource.Id, NameOf(request.Resource),
            then.IsAllowed, VerdictWire.WordOf(then.Reason), Ids(then.Policies.Count > 0 ? then.Policies : now.Policies));
    }

    private Reach ReachFrom(EntityUid subject, CancellationToken cancellationToken)
    {
        var graph = _now.Picture.Estate.Graph;
        return EntityNames.TryParse(subject, out var id)
            && graph.AccessOf(id, _now.At, QueryLimits.Default, cancellationToken) is Answer<IReadOnlyList<Chain>>.Complete complete
            ? new Reach.FromSubject(complete.Value.ToDictionary(c => c.Target))
            : new Reach.Asked(graph, _now.At, cancellationToken);
    }

    private List<(EntityUid Action, EntityUid Resource)> TargetsOf(string? action, NodeId? resource)
    {
        var estate = _now.Picture.Estate;
        var found = estate.Links.Select(AccessTarget.Of).OfType<AccessTarget>().Distinct()
            .Select(t => (Action: new EntityUid(EntityNames.ActionType, t.Action), Resource: EntityNames.Of(t.Resource))).ToHashSet();
        var things = estate.NodesOf(NodeKinds.Resource).Concat(estate.NodesOf(NodeKinds.Secret)).Select(n => EntityNames.Of(n.Id)).ToList();
        foreach (var policy in _touched.Policies.Policies.Where(p => p.Action.Actions.Length > 0))
        {
            var named = policy.Resource is { Kind: ScopeKind.Equal, Entity: { } entity } ? [entity] : things;
            found.UnionWith(policy.Action.Actions.SelectMany(a => named, (a, r) => (a, r)));
        }

        return [.. found.Where(t => (action is null || t.Action.Id == action) && (resource is null || t.Resource.Id == resource.ToString()))
            .OrderBy(t => t.Resource.Id, StringComparer.Ordinal).ThenBy(t => t.Action.Id, StringComparer.Ordinal)];
    }
}

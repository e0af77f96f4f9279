using System.Text.Json;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;
using Lockstep.Client;
using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>
/// AuthZEN's searches: every candidate is decided as the evaluation would, so the two cannot differ. What the graph can answer for all
/// candidates at once (who reaches this, what does this reach) is asked once.
/// </summary>
internal sealed class Searches(DecisionRound round, CancellationToken cancellationToken)
{
    private readonly QuestionReader _reader = new(round);

    /// <summary>Finds the subjects of a type that may do an action on a resource.</summary>
    /// <exception cref="QuestionException">It cannot be read.</exception>
    public SearchAnswer<EvaluationParty> Subjects(JsonElement body)
    {
        var page = PageToken.Read("subject", body);
        var (type, word) = ReadSearched(body, "subject");
        var action = QuestionReader.Required(body, "action");
        var resourceJson = QuestionReader.Required(body, "resource");
        var (name, context) = (QuestionReader.ReadName(action), QuestionReader.Optional(body, "context"));
        var ambiguous = new List<string>();
        var resource = _reader.Resolve(QuestionReader.ReadEntity(resourceJson, "resource"), name, "resource", ambiguous);
        var reach = ReachTo(type, resource, name);
        return Answer(
            page, CandidatesOf(type), ambiguous,
            subject => IsAllowed(_reader.Try(subject, null, name, action, resource, resourceJson, context), reach),
            subject => new EvaluationParty(word, subject.Id));
    }

    /// <summary>Finds the resources of a type on which a subject may do an action.</summary>
    /// <exception cref="QuestionException">It cannot be read.</exception>
    public SearchAnswer<EvaluationParty> Resources(JsonElement body)
    {
        var page = PageToken.Read("resource", body);
        var (type, word) = ReadSearched(body, "resource");
        var subjectJson = QuestionReader.Required(body, "subject");
        var action = QuestionReader.Required(body, "action");
        var (name, context) = (QuestionReader.ReadName(action), QuestionReader.Optional(body, "context"));
        var ambiguous = new List<string>();
        var subject = _reader.Resolve(QuestionReader.ReadEntity(subjectJson, "subject"), null, "subject", ambiguous);
        var reach = ReachFrom(subject, type);
        return Answer(
            page, CandidatesOf(type), ambiguous,
            resource => IsAllowed(_reader.Try(subject, subjectJson, name, action, resource, null, context), reach),
            resource => new EvaluationParty(word, resource.Id));
    }

    /// <summary>Finds the actions that a subject may do on a resource.</summary>
    /// <exception cref="QuestionException">It cannot be read.</exception>
    public SearchAnswer<EvaluationAction> Actions(JsonElement body)
    {
        var page = PageToken.Read("action", body);
        var subjectJson = QuestionReader.Required(body, "subject");
        var resourceJson = QuestionReader.Required(body, "resource");
        var context = QuestionReader.Optional(body, "context");
        var ambiguous = new List<string>();
        var subject = _reader.Resolve(QuestionReader.ReadEntity(subjectJson, "subject"), null, "subject", ambiguous);
        var resource = _reader.Resolve(QuestionReader.ReadEntity(resourceJson, "resource"), null, "resource", ambiguous);
        var reach = ReachFrom(subject, resource.Type);
        return Answer(
            page, ActionsOn(resource), ambiguous,
            action => IsAllowed(_reader.Try(subject, subjectJson, action.Id, null, resource, resourceJson, context), reach),
            action => new EvaluationAction(action.Id));
    }

    private static (string Type, string Word) ReadSearched(JsonElement body, string name)
    {
        var json = QuestionReader.Required(body, name);
        return (QuestionReader.ReadType(json, name), json.GetProperty("type").GetString()!);
    }

    private bool IsAllowed(Question? question, Reach reach)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return question is not null && round.IsAllowed(question, reach);
    }

    private SearchAnswer<T> Answer<T>(
        PageToken page, IEnumerable<EntityUid> candidates, List<string> ambiguous, Func<EntityUid, bool> isAllowed,
        Func<EntityUid, T> write)
    {
        var found = ambiguous.Count > 0 ? [] : candidates
            .Where(c => page.After.Length == 0 || string.CompareOrdinal(c.Id, page.After) > 0)
            .Where(isAllowed).Take(page.Limit + 1).ToList();
        var results = found.Take(page.Limit).ToList();
        var context = new DecisionContext
        {
            AsOf = round.At,
            LedgerSize = round.Picture.Estate.LedgerSize,
            PolicyDigest = round.Policies.Digest,
            Unknown = ambiguous.Concat(Api.Wire.NotSeen(round.Picture.Estate)).ToList() is { Count: > 0 } unknown ? unknown : null,
        };
        return new(
            new(found.Count > page.Limit ? page.Next(results[^1].Id) : string.Empty, results.Count), context, [.. results.Select(write)]);
    }

    private IEnumerable<EntityUid> CandidatesOf(string type)
    {
        if (EntityNames.KindOf(type) is { } kind)
        {
            return round.Picture.EntitiesOf(kind);
        }

        var ids = round.Policies.Schema?.EntityTypes.GetValueOrDefault(type)?.Ids ?? [];
        return round.Policies.Entities.Entities.Where(e => e.Uid.Type == type).Select(e => e.Uid)
            .Concat(ids.Select(id => new EntityUid(type, id))).Distinct().OrderBy(e => e.Id, StringComparer.Ordinal);
    }

    private IEnumerable<EntityUid> ActionsOn(EntityUid resource)
    {
        var inGraph = EntityNames.TryParse(resource, out var id)
            ? round.Picture.Estate.Graph.LinksTo(id).Select(l => AccessTarget.Of(l)?.Action).OfType<string>()
            : [];
        var named = round.Policies.Policies.Policies.Where(p => p.Action.Kind != ScopeKind.Any).SelectMany(p => p.Action.Actions);
        var declared = round.Policies.Schema?.Actions.Keys.Where(a => a.Type == EntityNames.ActionType) ?? [];
        return inGraph.Concat(named.Concat(declared).Concat(ActionsBelow()).Where(a => a.Type == EntityNames.ActionType).Select(a => a.Id))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(a => new EntityUid(EntityNames.ActionType, a));
    }

    private IEnumerable<EntityUid> ActionsBelow() =>
        round.Policies.Entities.Entities.Select(e => e.Uid).Where(u => u.Type == EntityNames.ActionType);

    private Reach ReachTo(string subjectType, EntityUid resource, string action)
    {
        var asked = new Reach.Asked(round.Picture.Estate.Graph, round.At, cancellationToken);
        return EntityNames.KindOf(subjectType) == NodeKinds.Identity && EntityNames.TryParse(resource, out var id)
            && round.Picture.Estate.Graph.WhoCan(new(id, action), round.At, QueryLimits.Default, cancellationToken)
                is Answer<IReadOnlyList<Chain>>.Complete complete
            ? new Reach.ToTarget(complete.Value.ToDictionary(c => c.Start), asked)
            : asked;
    }

    private Reach ReachFrom(EntityUid subject, string resourceType) =>
        EntityNames.KindOf(resourceType) is not null && EntityNames.TryParse(subject, out var id)
        && round.Picture.Estate.Graph.AccessOf(id, round.At, QueryLimits.Default, cancellationToken)
            is Answer<IReadOnlyList<Chain>>.Complete complete
        ? new Reach.FromSubject(complete.Value.ToDictionary(c => c.Target))
        : new Reach.Asked(round.Picture.Estate.Graph, round.At, cancellationToken);
}

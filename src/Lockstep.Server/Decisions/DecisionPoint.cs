using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Graph;
using Lockstep.Server.Config;

namespace Lockstep.Server.Decisions;

/// <summary>Decides: Cedar over the live graph, and says what the decision rests on.</summary>
/// <threadsafety>Any number of threads.</threadsafety>
internal sealed class DecisionPoint(Pictures pictures, PolicyHolder policies, LockstepConfig config, TimeProvider time)
{
    [ThreadStatic]
    private static DecisionBuffer? _buffer;

    /// <summary>Begins a round of questions that are all answered from the same picture, policies and instant.</summary>
    public DecisionRound Begin() => new(pictures.Current, policies.Current, time.GetUtcNow(), config.Policy.AgeMax);

    /// <summary>Begins a round of the same picture and instant by other policies, to compare.</summary>
    public DecisionRound With(RunningPolicies other, DecisionRound round) => new(round.Picture, other, round.At, config.Policy.AgeMax);

    internal static DecisionBuffer Buffer => _buffer ??= new();
}

/// <summary>Questions that are all answered from the same picture, policies and instant.</summary>
internal sealed class DecisionRound(Picture picture, RunningPolicies policies, DateTimeOffset at, TimeSpan ageMax)
{
    private readonly GraphMoment _graph = picture.Entities.At(at);

    public Picture Picture => picture;

    public RunningPolicies Policies => policies;

    public DateTimeOffset At => at;

    /// <summary>Decides one question.</summary>
    public Verdict Decide(Question question, Reach reach)
    {
        var entities = EntitiesOf(question, reach);
        var buffer = DecisionPoint.Buffer;
        policies.Authorizer.Decide(question.Request, entities, buffer);
        Policy[] determining = [.. buffer.Determining];
        var chain = ChainOf(question, buffer.IsAllowed, determining, entities);
        var systems = SystemsOf(question, determining, chain);
        List<string> unknown =
        [
            .. question.Ambiguous,
            .. entities is { Chain: null, Limit: { } limit } ? [$"the search for a chain was cut short: {limit}"] : Array.Empty<string>(),
            .. systems.Select(s => picture.UnknownOf(s, at, ageMax)).OfType<string>(),
        ];
        return new()
        {
            Question = question,
            Reason = buffer.IsAllowed
                ? question.Ambiguous.Count > 0 || (unknown.Count > 0 && !determining.Any(Tolerates)) ? VerdictReason.Unknown : VerdictReason.Permitted
                : determining.Length > 0 ? VerdictReason.Forbidden : VerdictReason.NotPermitted,
            Policies = determining,
            Faults = [.. buffer.Faults],
            Chain = chain,
            Systems = systems,
            Unknown = unknown,
            IsHighRisk = IsHighRisk(question, determining),
        };
    }

    /// <summary>Gives the entities as one question sees them.</summary>
    public QuestionEntities EntitiesOf(Question question, Reach reach) => new(_graph, policies, question, reach);

    /// <summary>Only decides; for searches, which ask about many.</summary>
    public bool IsAllowed(Question question, Reach reach) => Decide(question, reach).IsAllowed;

    private static bool Tolerates(Policy policy) => policy.FindAnnotation("unknown") == "permit";

    private IReadOnlyList<Link> ChainOf(Question question, bool isAllowed, Policy[] determining, QuestionEntities entities)
    {
        if (isAllowed && entities.Chain is { } chain)
        {
            return chain.Links;
        }

        var groups = determining.Where(p => p.Principal is { Kind: ScopeKind.In or ScopeKind.IsIn, Entity: not null })
            .Select(p => EntityNames.TryParse(p.Principal.Entity!, out var group) ? group : null);
        return question.Subject is { } subject && groups.OfType<NodeId>().FirstOrDefault() is { } member && member != subject
            ? MembershipPath.Find(picture.Estate.Graph, subject, member, at)
            : [];
    }

    private List<string> SystemsOf(Question question, Policy[] determining, IReadOnlyList<Link> chain)
    {
        IEnumerable<string> named = chain.Count > 0
            ? chain.SelectMany(l => new[] { l.Source, l.From.SystemName, l.To.SystemName })
            : determining.SelectMany(p => new[] { p.Principal.Entity, p.Resource.Entity }).OfType<Cedar.Values.EntityUid>()
                .Select(e => EntityNames.TryParse(e, out var id) ? id : null)
                .Append(question.Subject).Append(question.Target?.Resource).OfType<NodeId>().Select(id => id.SystemName);
        return [.. named.Distinct(StringComparer.Ordinal).Where(picture.Systems.ContainsKey).Order(StringComparer.Ordinal)];
    }

    private bool IsHighRisk(Question question, Policy[] determining) =>
        determining.Any(p => p.FindAnnotation("risk") == "high")
        || (question.Target is { } target
            && (target.Resource.Kind == NodeKinds.Secret
                || picture.Estate.Find(target.Resource)?.Find(NodeAttributes.Sensitivity) == "true"));
}

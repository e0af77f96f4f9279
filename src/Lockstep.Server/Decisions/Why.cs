using Lockstep.Cedar.Partial;
using Lockstep.Cedar.Policies;
using Lockstep.Client;
using Lockstep.Graph;
using Lockstep.Server.Api;

namespace Lockstep.Server.Decisions;

/// <summary>Says what would have to be different for another decision: conditions of policies, and what the graph lacks.</summary>
internal static class Why
{
    private const int WaysMax = 20;
    private const int GiversMax = 50;
    private const string Reaches = "reaches";

    /// <summary>Explains a verdict of a round.</summary>
    internal static ExplainedEvaluation Explain(DecisionRound round, Verdict verdict, Reach reach)
    {
        var explanation = new PartialAuthorizer(round.Policies.Authorizer).Explain(
            verdict.Question.Request, round.EntitiesOf(verdict.Question, reach));
        var ways = explanation.Ways.Take(WaysMax).ToList();
        var givers = ways.Any(w => w.Unmet.Any(u => NamesReach(u.Condition))) ? GiversOf(round, verdict.Question) : [];
        return new(
            VerdictWire.Answer(round, verdict),
            [.. explanation.Standing.Take(WaysMax).Select(f => Way(f.Policy, f.Met))],
            [.. ways.Select(w => Way(w.Policy, w.Unmet))],
            explanation.Ways.Length,
            [.. givers.Take(GiversMax).Select(g => Wire.Node(round.Picture.Estate, g))],
            givers.Count);
    }

    private static PolicyWay Way(Policy policy, IEnumerable<UnmetCondition> conditions) => new(
        policy.Id, policy.FindAnnotation("about"),
        [.. conditions.Select(c => new ReadCondition(
            c.Condition.ToString(), c.Fault, c.Readings.DistinctBy(r => r.What).ToDictionary(r => r.What, r => r.Value)))]);

    private static bool NamesReach(Expr condition) =>
        condition.ToString().Contains($".{Reaches}", StringComparison.Ordinal) || condition is Expr.Has { Attribute: Reaches };

    /// <summary>Lists who the graph gives the action on the resource to, directly.</summary>
    private static List<NodeId> GiversOf(DecisionRound round, Question question) => question.Target is not { } target ? [] :
    [
        .. round.Picture.Estate.Graph.LinksTo(target.Resource)
            .Where(l => AccessTarget.Of(l) == target && l.Validity.HoldsAt(round.At)).Select(l => l.From).Distinct().Order(),
    ];
}

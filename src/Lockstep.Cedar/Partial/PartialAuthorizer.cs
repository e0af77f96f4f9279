using System.Collections.Immutable;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Partial;

/// <summary>
/// Answers questions of which not all is known: which policies could apply, who could do this, what would have to be different.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class PartialAuthorizer(Authorizer authorizer)
{
    /// <summary>Says which policies could apply and what they would still need to know.</summary>
    public PartialAnswer Ask(PartialRequest request, IEntitySource entities)
    {
        var reducer = new Reducer(request, entities);
        var possible = authorizer.Policies.Policies.Select(policy => Possible(policy, reducer)).OfType<PossiblePolicy>().ToImmutableArray();
        bool Any(Effect effect, PolicyPossibility possibility) =>
            possible.Any(p => p.Policy.Effect == effect && p.Possibility == possibility);
        bool? isAllowed = Any(Effect.Forbid, PolicyPossibility.Always) ? false
            : !Any(Effect.Permit, PolicyPossibility.Always) && !Any(Effect.Permit, PolicyPossibility.Depends) ? false
            : Any(Effect.Permit, PolicyPossibility.Always) && !Any(Effect.Forbid, PolicyPossibility.Depends) ? true : null;
        return new(isAllowed, possible);
    }

    /// <summary>Finds which of the candidates are allowed; exact, since each is decided.</summary>
    public IEnumerable<EntityUid> FindPrincipals(
        IEnumerable<EntityUid> candidates, EntityUid action, EntityUid resource, CedarRecord context, IEntitySource entities)
    {
        var question = new PartialRequest { Principal = null, Action = action, Resource = resource, Context = context };
        if (Ask(question, entities).IsAllowed == false)
        {
            yield break;
        }

        var buffer = new DecisionBuffer();
        foreach (var candidate in candidates)
        {
            authorizer.Decide(new(candidate, action, resource, context), entities, buffer);
            if (buffer.IsAllowed)
            {
                yield return candidate;
            }
        }
    }

    /// <summary>Explains a decision; for a deny, what would have to be different.</summary>
    public Explanation Explain(AuthorizationRequest request, IEntitySource entities)
    {
        var decision = authorizer.Decide(request, entities);
        if (decision.IsAllowed)
        {
            return new(decision, [], []);
        }

        var ways = authorizer.Policies.Policies.Where(policy => policy.Effect == Effect.Permit)
            .Select(policy => new WayToAllow(policy, [.. Unmet(policy, request, entities)]))
            .OrderBy(way => way.Unmet.Length).ThenBy(way => way.Policy.Id, StringComparer.Ordinal);
        return new(decision, decision.Determining, [.. ways])
        {
            Standing = [.. decision.Determining.Select(policy => new StandingForbid(
                policy, [.. Conjuncts.Of(policy).Select(part => new UnmetCondition(part, null, [.. Readings(part, request, entities)]))]))],
        };
    }

    private static IEnumerable<UnmetCondition> Unmet(Policy policy, AuthorizationRequest request, IEntitySource entities)
    {
        foreach (var part in Conjuncts.Of(policy))
        {
            var value = Authorizer.Evaluate(part, request, entities, out var fault);
            if (value.Kind != CedarKind.Bool || !value.AsBool)
            {
                yield return new(part, fault.Kind == EvaluationFaultKind.None ? null
                    : fault.Message, [.. Readings(part, request, entities)]);
            }
        }
    }

    private static IEnumerable<Reading> Readings(Expr part, AuthorizationRequest request, IEntitySource entities)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<Expr>([part]);
        while (open.TryPop(out var next))
        {
            if (next is Expr.Get or Expr.Variable { Name: not RequestVariable.Context })
            {
                var value = Authorizer.Evaluate(next, request, entities, out var fault);
                if (seen.Add(next.ToString()))
                {
                    yield return new(next.ToString(), fault.Kind == EvaluationFaultKind.None ? value.ToString() : fault.Message);
                }

                continue;
            }

            foreach (var child in ExprParts.Of(next))
            {
                open.Push(child);
            }
        }
    }

    private static PossiblePolicy? Possible(Policy policy, Reducer reducer)
    {
        var left = new List<Expr>();
        foreach (var part in Conjuncts.Of(policy))
        {
            var reduced = reducer.Reduce(part);
            if (reduced is Expr.Literal { Value: { Kind: CedarKind.Bool } value })
            {
                if (!value.AsBool)
                {
                    return null;
                }
            }
            else if (reduced is null or Expr.Literal && left.Count == 0)
            {
                return new(policy, PolicyPossibility.Fails, part, []);
            }
            else
            {
                left.Add(reduced ?? part);
            }
        }

        return left.Count == 0 ? new(policy, PolicyPossibility.Always, new Expr.Literal(CedarValue.True), [])
            : new(policy, PolicyPossibility.Depends, left.Aggregate((one, two) => new Expr.And(one, two)),
                [.. left.SelectMany(expr => Needs(expr, reducer)).Distinct().Order(StringComparer.Ordinal)]);
    }

    private static IEnumerable<string> Needs(Expr expr, Reducer reducer) => expr switch
    {
        Expr.Has has when reducer.DependsOnUnknown(has) => [new Expr.Get(has.Operand, has.Attribute).ToString()],
        Expr.Get or Expr.Variable => reducer.DependsOnUnknown(expr) ? [expr.ToString()] : [],
        _ => ExprParts.Of(expr).SelectMany(part => Needs(part, reducer)),
    };
}

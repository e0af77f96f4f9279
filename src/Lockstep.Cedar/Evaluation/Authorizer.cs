using System.Collections.Immutable;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>Decides requests by a set of policies, compiled once and indexed by scope.</summary>
/// <threadsafety>Immutable; any number of threads may decide, each with a <see cref="DecisionBuffer"/> of its own.</threadsafety>
public sealed class Authorizer
{
    private readonly ImmutableArray<CompiledPolicy> _compiled;
    private readonly ScopeIndex _index;

    /// <summary>Compiles the policies; templates take no part until linked.</summary>
    public Authorizer(PolicySet policies)
    {
        Policies = policies;
        var shared = new Dictionary<EntityUid, EntityUid>();
        _compiled = [.. policies.Policies.Select((policy, i) => new CompiledPolicy(policy, i, shared))];
        _index = ScopeIndex.Build(_compiled);
    }

    /// <summary>Gets the policies that decide.</summary>
    public PolicySet Policies { get; }

    /// <summary>Decides into a buffer, without new memory once the buffer has grown.</summary>
    public void Decide(AuthorizationRequest request, IEntitySource entities, DecisionBuffer buffer)
    {
        var frame = buffer.Begin(request, entities, _compiled.Length);
        _index.Visit(frame, new RequestAncestors(frame), buffer);
    }

    /// <summary>Decides one request.</summary>
    public Decision Decide(AuthorizationRequest request, IEntitySource entities)
    {
        var buffer = new DecisionBuffer();
        Decide(request, entities, buffer);
        return buffer.ToDecision();
    }

    /// <summary>Evaluates one expression.</summary>
    /// <returns>The value; of kind None with the fault when it cannot be evaluated.</returns>
    public static CedarValue Evaluate(Expr expr, AuthorizationRequest request, IEntitySource entities, out EvaluationFault fault)
    {
        var frame = new EvaluationFrame();
        frame.Begin(request, entities);
        Compiler.Compile(expr).TryEvaluate(frame, out var value);
        fault = frame.Fault;
        return value;
    }

    /// <summary>Decides without the index, one policy after another: too simple to be wrong, for tests.</summary>
    internal Decision DecidePlainly(AuthorizationRequest request, IEntitySource entities)
    {
        var frame = new EvaluationFrame();
        frame.Begin(request, entities);
        var outcomes = _compiled.Select(policy => (policy.Policy, Applies: policy.Applies(frame), frame.Fault)).ToList();
        var holding = outcomes.Where(outcome => outcome.Applies == true).Select(outcome => outcome.Policy).ToLookup(
            policy => policy.Effect);
        return new(
            !holding[Effect.Forbid].Any() && holding[Effect.Permit].Any(),
            [.. holding[Effect.Forbid].Any() ? holding[Effect.Forbid] : holding[Effect.Permit]],
            [.. outcomes.Where(outcome => outcome.Applies is null).Select(outcome => new PolicyFault(outcome.Policy, outcome.Fault))]);
    }
}

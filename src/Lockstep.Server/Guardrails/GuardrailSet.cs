using System.Collections.Frozen;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;
using Lockstep.Reconciliation.Guardrails;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Guardrails;

/// <summary>One part of a guardrail: a <c>forbid</c> policy.</summary>
/// <param name="Guardrail">The guardrail.</param>
/// <param name="Part">The part's name; empty if the guardrail has no parts.</param>
/// <param name="Policy">The policy, under an id of its own.</param>
internal sealed record GuardrailRule(Guardrail Guardrail, string Part, Policy Policy)
{
    /// <summary>The action that is asked once about everybody, with themselves as the resource.</summary>
    internal const string Exists = "exists";

    private static readonly EntityUid ExistsAction = new(EntityNames.ActionType, Exists);

    /// <summary>Gets a value indicating whether it names <see cref="Exists"/>; one that takes any action is not meant.</summary>
    public bool AsksExistence { get; } = Policy.Action.Actions.Contains(ExistsAction);
}

/// <summary>One set of guardrails that was read, parsed and validated as a whole.</summary>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class GuardrailSet
{
    public GuardrailSet(IReadOnlyList<GuardrailRule> rules, string digest, IReadOnlyList<string> files)
    {
        Guardrails = [.. rules.Select(r => r.Guardrail).Distinct().OrderBy(g => g.Id, StringComparer.Ordinal)];
        Rules = rules.ToFrozenDictionary(r => r.Policy.Id, StringComparer.Ordinal);
        (Digest, Files) = (digest, files);
        Authorizer = new(PolicySet.Of(rules.Select(r => r.Policy)));
        AsksExistence = rules.Any(r => r.AsksExistence);
        var read = rules.SelectMany(r => r.Policy.Conditions).Select(c => FactsRead.Of(c.Body)).ToList();
        FollowsOwners = read.Exists(r => r.Owner);
        Named = read.SelectMany(r => r.Named).ToFrozenSet();
    }

    /// <summary>Gets the set that runs where none is configured.</summary>
    public static GuardrailSet None { get; } = new([], string.Empty, []);

    /// <summary>Gets the guardrails in the order of their ids.</summary>
    public IReadOnlyList<Guardrail> Guardrails { get; }

    /// <summary>Gets their policies by id.</summary>
    public FrozenDictionary<string, GuardrailRule> Rules { get; }

    /// <summary>Gets <c>sha256:</c> and the hash over the names and bytes of all files.</summary>
    public string Digest { get; }

    /// <summary>Gets the files in order.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Gets what says which policies forbid an access.</summary>
    public Authorizer Authorizer { get; }

    /// <summary>Gets a value indicating whether some guardrail asks about existence.</summary>
    public bool AsksExistence { get; }

    /// <summary>Gets a value indicating whether some condition reads who owns something.</summary>
    public bool FollowsOwners { get; }

    /// <summary>
    /// Gets the entities that conditions name and read something of: a change of one of them may matter to anybody.
    /// </summary>
    public FrozenSet<EntityUid> Named { get; }
}

using System.Text.Json.Serialization;

namespace Lockstep.Client;

/// <summary>A decision with what would have to be different for another one.</summary>
/// <param name="Evaluation">The decision.</param>
/// <param name="Forbids">The policies that forbid: each stops to when one of its conditions no longer holds.</param>
/// <param name="Ways">The policies that would permit, nearest first: each does when all its conditions hold and nothing forbids.</param>
/// <param name="WaysInAll">How many permitting policies there are; the farther ones are not shown.</param>
/// <param name="Givers">
/// Where a way misses a chain: who the graph gives this action on this resource to, and so what the subject is not in.
/// </param>
/// <param name="GiversInAll">How many there are.</param>
public sealed record ExplainedEvaluation(
    EvaluationAnswer Evaluation, IReadOnlyList<PolicyWay> Forbids, IReadOnlyList<PolicyWay> Ways, int WaysInAll,
    IReadOnlyList<NodeView> Givers, int GiversInAll);

/// <summary>A policy with the conditions that stand in the way.</summary>
/// <param name="Policy">Its id.</param>
/// <param name="About">What it says of itself, or <see langword="null"/>.</param>
/// <param name="Conditions">For a permit those that do not hold, for a forbid those that do.</param>
public sealed record PolicyWay(string Policy, string? About, IReadOnlyList<ReadCondition> Conditions);

/// <summary>One condition of a policy.</summary>
/// <param name="Condition">Its text.</param>
/// <param name="Fault">Why it could not be evaluated, or <see langword="null"/>.</param>
/// <param name="Sees">What it looked at, and what it saw.</param>
public sealed record ReadCondition(string Condition, string? Fault, IReadOnlyDictionary<string, string> Sees);

/// <summary>A question of which not all is known.</summary>
/// <param name="Subject">Who, or only of which type; <see langword="null"/> when not known.</param>
/// <param name="Action">What, or <see langword="null"/>.</param>
/// <param name="Resource">On what, or only of which type; <see langword="null"/> when not known.</param>
public sealed record PartialQuestion(
    [property: JsonPropertyName("subject")] PartialParty? Subject, [property: JsonPropertyName("action")] EvaluationAction? Action,
    [property: JsonPropertyName("resource")] PartialParty? Resource);

/// <summary>A subject or resource, or only its type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Id">The id, or <see langword="null"/> when not known.</param>
public sealed record PartialParty(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id);

/// <summary>What can be said when not all is known.</summary>
/// <param name="Decision"><c>permit</c> or <c>deny</c> where what is known decides, else <c>unknown</c>.</param>
/// <param name="Policies">The policies that could apply; all others cannot.</param>
/// <param name="Never">How many those others are.</param>
/// <param name="AsOf">The instant of the picture that was asked.</param>
public sealed record PartialVerdict(string Decision, IReadOnlyList<PossiblePolicyView> Policies, int Never, DateTimeOffset AsOf);

/// <summary>A policy that could apply.</summary>
/// <param name="Policy">Its id.</param>
/// <param name="Effect"><c>permit</c> or <c>forbid</c>.</param>
/// <param name="About">What it says of itself, or <see langword="null"/>.</param>
/// <param name="Applies"><c>always</c>, <c>depends</c>, or <c>fails</c> where it cannot be evaluated.</param>
/// <param name="Condition">What is left to be true.</param>
/// <param name="Needs">What it would still need to know.</param>
public sealed record PossiblePolicyView(
    string Policy, string Effect, string? About, string Applies, string Condition, IReadOnlyList<string> Needs);

/// <summary>Asks what other policies would change.</summary>
/// <param name="Files">The texts of the policies by file name, in place of all that run.</param>
/// <param name="Own">Whether they say who may do what in Lockstep itself.</param>
/// <param name="Subject">Only about this identity, or <see langword="null"/>.</param>
/// <param name="Action">Only about this action, or <see langword="null"/>.</param>
/// <param name="Resource">Only about this resource, or <see langword="null"/>.</param>
/// <param name="Max">How many changed decisions to name; 100 unless given.</param>
public sealed record ImpactQuestion(
    IReadOnlyDictionary<string, string> Files, bool Own = false, string? Subject = null, string? Action = null, string? Resource = null,
    int? Max = null);

/// <summary>What other policies would change.</summary>
/// <param name="Problems">Why they cannot run; then nothing was decided.</param>
/// <param name="Added">Policies that only they have.</param>
/// <param name="Removed">Policies that only the running ones have.</param>
/// <param name="Changed">Policies that say something else.</param>
/// <param name="Flips">Decisions that would be another one.</param>
/// <param name="FlipsInAll">How many those are.</param>
/// <param name="Asked">How many questions were decided by both.</param>
/// <param name="Limit">Which limit left questions out, so that there may be more flips; else <see langword="null"/>.</param>
/// <param name="NotSeen">What could not be seen of the systems, and so of the flips.</param>
public sealed record ImpactAnswer(
    IReadOnlyList<string> Problems, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Changed,
    IReadOnlyList<DecisionFlip> Flips, int FlipsInAll, long Asked, string? Limit, IReadOnlyList<string> NotSeen);

/// <summary>A decision that would be another one.</summary>
/// <param name="Subject">Who.</param>
/// <param name="SubjectName">Its name.</param>
/// <param name="Action">What.</param>
/// <param name="Resource">On what.</param>
/// <param name="ResourceName">Its name.</param>
/// <param name="Decision">The decision that it would be: true for permit.</param>
/// <param name="Reason">Why it would be so.</param>
/// <param name="Policies">The policies that would decide; where none would, those that decide now.</param>
public sealed record DecisionFlip(
    string Subject, string SubjectName, string Action, string Resource, string ResourceName, bool Decision, string Reason,
    IReadOnlyList<string> Policies);

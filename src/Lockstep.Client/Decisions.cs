using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lockstep.Client;

/// <summary>A question of OpenID AuthZEN: may the subject do the action on the resource.</summary>
/// <param name="Subject">Who.</param>
/// <param name="Action">What.</param>
/// <param name="Resource">On what.</param>
/// <param name="Context">Under which circumstances; any object.</param>
public sealed record EvaluationRequest(
    [property: JsonPropertyName("subject")] EvaluationParty Subject,
    [property: JsonPropertyName("action")] EvaluationAction Action,
    [property: JsonPropertyName("resource")] EvaluationParty Resource,
    [property: JsonPropertyName("context"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Context = null);

/// <summary>A subject or resource.</summary>
/// <param name="Type">A kind of node such as <c>identity</c>, or a type of the policies' own.</param>
/// <param name="Id">Its id.</param>
public sealed record EvaluationParty(
    [property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("id")] string Id);

/// <summary>An action.</summary>
public sealed record EvaluationAction([property: JsonPropertyName("name")] string Name);

/// <summary>The decision.</summary>
/// <param name="Decision">Whether it may be done.</param>
/// <param name="Context">What it rests on.</param>
public sealed record EvaluationAnswer(
    [property: JsonPropertyName("decision")] bool Decision,
    [property: JsonPropertyName("context"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DecisionContext? Context);

/// <summary>What a decision rests on. What does not apply is left out.</summary>
public sealed record DecisionContext
{
    /// <summary>Gets <c>permitted</c>, <c>forbidden</c>, <c>not_permitted</c> or <c>unknown</c>.</summary>
    [JsonPropertyName("reason"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Gets the reason in a sentence, by language.</summary>
    [JsonPropertyName("reason_admin"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? ReasonAdmin { get; init; }

    /// <summary>Gets the policies that decided.</summary>
    [JsonPropertyName("policies"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DecidingPolicy>? Policies { get; init; }

    /// <summary>Gets the policies that were skipped because they could not be evaluated.</summary>
    [JsonPropertyName("errors"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PolicyError>? Errors { get; init; }

    /// <summary>Gets the links of the chain or membership that decided, in order.</summary>
    [JsonPropertyName("chain"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChainLink>? Chain { get; init; }

    /// <summary>Gets for which instant (UTC) it was decided.</summary>
    [JsonPropertyName("as_of"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Gets how many ledger entries the graph was made of.</summary>
    [JsonPropertyName("ledger_size"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LedgerSize { get; init; }

    /// <summary>Gets the digest of the policies, as the ledger names it.</summary>
    [JsonPropertyName("policy_digest"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PolicyDigest { get; init; }

    /// <summary>Gets how fresh each system is that it rests on.</summary>
    [JsonPropertyName("freshness"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SystemFreshness>? Freshness { get; init; }

    /// <summary>Gets what is not known, in sentences.</summary>
    [JsonPropertyName("unknown"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unknown { get; init; }

    /// <summary>Gets, in a batch, why this question could not be asked.</summary>
    [JsonPropertyName("error"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ItemError? Error { get; init; }
}

/// <summary>A policy that decided.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Effect"><c>permit</c> or <c>forbid</c>.</param>
/// <param name="About">What it says of itself (<c>@about</c>), if anything.</param>
public sealed record DecidingPolicy(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("effect")] string Effect,
    [property: JsonPropertyName("about"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? About);

/// <summary>A policy that was skipped.</summary>
public sealed record PolicyError(
    [property: JsonPropertyName("policy")] string Policy, [property: JsonPropertyName("message")] string Message);

/// <summary>One link of the chain that decided.</summary>
/// <param name="From">The node id where it starts.</param>
/// <param name="FromName">Its name for people.</param>
/// <param name="Kind">The kind of link, such as <c>memberOf</c>.</param>
/// <param name="To">The node id where it ends.</param>
/// <param name="ToName">Its name for people.</param>
/// <param name="Action">The action, for <c>permits</c>.</param>
/// <param name="Source">The system that says so.</param>
/// <param name="Evidence">What it answered.</param>
/// <param name="Until">When it ends by itself (UTC).</param>
public sealed record ChainLink(
    [property: JsonPropertyName("from")] string From,
    [property: JsonPropertyName("from_name")] string FromName,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("to")] string To,
    [property: JsonPropertyName("to_name")] string ToName,
    [property: JsonPropertyName("action"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Action,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("evidence")] string Evidence,
    [property: JsonPropertyName("until"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until);

/// <summary>How fresh a system is.</summary>
/// <param name="System">Its name.</param>
/// <param name="ObservedAt">When the last complete look ended (UTC); left out if there was none.</param>
/// <param name="AgeSeconds">How long ago that is.</param>
public sealed record SystemFreshness(
    [property: JsonPropertyName("system")] string System,
    [property: JsonPropertyName("observed_at"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ObservedAt,
    [property: JsonPropertyName("age_seconds"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? AgeSeconds);

/// <summary>Why one question of a batch could not be asked.</summary>
public sealed record ItemError(
    [property: JsonPropertyName("status")] int Status, [property: JsonPropertyName("message")] string Message);

/// <summary>The decisions of a batch, in the order of its questions.</summary>
public sealed record EvaluationsAnswer([property: JsonPropertyName("evaluations")] IReadOnlyList<EvaluationAnswer> Evaluations);

/// <summary>One page of what a search found.</summary>
public sealed record SearchAnswer<T>(
    [property: JsonPropertyName("page")] SearchPage Page,
    [property: JsonPropertyName("context")] DecisionContext Context,
    [property: JsonPropertyName("results")] IReadOnlyList<T> Results);

/// <summary>Where a page ends.</summary>
/// <param name="NextToken">What to send for the next page; empty on the last.</param>
/// <param name="Count">How many results are on this page.</param>
public sealed record SearchPage(
    [property: JsonPropertyName("next_token")] string NextToken, [property: JsonPropertyName("count")] int Count);

/// <summary>Where the decision point is and what it can do (AuthZEN's discovery).</summary>
public sealed record DecisionPointConfiguration(
    [property: JsonPropertyName("policy_decision_point")] string PolicyDecisionPoint,
    [property: JsonPropertyName("access_evaluation_endpoint")] string AccessEvaluationEndpoint,
    [property: JsonPropertyName("access_evaluations_endpoint")] string AccessEvaluationsEndpoint,
    [property: JsonPropertyName("search_subject_endpoint")] string SearchSubjectEndpoint,
    [property: JsonPropertyName("search_resource_endpoint")] string SearchResourceEndpoint,
    [property: JsonPropertyName("search_action_endpoint")] string SearchActionEndpoint);

/// <summary>The policies that decide.</summary>
/// <param name="Digest">Their digest, as the ledger names it.</param>
/// <param name="Since">Since when they decide (UTC).</param>
/// <param name="Policies">How many they are.</param>
/// <param name="Files">Their files; none for the shipped policy.</param>
/// <param name="Problems">What is wrong with newer files, which therefore do not decide.</param>
/// <param name="DecisionsLogged">How many decisions were written to the ledger since the start.</param>
/// <param name="DecisionsLost">How many should have been and were not, because too many came at once.</param>
/// <param name="Access">The policies on who may do what in Lockstep itself.</param>
public sealed record PolicyView(
    string Digest, DateTimeOffset Since, int Policies, IReadOnlyList<string> Files, IReadOnlyList<string> Problems,
    long DecisionsLogged, long DecisionsLost, AccessPolicyView Access);

/// <summary>The policies on who may do what in Lockstep itself.</summary>
/// <param name="Digest">The hash over their files.</param>
/// <param name="Since">Since when they decide.</param>
/// <param name="Policies">How many they are.</param>
/// <param name="Files">Their files; none for the shipped ones.</param>
/// <param name="Roles">The roles that they name, and so those that a token can be made with.</param>
public sealed record AccessPolicyView(
    string Digest, DateTimeOffset Since, int Policies, IReadOnlyList<string> Files, IReadOnlyList<string> Roles);

namespace Lockstep.Client;

/// <summary>Asks for a case: cutting off everything an identity can reach.</summary>
/// <param name="Identity">The identity: node id, name, mail or account name.</param>
/// <param name="Reason">Why; goes to the ledger as written. At most 500 characters.</param>
/// <param name="Cause"><c>offboarding</c> (the default), <c>leak</c>, <c>expiry</c>, <c>review</c>, <c>drift</c> or <c>signal</c>.</param>
public sealed record OpenCase(string Identity, string Reason, string? Cause = null);

/// <summary>Asks for the one cut of a credential, session or grant.</summary>
/// <param name="Target">The node id of a credential, session or account; or a link as <c>from kind to</c>.</param>
/// <param name="Reason">Why; goes to the ledger as written.</param>
public sealed record RevokeRequest(string Target, string Reason);

/// <summary>What a case would do; nothing was done.</summary>
public sealed record PlanView(
    NodeView Subject,
    DateTimeOffset AsOf,
    IReadOnlyList<AccessChain> Chains,
    IReadOnlyList<PlannedStepView> Steps,
    IReadOnlyList<UncutView> Uncut,
    int LeastCutSize,
    IReadOnlyList<string> IncompleteSystems);

/// <summary>One step of a plan.</summary>
/// <param name="Phase">Which phase of the case, such as <c>stopIssuance</c>.</param>
/// <param name="Kind">The kind of cut, such as <c>disableAccount</c>; <see langword="null"/> for a wait.</param>
/// <param name="What">What it does.</param>
/// <param name="Why">Which access it cuts.</param>
/// <param name="Proof"><c>probe</c> or <c>listing</c>.</param>
/// <param name="DenialBoundSeconds">How long what is cut may outlive the acknowledgement; <see langword="null"/> if nothing bounds
/// it.</param>
/// <param name="IsLatent">Whether it cuts only what would come back by itself.</param>
/// <param name="AlsoUsedBy">Who else uses what is touched.</param>
/// <param name="Note">The limits of this cut.</param>
/// <param name="Outlives">What goes on after the cut, as the atlas says, and what ends it.</param>
public sealed record PlannedStepView(
    int Index,
    string Phase,
    string System,
    string? Kind,
    string What,
    string Why,
    string Proof,
    double? DenialBoundSeconds,
    bool IsLatent,
    IReadOnlyList<string> AlsoUsedBy,
    string? Note,
    IReadOnlyList<SurvivorView> Outlives);

/// <summary>What outlives a cut.</summary>
/// <param name="Row">The row of the atlas.</param>
/// <param name="What">What still works.</param>
/// <param name="Until">Until when, in words: its clock where there is one.</param>
/// <param name="EndedBy">What ends it: the case's own steps, or what a person can do.</param>
/// <param name="IsEnded">Whether the case itself ends it.</param>
public sealed record SurvivorView(string Row, string What, string Until, string EndedBy, bool IsEnded);

/// <summary>Access that no step cuts.</summary>
/// <param name="Chain">What it is, with its system.</param>
/// <param name="Why">Why nothing cuts it, and what a person can do.</param>
/// <param name="Until">When it ends by itself (UTC); <see langword="null"/> if nothing ends it.</param>
public sealed record UncutView(string Chain, string Why, DateTimeOffset? Until);

/// <summary>A case in a list.</summary>
/// <param name="State"><c>opened</c>, <c>running</c>, <c>verified</c>, <c>residual</c> or <c>failed</c>.</param>
/// <param name="Until">When what is left ends (UTC), if anything is left and bounded.</param>
public sealed record CaseSummary(
    Guid Id,
    string Subject,
    string SubjectName,
    string Cause,
    string State,
    DateTimeOffset OpenedAt,
    DateTimeOffset? ClosedAt,
    DateTimeOffset? Until,
    int StepsVerified,
    int StepsResidual,
    int StepsFailed,
    int StepsOpen);

/// <summary>The cases, newest first.</summary>
public sealed record CaseList(IReadOnlyList<CaseSummary> Cases);

/// <summary>A case with its steps.</summary>
public sealed record CaseDetail(
    CaseSummary Case,
    string Reason,
    string By,
    int Round,
    int LeastCutSize,
    string? Summary,
    int? ChainsLeft,
    IReadOnlyList<string> Chains,
    IReadOnlyList<CaseStep> Steps,
    IReadOnlyList<UncutView> Uncut);

/// <summary>One step as it stands.</summary>
/// <param name="State"><c>pending</c>, <c>sent</c>, <c>acknowledged</c>, <c>observed</c>, <c>verified</c>, <c>residual</c> or
/// <c>failed</c>.</param>
/// <param name="ProvenBy">How it was shown dead: <c>probe</c> or <c>listing</c>.</param>
/// <param name="Until">When it ends by itself, or when the next attempt is due (UTC).</param>
/// <param name="BoundHeld">Whether it was proven within the promised bound; <see langword="null"/> if nothing was promised or
/// proven.</param>
/// <param name="Evidence">What the system answered, in order.</param>
public sealed record CaseStep(
    PlannedStepView Plan,
    string State,
    int Attempts,
    DateTimeOffset? RequestedAt,
    DateTimeOffset? AcknowledgedAt,
    DateTimeOffset? ObservedAt,
    DateTimeOffset? ProvenAt,
    string? ProvenBy,
    DateTimeOffset? Until,
    bool? BoundHeld,
    IReadOnlyList<string> Evidence,
    FailureView? Error);

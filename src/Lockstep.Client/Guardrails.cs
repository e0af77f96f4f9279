namespace Lockstep.Client;

/// <summary>The guardrails that run, and how each stands.</summary>
/// <param name="AsOf">The instant (UTC) for which it holds.</param>
/// <param name="LedgerSize">How many ledger entries the estate was folded from.</param>
/// <param name="Digest">The digest of the files, as the ledger names it; empty if none are configured.</param>
/// <param name="Since">Since when they run (UTC).</param>
/// <param name="Files">Their files.</param>
/// <param name="Problems">What is wrong with newer files, which therefore do not run.</param>
/// <param name="Guardrails">Each guardrail, in the order of their ids.</param>
public sealed record GuardrailsAnswer(
    DateTimeOffset AsOf, long LedgerSize, string Digest, DateTimeOffset Since, IReadOnlyList<string> Files, IReadOnlyList<string> Problems,
    IReadOnlyList<GuardrailView> Guardrails)
{
    /// <summary>Says whether every guardrail holds, all of it was looked at, and there is at least one.</summary>
    public bool Holds() => Guardrails.Count > 0 && Guardrails.All(g => g.State == GuardrailView.Holds);
}

/// <summary>One guardrail.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Owner">Who answers for it, as its file says.</param>
/// <param name="OwnerNode">The identity that is meant, or <see langword="null"/> if the text fits nobody or several.</param>
/// <param name="About">What it forbids, in a sentence.</param>
/// <param name="Severity"><c>critical</c>, <c>high</c>, <c>medium</c> or <c>low</c>.</param>
/// <param name="Controls">The controls of standards that it keeps.</param>
/// <param name="File">Where it stands.</param>
/// <param name="State"><c>holds</c>, <c>violated</c> or <c>unknown</c>: no violation is seen, and that proves nothing.</param>
/// <param name="Unknown">Why there may be violations that are not seen, in sentences.</param>
/// <param name="Violations">Who has what it forbids.</param>
public sealed record GuardrailView(
    string Id, string Owner, NodeView? OwnerNode, string About, string Severity, IReadOnlyList<string> Controls, string File, string State,
    IReadOnlyList<string> Unknown, IReadOnlyList<ViolationView> Violations)
{
    /// <summary>The <see cref="State"/> of a guardrail that is kept, of which everything was looked at.</summary>
    public const string Holds = "holds";
}

/// <summary>Somebody has what a guardrail forbids.</summary>
/// <param name="Guardrail">The guardrail's id.</param>
/// <param name="Principal">An identity, or an account behind which nobody is known.</param>
/// <param name="Found">How many accesses fall under it; more than <paramref name="Accesses"/> if they are many.</param>
/// <param name="Accesses">Up to 10 of each part, with their chains.</param>
public sealed record ViolationView(string Guardrail, NodeView Principal, int Found, IReadOnlyList<ForbiddenAccessView> Accesses);

/// <summary>One access that a guardrail forbids.</summary>
/// <param name="Part">The part of the guardrail; empty if it has none.</param>
/// <param name="Action">What can be done; <c>exists</c> where existence itself is forbidden.</param>
/// <param name="Resource">On what.</param>
/// <param name="IsDirect">Whether accounts, groups and roles alone lead there.</param>
/// <param name="Chain">How; <see langword="null"/> for <c>exists</c>.</param>
public sealed record ForbiddenAccessView(string Part, string Action, NodeView Resource, bool IsDirect, AccessChain? Chain);

/// <summary>Asks what guardrails would say if a system said something else. Nothing is written.</summary>
/// <param name="System">Which system; it may be one that is not connected yet.</param>
/// <param name="Replaces">Whether the files are all that it would say, or what it would say besides.</param>
/// <param name="Files">Fact files (docs/reference/facts.md), at most 16 MiB in all.</param>
public sealed record WhatIfRequest(string System, bool Replaces, IReadOnlyList<FactText> Files);

/// <summary>The text of one fact file.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Text">Its lines.</param>
public sealed record FactText(string Name, string Text);

/// <summary>What a change would violate.</summary>
/// <param name="AsOf">The instant (UTC) for which it holds.</param>
/// <param name="Problems">What is wrong with the files, each with file and line; then nothing else is said.</param>
/// <param name="Unknown">Why there may be violations that are not seen, in sentences.</param>
/// <param name="Added">Violations that are not there now, and of those that are the accesses that would be added.</param>
/// <param name="Ended">Violations that would be gone.</param>
/// <param name="Asked">How many principals had to be asked about.</param>
public sealed record WhatIfAnswer(
    DateTimeOffset AsOf, IReadOnlyList<string> Problems, IReadOnlyList<string> Unknown, IReadOnlyList<ViolationView> Added,
    IReadOnlyList<ViolationView> Ended, int Asked);

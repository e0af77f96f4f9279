using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>Tokens that stand by themselves and that nobody is known to hold.</summary>
internal static class UnheldTokens
{
    internal static IEnumerable<CorrelationIssue> Issues(ObservedFacts facts)
    {
        var orphans = facts.Nodes.Values
            .Where(n => n.Id.Kind == NodeKinds.Credential && n.State == NodeState.Active && n.Find("orphan") == "true").ToList();
        var held = orphans.Count == 0 ? [] : facts.Links.Where(l => l.Kind == LinkKind.Holds).Select(l => l.To).ToHashSet();
        return
            from token in orphans
            where !held.Contains(token.Id)
            select new CorrelationIssue(
                CorrelationIssueKind.UnheldToken, token.Id, [],
                $"token `{token.Name}` of {token.Id.SystemName}, made at `{token.Find("path")}`, stands by itself; nothing says who has it");
    }
}

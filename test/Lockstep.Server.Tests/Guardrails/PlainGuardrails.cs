using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Server.Tests.Guardrails;

/// <summary>The guardrails of <see cref="GuardrailPropertyTests"/> in C#, over sets of nodes and nothing cleverer.</summary>
internal sealed class PlainGuardrails(IEstate estate, DateTimeOffset at)
{
    private static readonly LinkKind[] ByBelonging = [LinkKind.Represents, LinkKind.MemberOf, LinkKind.Assumes];

    private readonly List<Link> _flowing =
        [.. estate.Links.Where(l => LinkFlow.Flows(l, estate.Find(l.To)?.State ?? NodeState.Active, at))];

    public IEnumerable<(string Guardrail, List<NodeId> Violators)> Violations()
    {
        var principals = estate.NodesOf(null).Select(n => n.Id).Where(IsPrincipal).Order().ToList();
        var people = principals.Where(p => p.Kind == NodeKinds.Identity).ToList();
        yield return ("ended", [.. people.Where(p => estate.Find(p)!.State == NodeState.Ended && Reached(p).Any())]);
        yield return ("direct", [.. principals.Where(p => Reached(p, ByBelonging).Any(IsProductionSecret))]);
        yield return ("toxic", [.. people.Where(p => Does(p, "do0") && Does(p, "do1"))]);
        yield return ("group", [.. principals.Where(p => IsIn(p, "lab/group/g5") && Reached(p).Any(t => t.Action == "do0"))]);
        yield return ("owner", [.. principals.Where(p => Reached(p).Any(t => OwnerOf(t.Resource) is { } o && IsBad(o)))]);
        yield return ("unowned", [.. principals.Where(p => OwnerOf(p) is null
            && (p.Kind == NodeKinds.Account || estate.Find(p)!.Find(NodeAttributes.IdentityKind) is not (null or "human")))]);
    }

    private bool IsPrincipal(NodeId node) => node.Kind == NodeKinds.Identity
        || (node.Kind == NodeKinds.Account && estate.Find(node)!.Find(NodeAttributes.TokenAccount) != "true"
            && !estate.Links.Any(l => l.Kind == LinkKind.Represents && l.To == node && l.Validity.HoldsAt(at)));

    private bool IsProductionSecret(AccessTarget target) =>
        target.Action == AccessTarget.Read && target.Resource.Kind == NodeKinds.Secret
        && estate.Find(target.Resource)?.Find("environment") == "production";

    private bool Does(NodeId principal, string action) =>
        Reached(principal).Any(t => t.Action == action && t.Resource.Kind == NodeKinds.Resource);

    private bool IsBad(NodeId owner) => estate.Find(owner)?.State == NodeState.Ended || IsIn(owner, "lab/group/g6");

    private NodeId? OwnerOf(NodeId node) => estate.Links.Where(l => l.Kind == LinkKind.Owns && l.To == node && l.Validity.HoldsAt(at))
        .Select(l => l.From).Order().FirstOrDefault();

    private bool IsIn(NodeId node, string group) => node.ToString() == group
        || Nodes(node, l => Membership.IsMadeBy(l.Kind, l.To.Kind)).Any(n => n.ToString() == group);

    private IEnumerable<AccessTarget> Reached(NodeId start, params LinkKind[] only)
    {
        var from = Nodes(start, l => only.Length == 0 || only.Contains(l.Kind));
        return _flowing.Where(l => from.Contains(l.From)).Select(AccessTarget.Of).OfType<AccessTarget>();
    }

    private HashSet<NodeId> Nodes(NodeId start, Func<Link, bool> follows)
    {
        var found = new HashSet<NodeId> { start };
        while (_flowing.Exists(l => follows(l) && found.Contains(l.From) && found.Add(l.To)))
        {
        }

        return found;
    }
}

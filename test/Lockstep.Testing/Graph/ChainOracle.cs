using Lockstep.Graph;

namespace Lockstep.Testing.Graph;

/// <summary>
/// Too simple to be wrong: writes down every chain that leaves no node twice, by trying everything, and sorts them. Exponential.
/// Its own reading of the rules; it shares no code with an engine but the order of links.
/// </summary>
public sealed class ChainOracle(SmallWorld world, DateTimeOffset at)
{
    /// <summary>Lists every chain from <paramref name="start"/> to anything, in order, that gives its target only at its end.</summary>
    public IReadOnlyList<Chain> AllChains(NodeId start)
    {
        var found = new List<Chain>();
        Extend([], start, [start], path =>
        {
            if (Given(path[^1]) is { } given && !path.SkipLast(1).Any(l => Given(l) == given))
            {
                found.Add(new Chain(path));
            }
        });
        found.Sort(LinkOrder.Instance);
        return found;
    }

    /// <summary>Gives every node that <paramref name="start"/> is in, by going over all links until nothing is added.</summary>
    public IReadOnlySet<NodeId> Above(NodeId start)
    {
        var above = new HashSet<NodeId> { start };
        LinkKind[] kinds = [LinkKind.Represents, LinkKind.MemberOf, LinkKind.Assumes, LinkKind.Elevates];
        while (world.Links.Where(Flows)
            .Where(l => kinds.Contains(l.Kind) || (l.Kind == LinkKind.Holds && l.To.Kind == "elevation"))
            .Any(l => above.Contains(l.From) && above.Add(l.To)))
        {
            // Each round adds one node; there are finitely many.
        }

        above.Remove(start);
        return above;
    }

    /// <summary>Gives the depth of every node that is reached, the start at 0.</summary>
    public IReadOnlyDictionary<NodeId, int> Depths(NodeId start)
    {
        var depths = new Dictionary<NodeId, int> { [start] = 0 };
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var link in world.Links.Where(Flows))
            {
                if (depths.TryGetValue(link.From, out var depth) && depth + 1 < depths.GetValueOrDefault(link.To, int.MaxValue))
                {
                    depths[link.To] = depth + 1;
                    changed = true;
                }
            }
        }

        return depths;
    }

    private static (NodeId, string)? Given(Link link) => link.Kind switch
    {
        LinkKind.Permits => (link.To, link.Action!),
        LinkKind.Reads => (link.To, "read"),
        _ => null,
    };

    private void Extend(List<Link> path, NodeId node, HashSet<NodeId> left, Action<List<Link>> report)
    {
        foreach (var link in world.Links.Where(l => l.From == node && Flows(l)))
        {
            List<Link> longer = [.. path, link];
            report(longer);
            if (!left.Contains(link.To))
            {
                Extend(longer, link.To, [.. left, link.To], report);
            }
        }
    }

    private bool Flows(Link link)
    {
        if (link.Kind == LinkKind.Owns || link.Kind == LinkKind.Eligible)
        {
            return false;
        }

        if ((link.Validity.From is { } from && at < from) || (link.Validity.Until is { } until && at >= until))
        {
            return false;
        }

        var opens = link.Kind == LinkKind.Represents || link.Kind == LinkKind.AuthenticatesAs;
        return !(opens && link.Enforcement.Mode == EnforcementMode.Online && world.StateOf(link.To) != NodeState.Active);
    }
}

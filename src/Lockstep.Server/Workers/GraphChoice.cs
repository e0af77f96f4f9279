using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Reconciliation;

namespace Lockstep.Server.Workers;

/// <summary>Chooses the graph's engine by the estate's size: the plain one is quicker to build, the compact one to ask.</summary>
internal static class GraphChoice
{
    private const int PlainLinksMax = 20_000;

    internal static GraphFactory With(TimeProvider time) => (links, stateOf) =>
    {
        var all = links as IReadOnlyCollection<Link> ?? [.. links];
        if (all.Count <= PlainLinksMax)
        {
            return new PlainGraph(all, stateOf);
        }

        var states = all.SelectMany(l => new[] { l.From, l.To }).Distinct().Select(id => (id, stateOf(id))).Where(
            s => s.Item2 != NodeState.Active);
        return CompactGraphStore.Build(all, states, time.GetUtcNow()).Current;
    };
}

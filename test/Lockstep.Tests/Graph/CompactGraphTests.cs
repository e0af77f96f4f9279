using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Testing.Graph;

namespace Lockstep.Tests.Graph;

public sealed class CompactGraphTests : AccessGraphContract
{
    protected override bool GivesTheFirstInOrder => false;

    protected override IAccessGraph Build(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf) => Store(links, stateOf).Current;

    private static CompactGraphStore Store(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf)
    {
        var all = links.ToList();
        var states = all.SelectMany(l => new[] { l.From, l.To }).Distinct().Select(id => (id, stateOf(id)));
        return CompactGraphStore.Build(all, states.Where(s => s.Item2 != NodeState.Active), SmallWorld.Noon);
    }
}

/// <summary>The same answers when every link came as a change after an empty freeze.</summary>
public sealed class CompactGraphByChangesTests : AccessGraphContract
{
    protected override bool GivesTheFirstInOrder => false;

    protected override IAccessGraph Build(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf)
    {
        var store = CompactGraphStore.Build([], [], SmallWorld.Noon);
        foreach (var link in links)
        {
            store.Apply([new GraphChange.Assert(link), new GraphChange.SetState(link.To, stateOf(link.To))]);
        }

        return store.Current;
    }
}

/// <summary>The same answers when half of the links were wrong at first and were retracted, the states changed, and time went on.</summary>
public sealed class CompactGraphAfterChangesTests : AccessGraphContract
{
    protected override bool GivesTheFirstInOrder => false;

    protected override IAccessGraph Build(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf)
    {
        var all = links.ToList();
        var wrong = all.Select(
            (l, i) => i % 2 == 0 ? l : l with { From = l.To, To = l.From, Kind = LinkKind.MemberOf, Action = null }).ToList();
        var store = CompactGraphStore.Build(
            wrong, all.Select(l => (l.From, NodeState.Disabled)).Distinct(), SmallWorld.Noon - TimeSpan.FromMinutes(5));
        store.Apply([.. wrong.Except(all).Select(l => new GraphChange.Retract(l.Key))]);
        store.Apply([.. all.Select(l => new GraphChange.Assert(l))]);
        store.Apply([.. all.SelectMany(l => new[] { l.From, l.To }).Distinct().Select(id => new GraphChange.SetState(id, stateOf(id)))]);
        store.AdvanceTo(SmallWorld.Noon);
        return store.Current;
    }
}

/// <summary>The same answers when every other link came after the freeze: a resource that led nowhere then leads on now.</summary>
public sealed class CompactGraphHalfFrozenTests : AccessGraphContract
{
    protected override bool GivesTheFirstInOrder => false;

    protected override IAccessGraph Build(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf)
    {
        var all = links.ToList();
        var store = CompactGraphStore.Build(all.Where((_, i) => i % 2 == 0), [], SmallWorld.Noon);
        store.Apply([.. all.Where((_, i) => i % 2 == 1).Select(l => new GraphChange.Assert(l))]);
        store.Apply([.. all.SelectMany(l => new[] { l.From, l.To }).Distinct().Select(id => new GraphChange.SetState(id, stateOf(id)))]);
        return store.Current;
    }
}

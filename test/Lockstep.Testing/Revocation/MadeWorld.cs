using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Revocation;

namespace Lockstep.Testing.Revocation;

/// <summary>An estate of given links over faulty systems that hold the truth about what was cut.</summary>
public sealed class MadeWorld(IReadOnlyList<Link> links, TimeProvider time, params string[] systems) : ICaseWorld
{
    public Dictionary<string, FaultySystem> Systems { get; } = systems.ToDictionary(n => n, n => new FaultySystem(n, new Random(1), 0));

    public IEstate Estate => Look();

    public IReadOnlyDictionary<string, IConnector> Connectors => Systems.ToDictionary(s => s.Key, s => (IConnector)s.Value);

    public Task<IEstate> ObserveAsync(IReadOnlyCollection<string> systemNames, CancellationToken cancellationToken) =>
        Task.FromResult(Estate);

    private FixedEstate Look()
    {
        var alive = links.Where(
            l => !Systems.Values.Any(s => s.Removed.Contains(l.Key) || s.Gone.Contains(l.From) || s.Gone.Contains(l.To)));
        var nodes = links.SelectMany(l => new[] { l.From, l.To }).Distinct().Select(id => new Node
        {
            Id = id,
            Name = id.RawKey,
            State = Systems.TryGetValue(id.SystemName, out var system) && system.Disabled.Contains(id) ? NodeState.Disabled
                : NodeState.Active,
        });
        return new FixedEstate([.. nodes], [.. alive], [.. Systems.Keys.Select(Coverage)]);
    }

    private SystemCoverage Coverage(string system) => new()
    {
        SystemName = system,
        SystemKind = "faulty",
        ObservedAt = time.GetUtcNow(),
        LastError = null,
        Gaps = [],
        FactCount = 1,
    };
}

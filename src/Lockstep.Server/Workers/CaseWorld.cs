using Lockstep.Connectors;
using Lockstep.Reconciliation;
using Lockstep.Revocation;

namespace Lockstep.Server.Workers;

/// <summary>What a running case sees of this server.</summary>
internal sealed class CaseWorld(EstateHolder estate, ConnectedSystems systems, ObservationSweep sweep) : ICaseWorld
{
    /// <inheritdoc/>
    public IEstate Estate => estate.Current;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IConnector> Connectors => systems.Connectors;

    /// <inheritdoc/>
    public async Task<IEstate> ObserveAsync(IReadOnlyCollection<string> systemNames, CancellationToken cancellationToken)
    {
        await sweep.SweepAsync([.. systemNames.Where(systems.Connectors.ContainsKey)], isFull: true, cancellationToken);
        return estate.Current;
    }
}

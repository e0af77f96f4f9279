using Lockstep.Ledger;
using Lockstep.Reconciliation;

namespace Lockstep.Server.Workers;

/// <summary>Writes what changed to the ledger while it is still being read, so that a big system needs little memory.</summary>
internal sealed class ChangeWriter(ILedger ledger, string systemName)
{
    private readonly List<FactChange> _changes = [];

    /// <summary>Gets how many facts were asserted.</summary>
    public int Asserted { get; private set; }

    /// <summary>Gets how many facts were retracted.</summary>
    public int Retracted { get; private set; }

    /// <summary>Adds changes, and writes when there are <paramref name="changesMax"/>.</summary>
    public async Task AddAsync(IReadOnlyList<FactChange> changes, int changesMax, CancellationToken cancellationToken)
    {
        _changes.AddRange(changes);
        Asserted += changes.Count(c => c is FactChange.Asserted);
        Retracted += changes.Count(c => c is FactChange.Retracted);
        if (_changes.Count >= changesMax)
        {
            await FlushAsync(cancellationToken);
        }
    }

    /// <summary>Writes what is left.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var drafts in ObservationEntries.Changes(systemName, _changes).Chunk(256))
        {
            await ledger.AppendAsync(drafts, Durability.Relaxed, cancellationToken);
        }

        _changes.Clear();
    }
}

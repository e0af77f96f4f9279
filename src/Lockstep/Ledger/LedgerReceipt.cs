namespace Lockstep.Ledger;

/// <summary>Says where an append was written: <paramref name="Count"/> entries, next to each other, in the order of their drafts.</summary>
/// <param name="FirstIndex">The place of the first entry.</param>
/// <param name="Count">How many entries were written, at least 1.</param>
/// <param name="At">The time (UTC) that the entries carry.</param>
public sealed record LedgerReceipt(long FirstIndex, int Count, DateTimeOffset At)
{
    /// <summary>Gets the place of the last entry.</summary>
    public long LastIndex => FirstIndex + Count - 1;
}

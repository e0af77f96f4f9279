namespace Lockstep.Ledger;

/// <summary>The ways in which a ledger can be found not to be what was signed.</summary>
public enum LedgerDamageKind
{
    /// <summary>An entry's bytes, or its place, are not as they were written.</summary>
    EntryChanged,

    /// <summary>An entry between two others is not there.</summary>
    EntryMissing,

    /// <summary>There are fewer entries than were signed.</summary>
    TailMissing,

    /// <summary>There are more entries than were signed: the checkpoint is an older one, or entries were put in from outside.</summary>
    TailUnsigned,

    /// <summary>The checkpoint is not signed with this ledger's key, or cannot be read.</summary>
    CheckpointReplaced,

    /// <summary>The entries are complete in themselves and do not contain what an older checkpoint had signed.</summary>
    Rewritten,

    /// <summary>The store itself cannot be read.</summary>
    Unreadable,
}

/// <summary>A ledger that is not what was signed. An expected event, hence a value.</summary>
/// <param name="Code">A stable diagnostic code, <c>LS4010</c> to <c>LS4019</c>.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="FirstBadIndex">The first entry that is not to be trusted, or <see langword="null"/> if none could be read.</param>
/// <param name="Detail">One sentence for an operator.</param>
public sealed record LedgerDamage(string Code, LedgerDamageKind Kind, long? FirstBadIndex, string Detail);

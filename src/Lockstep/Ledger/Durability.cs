namespace Lockstep.Ledger;

/// <summary>What has happened to an entry when <see cref="ILedger.AppendAsync"/> returns.</summary>
public enum Durability
{
    /// <summary>
    /// Written and visible to readers, but a power loss may take the newest entries back (never a part of one). For what
    /// can be observed again.
    /// </summary>
    Relaxed,

    /// <summary>On the disk, flushed. For everything that we are about to do and for everything that we claim.</summary>
    Intent,
}

namespace Lockstep.Ledger;

/// <summary>Bounds on what can be written to the ledger.</summary>
public static class LedgerLimits
{
    /// <summary>The longest entry in bytes: 65,535, since an entry bundle of the export gives its length in 16 bits.</summary>
    public const int EntryBytesMax = ushort.MaxValue;

    /// <summary>The most entries in one append: 65,536. They are written together or not at all.</summary>
    public const int DraftsMax = 65_536;

    /// <summary>The longest kind in characters: 64.</summary>
    public const int KindLengthMax = 64;

    /// <summary>The longest actor in characters: 256.</summary>
    public const int ByLengthMax = 256;
}

namespace Lockstep.Graph.Compact;

/// <summary>
/// What the engine keeps beside each link's target, in 32 bits: the kind (bits 0-3), whether it has a validity (bit 4) and the key of
/// its evidence (bits 5-31).
/// </summary>
internal static class LinkMeta
{
    /// <summary>The most distinct evidence records: 2^27.</summary>
    public const int EvidenceMax = 1 << 27;

    private const uint ValidityBit = 1 << 4;

    public static uint Pack(int kind, int evidence, bool hasValidity) =>
        (uint)kind | (hasValidity ? ValidityBit : 0) | ((uint)evidence << 5);

    public static int Kind(uint meta) => (int)(meta & 15);

    public static int Evidence(uint meta) => (int)(meta >> 5);

    public static bool HasValidity(uint meta) => (meta & ValidityBit) != 0;
}

using System.Collections.Immutable;

namespace Lockstep.Ledger;

/// <summary>Shows that the first <paramref name="OldSize"/> of <paramref name="NewSize"/> entries are unchanged (RFC 6962 2.1.2).</summary>
/// <param name="Hashes">Empty if the sizes are equal or the old one is 0.</param>
public sealed record ConsistencyProof(long OldSize, long NewSize, ImmutableArray<MerkleHash> Hashes);

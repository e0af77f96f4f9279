using System.Collections.Immutable;

namespace Lockstep.Ledger;

/// <summary>
/// Shows that an entry is the one at <paramref name="Index"/> in the tree of <paramref name="Size"/> entries (RFC 6962 2.1.1).
/// </summary>
/// <param name="Hashes">The neighbours from leaf to root: at most one for each doubling of the size.</param>
public sealed record InclusionProof(long Index, long Size, ImmutableArray<MerkleHash> Hashes);

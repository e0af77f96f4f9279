namespace Lockstep.Ledger;

/// <summary>Names the whole content of a ledger at one size; what a signature is put under.</summary>
/// <param name="Origin">The ledger's name, without scheme or spaces, for example <c>lockstep.local/4f1c</c>.</param>
/// <param name="Size">How many entries, from 0.</param>
/// <param name="Root">The Merkle tree's root over exactly these entries.</param>
public sealed record Checkpoint(string Origin, long Size, MerkleHash Root)
{
    /// <summary>Writes the text of the C2SP checkpoint: origin, size and root, a line each.</summary>
    public override string ToString() => string.Create(null, $"{Origin}\n{Size}\n{Root}\n");
}

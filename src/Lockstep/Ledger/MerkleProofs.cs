namespace Lockstep.Ledger;

/// <summary>Checks proofs as RFC 9162 2.1.3.2 and 2.1.4.2 say; needs the proof and the roots, nothing else. O(log size).</summary>
public static class MerkleProofs
{
    /// <summary>Says whether the entry with hash <paramref name="leaf"/> is where the proof says in the tree with this root.</summary>
    public static bool Verify(InclusionProof proof, MerkleHash leaf, MerkleHash root)
    {
        if (proof.Index < 0 || proof.Index >= proof.Size)
        {
            return false;
        }

        var (place, last, hash) = (proof.Index, proof.Size - 1, leaf);
        foreach (var neighbour in proof.Hashes)
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                hash = Rfc6962.Node(neighbour, hash);
                SkipToRightChild(ref place, ref last);
            }
            else
            {
                hash = Rfc6962.Node(hash, neighbour);
            }

            place >>= 1;
            last >>= 1;
        }

        return last == 0 && hash == root;
    }

    /// <summary>Says whether the tree with <paramref name="oldRoot"/> is the beginning of that with <paramref name="newRoot"/>.</summary>
    /// <remarks>An old size of 0 shows nothing and is refused here; whoever has seen nothing yet needs no proof.</remarks>
    public static bool Verify(ConsistencyProof proof, MerkleHash oldRoot, MerkleHash newRoot)
    {
        if (proof.OldSize <= 0 || proof.OldSize > proof.NewSize)
        {
            return false;
        }

        if (proof.OldSize == proof.NewSize)
        {
            return proof.Hashes.IsEmpty && oldRoot == newRoot;
        }

        var hashes = proof.Hashes.AsSpan();
        if (long.IsPow2(proof.OldSize))
        {
            return Climb(proof.OldSize - 1, proof.NewSize - 1, oldRoot, hashes, oldRoot, newRoot);
        }

        return !hashes.IsEmpty && Climb(proof.OldSize - 1, proof.NewSize - 1, hashes[0], hashes[1..], oldRoot, newRoot);
    }

    private static bool Climb(
        long place, long last, MerkleHash start, ReadOnlySpan<MerkleHash> hashes, MerkleHash oldRoot, MerkleHash newRoot)
    {
        while ((place & 1) == 1)
        {
            place >>= 1;
            last >>= 1;
        }

        var (older, newer) = (start, start);
        foreach (var neighbour in hashes)
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                older = Rfc6962.Node(neighbour, older);
                newer = Rfc6962.Node(neighbour, newer);
                SkipToRightChild(ref place, ref last);
            }
            else
            {
                newer = Rfc6962.Node(newer, neighbour);
            }

            place >>= 1;
            last >>= 1;
        }

        return older == oldRoot && newer == newRoot && last == 0;
    }

    // A node without a right neighbour rises unchanged until it is itself a right child.
    private static void SkipToRightChild(ref long place, ref long last)
    {
        while ((place & 1) == 0 && place != 0)
        {
            place >>= 1;
            last >>= 1;
        }
    }
}

namespace Lockstep.Ledger;

/// <summary>Verifies proof files offline: needs the entry's bytes, the file and the ledger's key, and trusts nothing else.</summary>
public static class ProofVerifier
{
    /// <summary>Says whether the entry, exactly as given, is in the ledger that <paramref name="vkey"/> signs. O(log size).</summary>
    /// <param name="entryBytes">The entry's exact bytes.</param>
    /// <param name="proofText">The text of the proof file.</param>
    /// <param name="vkey">The ledger's verifier key, <c>name+id+base64</c>, from a source that is trusted.</param>
    public static ProofOutcome Verify(ReadOnlySpan<byte> entryBytes, string proofText, string vkey)
    {
        if (!VerifierKey.TryParse(vkey, out var key) || key.Algorithm is not KeyAlgorithm.Ed25519)
        {
            return new ProofOutcome.DoesNotHold("LS4020", "the verifier key is not well-formed");
        }

        if (!ProofFile.TryParse(proofText, out var proof))
        {
            return new ProofOutcome.DoesNotHold("LS4021", "the proof is not a tlog-proof of version 1");
        }

        if (!SignedCheckpoint.TryOpen(proof.Checkpoint, key, out var signed, out var reason))
        {
            return new ProofOutcome.DoesNotHold("LS4022", reason);
        }

        var inclusion = new InclusionProof(proof.Index, signed.Checkpoint.Size, proof.Hashes);
        return MerkleProofs.Verify(inclusion, Rfc6962.Leaf(entryBytes), signed.Checkpoint.Root)
            ? new ProofOutcome.Holds(proof.Index, signed.Checkpoint)
            : new ProofOutcome.DoesNotHold("LS4023", $"the entry is not the one at index {proof.Index} under the signed root");
    }
}

using System.Collections.Immutable;

namespace Lockstep.Ledger;

/// <summary>Entries that a claim rests on, each with its proof; an outsider checks them with the verifier key and nothing else.</summary>
/// <param name="VerifierKey">The ledger's key as C2SP writes it: <c>name+id+base64</c>.</param>
/// <param name="Checkpoint">The one checkpoint that all the proofs lead to.</param>
/// <param name="Items">The entries in the order asked for.</param>
public sealed record EvidenceBundle(string VerifierKey, SignedCheckpoint Checkpoint, ImmutableArray<Evidence> Items);

/// <summary>One entry with the text of its C2SP tlog-proof.</summary>
/// <param name="Entry">The entry; its <see cref="LedgerEntry.Bytes"/> are what the proof is about.</param>
/// <param name="Proof">The text of the proof file, complete.</param>
public sealed record Evidence(LedgerEntry Entry, string Proof);

using Lockstep.Ledger;
using Xunit;

namespace Lockstep.Tests.Ledger;

/// <summary>The tree against a definition too simple to be wrong, and every proof against every change of it.</summary>
public class MerklePropertyTests
{
    private const int SizeMax = 70;

    [Fact]
    public void Every_root_equals_the_definition_of_rfc_6962()
    {
        var (tree, leaves) = Grow(seed: 1, SizeMax);
        var range = new CompactRange();
        for (var size = 0; size <= SizeMax; size++)
        {
            var expected = size == 0 ? Rfc6962.EmptyRoot : Definition(leaves.AsSpan(0, size));
            Assert.Equal(expected, tree.Root(size));
            Assert.Equal(expected, range.Root);
            if (size < SizeMax)
            {
                range.Append(leaves[size]);
            }
        }
    }

    [Fact]
    public void Every_inclusion_proof_holds_and_no_changed_one_does()
    {
        var random = new Random(2);
        var (tree, leaves) = Grow(seed: 2, SizeMax);
        var refused = 0;
        for (var size = 1; size <= SizeMax; size++)
        {
            var root = tree.Root(size);
            for (var index = 0; index < size; index++)
            {
                var proof = tree.ProveInclusion(index, size);
                Assert.True(MerkleProofs.Verify(proof, leaves[index], root), $"{index} of {size}");

                Assert.False(MerkleProofs.Verify(proof, Flip(leaves[index], random), root), $"{index} of {size}: another leaf");
                Assert.False(MerkleProofs.Verify(proof, leaves[index], Flip(root, random)), $"{index} of {size}: another root");
                foreach (var mutant in Mutants(proof, random))
                {
                    Assert.False(MerkleProofs.Verify(mutant, leaves[index], root), $"{index} of {size}: {mutant}");
                    refused++;
                }
            }
        }

        Assert.True(refused > 10_000, $"only {refused} changed proofs were tried");
    }

    [Fact]
    public void Every_consistency_proof_holds_and_no_changed_one_does()
    {
        var random = new Random(3);
        var (tree, _) = Grow(seed: 3, SizeMax);
        var refused = 0;
        for (var newSize = 1; newSize <= SizeMax; newSize++)
        {
            for (var oldSize = 1; oldSize <= newSize; oldSize++)
            {
                var proof = tree.ProveConsistency(oldSize, newSize);
                var (older, newer) = (tree.Root(oldSize), tree.Root(newSize));
                Assert.True(MerkleProofs.Verify(proof, older, newer), $"{oldSize} to {newSize}");

                Assert.False(MerkleProofs.Verify(proof, Flip(older, random), newer), $"{oldSize} to {newSize}: another old root");
                Assert.False(MerkleProofs.Verify(proof, older, Flip(newer, random)), $"{oldSize} to {newSize}: another new root");
                for (var i = 0; i < proof.Hashes.Length; i++)
                {
                    var flipped = proof with { Hashes = proof.Hashes.SetItem(i, Flip(proof.Hashes[i], random)) };
                    Assert.False(MerkleProofs.Verify(flipped, older, newer), $"{oldSize} to {newSize}: hash {i} flipped");
                    Assert.False(MerkleProofs.Verify(proof with { Hashes = proof.Hashes.RemoveAt(i) }, older, newer));
                    refused += 2;
                }

                Assert.False(MerkleProofs.Verify(proof with { Hashes = proof.Hashes.Add(older) }, older, newer));
            }
        }

        Assert.True(refused > 10_000, $"only {refused} changed proofs were tried");
    }

    [Fact]
    public void Sizes_out_of_range_are_refused()
    {
        var (tree, leaves) = Grow(seed: 4, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.ProveInclusion(5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.ProveInclusion(0, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.ProveConsistency(4, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Root(6));
        Assert.False(MerkleProofs.Verify(new InclusionProof(-1, 1, []), leaves[0], leaves[0]));
        Assert.False(MerkleProofs.Verify(new InclusionProof(0, 0, []), leaves[0], leaves[0]));
        Assert.False(MerkleProofs.Verify(new ConsistencyProof(0, 5, []), Rfc6962.EmptyRoot, tree.Root(5)));
        Assert.False(MerkleProofs.Verify(new ConsistencyProof(5, 4, []), tree.Root(5), tree.Root(4)));
    }

    private static IEnumerable<InclusionProof> Mutants(InclusionProof proof, Random random)
    {
        for (var i = 0; i < proof.Hashes.Length; i++)
        {
            yield return proof with { Hashes = proof.Hashes.SetItem(i, Flip(proof.Hashes[i], random)) };
            yield return proof with { Hashes = proof.Hashes.RemoveAt(i) };
        }

        yield return proof with { Hashes = proof.Hashes.Add(Rfc6962.EmptyRoot) };
        if (proof.Size > 1)
        {
            yield return proof with { Index = proof.Index ^ 1 };
        }
    }

    private static MerkleHash Definition(ReadOnlySpan<MerkleHash> leaves)
    {
        if (leaves.Length == 1)
        {
            return leaves[0];
        }

        var half = 1;
        while (half * 2 < leaves.Length)
        {
            half *= 2;
        }

        return Rfc6962.Node(Definition(leaves[..half]), Definition(leaves[half..]));
    }

    private static (MerkleTree Tree, MerkleHash[] Leaves) Grow(int seed, int size)
    {
        var random = new Random(seed);
        var tree = new MerkleTree();
        var leaves = new MerkleHash[size];
        for (var i = 0; i < size; i++)
        {
            var entry = new byte[random.Next(300)];
            random.NextBytes(entry);
            leaves[i] = tree.Append(entry);
        }

        return (tree, leaves);
    }

    private static MerkleHash Flip(MerkleHash hash, Random random)
    {
        var bytes = hash.ToArray();
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return new(bytes);
    }
}

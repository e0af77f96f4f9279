using System.Text.Json;
using Lockstep.Ledger;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Tests.Ledger;

/// <summary>The known answers of RFC 6962 as certificate transparency's own test data gives them.</summary>
public class MerkleVectorTests
{
    private static readonly string[] Leaves =
    [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_of_the_canonical_eight_leaves_are_the_known_ones() => CheckRoots(Leaves, Roots);

    [Fact]
    public void Roots_equal_the_outside_vectors()
    {
        var path = OutsideFolders.Need(OutsideFolders.Vectors, "merkle-rfc6962/vectors.json");
        var vectors = JsonElement.Parse(File.ReadAllBytes(path));

        CheckRoots(Texts(vectors.GetProperty("leaf_inputs_hex")), Texts(vectors.GetProperty("root_hash_by_tree_size_hex")));
    }

    [Fact]
    public void Inner_nodes_equal_the_outside_vectors()
    {
        var path = OutsideFolders.Need(OutsideFolders.Vectors, "merkle-rfc6962/vectors.json");
        var vectors = JsonElement.Parse(File.ReadAllBytes(path));
        var tree = TreeOf(Texts(vectors.GetProperty("leaf_inputs_hex")));
        var compared = 0;

        foreach (var (level, nodes) in vectors.GetProperty("node_hashes_hex").EnumerateArray().Index())
        {
            foreach (var (index, node) in Texts(nodes).Index())
            {
                Assert.Equal(node, Hex(tree.Complete(level, index)));
                compared++;
            }
        }

        Assert.Equal(15, compared);
    }

    [Fact]
    public void A_leaf_and_a_node_of_the_same_text_hash_differently()
    {
        Assert.Equal("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56", Hex(Rfc6962.Leaf("L123456"u8)));
        var node = new byte[MerkleHash.Length];
        LibCrypto.Sha256(0x01, "N123N456"u8, node);
        Assert.Equal("aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb", Convert.ToHexStringLower(node));
    }

    [Fact]
    public void Proofs_are_the_known_ones()
    {
        var tree = TreeOf(Leaves);

        Assert.Equal(
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
            tree.ProveInclusion(5, 8).Hashes.Select(Hex));
        Assert.Equal([Roots[2]], tree.ProveInclusion(2, 3).Hashes.Select(Hex));
        Assert.Equal(
            [
                "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
                "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
            ],
            tree.ProveConsistency(3, 7).Hashes.Select(Hex));
        Assert.Equal(
            ["837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e"], tree.ProveConsistency(4, 7).Hashes.Select(Hex));
        Assert.Equal(
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
            tree.ProveConsistency(6, 8).Hashes.Select(Hex));
    }

    private static void CheckRoots(string[] leaves, string[] roots)
    {
        var tree = TreeOf(leaves);
        var range = new CompactRange();
        for (var size = 0; size <= leaves.Length; size++)
        {
            Assert.Equal(roots[size], Hex(tree.Root(size)));
            Assert.Equal(roots[size], Hex(range.Root));
            if (size < leaves.Length)
            {
                range.Append(Convert.FromHexString(leaves[size]));
            }
        }
    }

    private static MerkleTree TreeOf(string[] leaves)
    {
        var tree = new MerkleTree();
        foreach (var leaf in leaves)
        {
            tree.Append(Convert.FromHexString(leaf));
        }

        return tree;
    }

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];

    private static string Hex(MerkleHash hash) => Convert.ToHexStringLower(MerkleHash.BytesOf(hash));
}

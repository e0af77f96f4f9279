using System.Text;
using Lockstep.Ledger;
using Xunit;

namespace Lockstep.Tests.Ledger;

/// <summary>A proof file holds for its entry and its key, and for nothing else, whichever byte is changed.</summary>
public class ProofFileTests
{
    [Fact]
    public void A_proof_holds_and_every_changed_byte_of_proof_or_entry_refuses_it()
    {
        using var key = SigningKey.Create("lockstep.local/t");
        var entries = Enumerable.Range(0, 11).Select(i => Encoding.UTF8.GetBytes($"entry {i}")).ToArray();
        var tree = new MerkleTree();
        foreach (var entry in entries)
        {
            tree.Append(entry);
        }

        var signed = key.Sign(new("lockstep.local/t", tree.Size, tree.Root(tree.Size)));
        var vkey = key.Verifier.ToString();
        var text = ProofFile.Of(tree.ProveInclusion(6, tree.Size), signed).ToString();
        Assert.Equal(new ProofOutcome.Holds(6, signed.Checkpoint), ProofVerifier.Verify(entries[6], text, vkey));
        Assert.True(ProofFile.TryParse(text, out var parsed));
        Assert.Equal(text, parsed.ToString());

        for (var i = 0; i < text.Length; i++)
        {
            var broken = string.Concat(text.AsSpan(0, i), ((char)(text[i] ^ 1)).ToString(), text.AsSpan(i + 1));
            Assert.True(ProofVerifier.Verify(entries[6], broken, vkey) is ProofOutcome.DoesNotHold, $"character {i} of the proof");
        }

        for (var i = 0; i < entries[6].Length; i++)
        {
            var broken = entries[6].ToArray();
            broken[i] ^= 1;
            Assert.Equal("LS4023", Assert.IsType<ProofOutcome.DoesNotHold>(ProofVerifier.Verify(broken, text, vkey)).Code);
        }

        Assert.Equal("LS4023", Assert.IsType<ProofOutcome.DoesNotHold>(ProofVerifier.Verify(entries[5], text, vkey)).Code);
        Assert.Equal("LS4020", Assert.IsType<ProofOutcome.DoesNotHold>(ProofVerifier.Verify(entries[6], text, vkey[1..])).Code);
        Assert.Equal("LS4021", Assert.IsType<ProofOutcome.DoesNotHold>(ProofVerifier.Verify(entries[6], "index 6\n", vkey)).Code);
        using var other = SigningKey.Create("lockstep.local/t");
        Assert.Equal(
            "LS4022", Assert.IsType<ProofOutcome.DoesNotHold>(ProofVerifier.Verify(entries[6], text, other.Verifier.ToString())).Code);
    }

    [Fact]
    public void An_extra_line_is_allowed()
    {
        using var key = SigningKey.Create("lockstep.local/t");
        var tree = new MerkleTree();
        tree.Append("only"u8);
        var text = ProofFile.Of(tree.ProveInclusion(0, 1), key.Sign(new("lockstep.local/t", 1, tree.Root(1)))).ToString();
        var extra = text.Replace("@v1\n", "@v1\nextra bm90ZQ==\n", StringComparison.Ordinal);
        Assert.IsType<ProofOutcome.Holds>(ProofVerifier.Verify("only"u8, extra, key.Verifier.ToString()));
    }
}

using System.Text;
using Lockstep.Ledger;
using Xunit;

namespace Lockstep.Tests.Ledger;

/// <summary>Notes and keys against the published examples of Go's checksum database and of C2SP.</summary>
public class SignedNoteTests
{
    private const string PeterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string EnochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
    private const string Text =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";

    private const string PeterLine =
        "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    private const string EnochLine =
        "\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

    public static TheoryData<string, string> Malformed { get; } = new()
    {
        { "no blank line", Text + PeterLine },
        { "no last line end", $"{Text}\n{PeterLine[..^1]}" },
        { "control character", $"a\u0001b\n\n{PeterLine}" },
        { "undecodable byte", $"a\uFFFDb\n\n{PeterLine}" },
        { "a name with a space", $"{Text}\n{PeterLine.Replace("PeterNeumann", "Peter Neumann", StringComparison.Ordinal)}" },
        { "a line below", $"{Text}\n{PeterLine}x\n" },
        { "no signature", $"{Text}\n" },
        { "101 signatures", $"{Text}\n{string.Concat(Enumerable.Repeat(PeterLine, 101))}" },
        { "base64 with a space", $"{Text}\n{PeterLine.Replace("x08g", "x0 8g", StringComparison.Ordinal)}" },
        { "no dash", $"{Text}\n{PeterLine.Replace('\u2014', '-')}" },
    };

    [Fact]
    public void A_note_signed_by_others_verifies_for_each_of_them()
    {
        Assert.True(SignedNote.TryParse($"{Text}\n{PeterLine}{EnochLine}", out var note));
        Assert.Equal(Text, note.Text);
        Assert.True(note.IsSignedBy(Key(PeterKey)));
        Assert.True(note.IsSignedBy(Key(EnochKey)));
        Assert.Equal($"{Text}\n{PeterLine}{EnochLine}", note.ToString());
    }

    [Fact]
    public void The_c2sp_example_verifies()
    {
        const string Line = "\u2014 example.com/foo "
            + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
        Assert.True(SignedNote.TryParse($"This is an example message.\n\n{Line}", out var note));
        Assert.True(note.IsSignedBy(Key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")));
    }

    [Fact]
    public void A_changed_text_or_signature_or_key_does_not_verify()
    {
        Assert.True(SignedNote.TryParse($"{Text}\n{PeterLine}", out var note));
        Assert.False((note with { Text = Text.Replace("think", "thank", StringComparison.Ordinal) }).IsSignedBy(Key(PeterKey)));
        Assert.False(note.IsSignedBy(Key(EnochKey)));
        var bytes = note.Signatures[0].Bytes;
        for (var i = 0; i < bytes.Length; i++)
        {
            var broken = note.Signatures[0] with { Bytes = bytes.SetItem(i, (byte)(bytes[i] ^ 1)) };
            Assert.False((note with { Signatures = [broken] }).IsSignedBy(Key(PeterKey)), $"byte {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_note_of_another_form_is_refused(string what, string note) => Assert.False(SignedNote.TryParse(note, out _), what);

    [Fact]
    public void Every_truncation_of_a_verifier_key_is_refused()
    {
        Assert.Equal(PeterKey, Key(PeterKey).ToString());
        for (var length = 0; length < PeterKey.Length; length++)
        {
            Assert.False(VerifierKey.TryParse(PeterKey[..length], out _), PeterKey[..length]);
        }

        Assert.False(VerifierKey.TryParse(PeterKey.Replace("c74f20a3", "c74f20a4", StringComparison.Ordinal), out _));
        Assert.False(VerifierKey.TryParse(null, out _));
    }

    [Fact]
    public void The_published_signer_key_signs_as_published()
    {
        using var key = SigningKey.Parse("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"u8);
        Assert.Equal(PeterKey, key.Verifier.ToString());
        Assert.Equal("(signing key of PeterNeumann)", key.ToString());
    }

    [Fact]
    public void A_signed_checkpoint_opens_with_its_key_and_no_other()
    {
        using var key = SigningKey.Create("lockstep.local/a");
        using var namesake = SigningKey.Create("lockstep.local/a");
        using var again = SigningKey.Parse(key.ToFileBytes());
        var signed = again.Sign(new("lockstep.local/a", 7, Rfc6962.Leaf("x"u8)));

        Assert.True(SignedCheckpoint.TryOpen(signed.Note, key.Verifier, out var opened, out _));
        Assert.Equal(signed, opened);
        Assert.False(SignedCheckpoint.TryOpen(signed.Note, namesake.Verifier, out _, out var reason));
        Assert.Contains("not signed", reason, StringComparison.Ordinal);

        var other = key.Sign(new("lockstep.local/b", 7, Rfc6962.Leaf("x"u8)));
        Assert.False(SignedCheckpoint.TryOpen(other.Note, key.Verifier, out _, out reason));
        Assert.Contains("lockstep.local/b", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("o\n1\n")]
    [InlineData("o\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n")]
    [InlineData("o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_checkpoint_of_another_form_is_refused(string text) => Assert.False(Checkpoint.TryParse(text, out _));

    [Fact]
    public void A_checkpoint_may_carry_extension_lines()
    {
        Assert.True(Checkpoint.TryParse("o\n20\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\n", out var checkpoint));
        Assert.Equal(20, checkpoint.Size);
    }

    [Fact]
    public void A_signer_key_that_is_none_is_refused_without_being_repeated()
    {
        var e = Assert.Throws<FormatException>(() => SigningKey.Parse(Encoding.UTF8.GetBytes("PRIVATE+KEY+a+00000000+c2VjcmV0")));
        Assert.DoesNotContain("c2VjcmV0", e.Message, StringComparison.Ordinal);
    }

    private static VerifierKey Key(string text) => VerifierKey.TryParse(text, out var key) ? key : throw new FormatException(text);
}

using Lockstep.Ledger;
using Lockstep.Server.Storage;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Server.Tests.Storage;

/// <summary>Our own check of an export agrees with the independent judge, and also says which entry is bad.</summary>
public class ExportedLedgerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(700)]
    public async Task An_export_holds(int size)
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(size);
        var (directory, key) = await ExportAsync(subject);

        var holds = Assert.IsType<LedgerReport.Holds>(await ExportedLedger.VerifyAsync(directory, key, since: null, default));
        Assert.Equal(size, holds.Checkpoint.Checkpoint.Size);
    }

    /// <summary>One byte anywhere in one of the files: found, and where it is in an entry's bytes that entry is named.</summary>
    [Fact]
    public async Task A_changed_byte_in_any_file_is_found_by_us_and_by_the_judge()
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(700);
        var (directory, key) = await ExportAsync(subject);
        var random = new Random(5);
        var judged = 0;
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(
            p => Path.GetFileName(p) != "vkey"))
        {
            var bytes = await File.ReadAllBytesAsync(path);
            for (var run = 0; run < 8; run++)
            {
                var at = random.Next(bytes.Length);
                bytes[at] ^= 1;
                await File.WriteAllBytesAsync(path, bytes);
                bytes[at] ^= 1;
                Assert.IsType<LedgerReport.Damaged>(await ExportedLedger.VerifyAsync(directory, key, since: null, default));
            }

            bytes[0] ^= 1;
            await File.WriteAllBytesAsync(path, bytes);
            bytes[0] ^= 1;
            TlogJudge.DoesNotHold("log", "-vkey", key.ToString(), "-dir", directory);
            await File.WriteAllBytesAsync(path, bytes);
            judged++;
        }

        Assert.Equal(8, judged);
        TlogJudge.Holds("log", "-vkey", key.ToString(), "-dir", directory);
    }

    [Theory]
    [InlineData("tile/entries/001", "\"n\":300,", "LS4010", 300)]
    [InlineData("tile/entries/002.p/188", "\"n\":699,", "LS4010", 699)]
    [InlineData("tile/entries/000", "\"n\":0,", "LS4010", 0)]
    public async Task The_changed_entry_is_named(string file, string text, string code, long index)
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(700);
        var (directory, key) = await ExportAsync(subject);
        var path = Path.Combine(directory, file);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text)) + 1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        var damage = Assert.IsType<LedgerReport.Damaged>(await ExportedLedger.VerifyAsync(directory, key, since: null, default)).Damage;
        Assert.Equal((code, index), (damage.Code, damage.FirstBadIndex));
    }

    [Fact]
    public async Task A_missing_file_a_cut_file_and_another_key_are_found()
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(700);
        var (directory, key) = await ExportAsync(subject);
        var path = Path.Combine(directory, "tile/entries/001");
        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..^1]);
        Assert.Equal(("LS4012", 511L), await DamageAsync(directory, key));
        File.Delete(path);
        Assert.Equal(("LS4011", 256L), await DamageAsync(directory, key));
        using var other = SigningKey.Create(key.Name);
        Assert.Equal("LS4014", (await DamageAsync(directory, other.Verifier)).Code);
    }

    [Fact]
    public async Task An_older_checkpoint_is_held_against_it()
    {
        await using var subject = new LedgerSubject();
        var older = await subject.GrowAsync(300);
        var newer = await subject.GrowAsync(10);
        var (directory, key) = await ExportAsync(subject);
        Assert.Equal(older.Checkpoint,
            Assert.IsType<LedgerReport.Holds>(await ExportedLedger.VerifyAsync(directory, key, older, default)).Since);

        await File.WriteAllTextAsync(Path.Combine(directory, "checkpoint"), older.Note);
        Assert.IsType<LedgerReport.Damaged>(await ExportedLedger.VerifyAsync(directory, key, newer, default));
    }

    private static async Task<(string? Code, long? Index)> DamageAsync(string directory, VerifierKey key)
    {
        var damage = Assert.IsType<LedgerReport.Damaged>(await ExportedLedger.VerifyAsync(directory, key, since: null, default)).Damage;
        return (damage.Code, damage.FirstBadIndex);
    }

    private static async Task<(string Directory, VerifierKey Key)> ExportAsync(LedgerSubject subject)
    {
        var directory = subject.Scratch("export");
        var ledger = await subject.OpenAsync();
        await ledger.ExportAsync(directory, default);
        Assert.True(VerifierKey.TryParse(ledger.VerifierKey, out var key));
        await subject.CloseAsync();
        return (directory, key);
    }
}

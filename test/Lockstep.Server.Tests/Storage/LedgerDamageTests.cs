using System.Globalization;
using Lockstep.Ledger;
using Lockstep.Server.Storage;
using Xunit;

namespace Lockstep.Server.Tests.Storage;

/// <summary>Whatever is done to a closed ledger is found when it is opened, and the first bad entry is named.</summary>
public class LedgerDamageTests
{
    private const int Size = 60;

    /// <summary>Each: what is done to the database, the code and the first entry that must be named.</summary>
    public static TheoryData<string, string, string, long?> Damages { get; } = new()
    {
        { "a payload byte changed",
            "UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), 'grown', 'groan') AS BLOB) WHERE idx = 17", "LS4010", 17 },
        { "a mark changed", "UPDATE entries SET mark = zeroblob(16) WHERE idx = 17", "LS4010", 17 },
        { "dropped", "DELETE FROM entries WHERE idx = 17", "LS4011", 17 },
        { "the first dropped", "DELETE FROM entries WHERE idx = 0", "LS4011", 0 },
        { "dropped and closed up", $"DELETE FROM entries WHERE idx = 17; {Shift("idx > 17", -1)}", "LS4010", 17 },
        { "doubled", $"{Shift("idx > 17", 1)}; INSERT INTO entries SELECT 18, bytes, mark FROM entries WHERE idx = 17", "LS4010", 18 },
        { "moved", "UPDATE entries SET idx = -idx WHERE idx IN (17, 40); UPDATE entries SET idx = CASE idx WHEN -17 THEN 40 ELSE 17 END "
            + "WHERE idx < 0", "LS4010", 17 },
        { "one put before all", "INSERT INTO entries SELECT -1, bytes, mark FROM entries WHERE idx = 0", "LS4011", 0 },
        { "one put after all", $"INSERT INTO entries SELECT {Size}, bytes, mark FROM entries WHERE idx = 5", "LS4010", Size },
        { "tail cut off", "DELETE FROM entries WHERE idx >= 45", "LS4012", 45 },
        { "everything cut off", "DELETE FROM entries", "LS4012", 0 },
        { "tail cut off, with its checkpoint",
            "DELETE FROM entries WHERE idx >= 30; UPDATE head SET note = (SELECT note FROM seals WHERE size = 30)", "LS4012", 30 },
        { "the same, and the later seals",
            "DELETE FROM entries WHERE idx >= 30; UPDATE head SET note = (SELECT note FROM seals WHERE size = 30); DELETE FROM seals "
                + "WHERE size > 30", "LS4012", 30 },
        { "checkpoint replaced by an older one", "UPDATE head SET note = (SELECT note FROM seals WHERE size = 30)", "LS4013", 30 },
        { "checkpoint of another size",
            $"UPDATE head SET note = replace(note, char(10) || '{Size}' || char(10), char(10) || '59' || char(10))", "LS4014", null },
        { "checkpoint gone", "DELETE FROM head", "LS4014", null },
        { "kept checkpoint changed", "UPDATE seals SET note = replace(note, 'lockstep.local', 'elsewhere.org') WHERE size = 30", "LS4014",
            null },
        { "table gone", "DROP TABLE entries", "LS4012", 0 },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damage_is_found_and_the_first_bad_entry_named(string what, string sql, string code, long? firstBad)
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(30);
        await subject.GrowAsync(Size - 30);
        subject.Execute(sql);

        var damage = await subject.OpenDamagedAsync();

        Assert.True((damage.Code, damage.FirstBadIndex) == (code, firstBad), $"{what}: {damage}");
        if (firstBad is { } index)
        {
            Assert.Contains(index.ToString(CultureInfo.InvariantCulture), damage.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Damage_under_a_running_ledger_is_found_by_verify()
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(Size);
        var ledger = await subject.OpenAsync();
        Assert.IsType<LedgerReport.Holds>(await ledger.VerifyAsync(since: null, default));

        subject.Execute("UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), 'grown', 'groan') AS BLOB) WHERE idx = 33");

        Assert.Equal(33, Assert.IsType<LedgerReport.Damaged>(await ledger.VerifyAsync(since: null, default)).Damage.FirstBadIndex);
    }

    /// <summary>Any bit of the file: either the opening says that something is wrong, or every entry is still exactly as it was.</summary>
    [Fact]
    public async Task A_flipped_bit_anywhere_in_the_file_never_changes_an_entry_unnoticed()
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(400);
        var ledger = await subject.OpenAsync();
        var truth = await TextsAsync(ledger);
        await subject.CloseAsync();
        var file = await File.ReadAllBytesAsync(subject.Database);
        var random = new Random(20260301);
        var found = 0;
        for (var run = 0; run < 250; run++)
        {
            var (at, bit) = (random.Next(file.Length), 1 << random.Next(8));
            file[at] ^= (byte)bit;
            await File.WriteAllBytesAsync(subject.Database, file);
            file[at] ^= (byte)bit;
            var opening = await subject.TryOpenAsync();
            if (opening is LedgerOpening.Opened opened)
            {
                var texts = await TextsAsync(opened.Ledger);
                await opened.Ledger.DisposeAsync();
                Assert.True(truth.SequenceEqual(texts), $"bit {bit} of byte {at} changed an entry unnoticed");
            }
            else
            {
                found++;
                Assert.True(opening is LedgerOpening.Damaged, $"{opening}");
            }
        }

        Assert.True(found > 100, $"only {found} of 250 flipped bits mattered; the rest of the file is unused space");
    }

    [Fact]
    public async Task Every_bit_of_one_entry_is_watched_and_that_entry_named()
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(5);
        var file = await File.ReadAllBytesAsync(subject.Database);
        var start = file.AsSpan().IndexOf("\"n\":3,"u8);
        Assert.True(start > 0);
        for (var bit = 0; bit < 48; bit++)
        {
            var broken = file.ToArray();
            broken[start + (bit / 8)] ^= (byte)(1 << (bit % 8));
            await File.WriteAllBytesAsync(subject.Database, broken);
            Assert.Equal(3, (await subject.OpenDamagedAsync()).FirstBadIndex);
        }
    }

    [Fact]
    public async Task Yesterdays_database_is_found_by_the_checkpoint_beside_it()
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(20);
        File.Copy(subject.Database, subject.Scratch("yesterday"));
        await subject.GrowAsync(20);
        File.Copy(subject.Scratch("yesterday"), subject.Database, overwrite: true);

        var damage = await subject.OpenDamagedAsync();
        Assert.Equal(("LS4012", 20L), (damage.Code, damage.FirstBadIndex));
    }

    [Fact]
    public async Task Yesterdays_folder_is_found_by_a_checkpoint_kept_elsewhere()
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(20);
        CopyFolder(subject.Folder, subject.Scratch("yesterday"));
        var kept = await subject.GrowAsync(20);
        CopyFolder(subject.Scratch("yesterday"), subject.Folder);

        var ledger = await subject.OpenAsync();
        var damage = Assert.IsType<LedgerReport.Damaged>(await ledger.VerifyAsync(kept, default)).Damage;
        Assert.Equal(("LS4012", 20L), (damage.Code, damage.FirstBadIndex));

        await ledger.AppendAsync([.. Enumerable.Range(0, 30).Select(i => LedgerSubject.Draft(i, "otherwise"))], Durability.Intent, default);
        damage = Assert.IsType<LedgerReport.Damaged>(await ledger.VerifyAsync(kept, default)).Damage;
        Assert.Equal("LS4015", damage.Code);
        Assert.IsType<LedgerReport.Holds>(await ledger.VerifyAsync(since: null, default));
    }

    [Fact]
    public async Task An_older_checkpoint_of_the_same_ledger_holds_and_one_of_another_does_not()
    {
        await using var subject = new LedgerSubject();
        await using var stranger = new LedgerSubject();
        var older = await subject.GrowAsync(7);
        var foreign = await stranger.GrowAsync(7);
        await subject.GrowAsync(9);
        var ledger = await subject.OpenAsync();

        var holds = Assert.IsType<LedgerReport.Holds>(await ledger.VerifyAsync(older, default));
        Assert.Equal((16L, older.Checkpoint), (holds.Checkpoint.Checkpoint.Size, holds.Since));
        var damage = Assert.IsType<LedgerReport.Damaged>(await ledger.VerifyAsync(foreign, default)).Damage;
        Assert.Equal(LedgerDamageKind.CheckpointReplaced, damage.Kind);
    }

    private static string Shift(string where, int by) =>
        $"UPDATE entries SET idx = -1000 - idx WHERE {where}; UPDATE entries SET idx = -1000 - idx + {by} WHERE idx <= -1000";

    private static async Task<List<string>> TextsAsync(SqliteLedger ledger) =>
        await ledger.ReadAsync(0, default).Select(e => Convert.ToHexString(e.Bytes.Span)).ToListAsync();

    private static void CopyFolder(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}

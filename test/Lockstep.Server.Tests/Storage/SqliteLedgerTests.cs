using System.Diagnostics;
using Lockstep.Ledger;
using Lockstep.Server.Storage;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Server.Tests.Storage;

/// <summary>What the ledger on SQLite promises beyond the contract that every ledger keeps.</summary>
public class SqliteLedgerTests
{
    [Fact]
    public async Task A_new_ledger_is_empty_signed_and_its_own()
    {
        await using var subject = new LedgerSubject();
        var ledger = await subject.OpenAsync();

        Assert.Equal(0, ledger.Latest.Size);
        Assert.StartsWith("lockstep.local/", ledger.Origin, StringComparison.Ordinal);
        Assert.StartsWith(ledger.Origin + "+", ledger.VerifierKey, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(subject.Folder, "ledger.key")));
        Assert.IsType<LedgerReport.Holds>(await ledger.VerifyAsync(since: null, CancellationToken.None));
        Assert.Empty(await ledger.ReadAsync(0, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task What_was_appended_is_there_after_reopening_byte_for_byte()
    {
        await using var subject = new LedgerSubject();
        var ledger = await subject.OpenAsync();
        var receipt = await ledger.AppendAsync(
            [.. Enumerable.Range(0, 1_000).Select(i => LedgerSubject.Draft(i))], Durability.Intent, default);
        Assert.Equal((0L, 1_000, 999L), (receipt.FirstIndex, receipt.Count, receipt.LastIndex));
        var before = await ledger.ReadAsync(0, default).ToListAsync();
        var (origin, latest) = (ledger.Origin, ledger.Latest);
        await subject.CloseAsync();

        ledger = await subject.OpenAsync();

        Assert.Equal(origin, ledger.Origin);
        Assert.Equal(latest, ledger.Latest);
        var after = await ledger.ReadAsync(0, default).ToListAsync();
        Assert.Equal(before.Select(e => Convert.ToHexString(e.Bytes.Span)), after.Select(e => Convert.ToHexString(e.Bytes.Span)));
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => (long)i), after.Select(e => e.Index));
        Assert.All(after, e => Assert.Equal(receipt.At, e.At));
        Assert.Equal(1_000, (await ledger.AppendAsync([LedgerSubject.Draft(0)], Durability.Relaxed, default)).FirstIndex);
    }

    [Fact]
    public async Task A_store_that_fails_stops_the_ledger_and_keeps_what_was_acknowledged()
    {
        await using var subject = new LedgerSubject();
        var ledger = await subject.OpenAsync();
        await ledger.AppendAsync([LedgerSubject.Draft(0)], Durability.Intent, default);
        subject.Execute("CREATE TRIGGER full BEFORE INSERT ON entries WHEN NEW.idx >= 2 BEGIN SELECT RAISE(ABORT, 'no room'); END");

        var e = await Assert.ThrowsAsync<IOException>(
            () => ledger.AppendAsync([.. Enumerable.Range(1, 3).Select(i => LedgerSubject.Draft(i))], Durability.Intent, default));

        Assert.Contains("LS4043", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, ledger.Latest.Size);
        await Assert.ThrowsAsync<IOException>(() => ledger.AppendAsync([LedgerSubject.Draft(1)], Durability.Relaxed, default));
        Assert.Single(await ledger.ReadAsync(0, default).ToListAsync());
        await subject.CloseAsync();
        subject.Execute("DROP TRIGGER full");
        ledger = await subject.OpenAsync();
        Assert.Equal(1, (await ledger.AppendAsync([LedgerSubject.Draft(1)], Durability.Intent, default)).FirstIndex);
    }

    [Fact]
    public async Task A_clean_stop_leaves_a_sealed_checkpoint_and_a_stopped_ledger_takes_nothing()
    {
        await using var subject = new LedgerSubject();
        var ledger = await subject.OpenAsync();
        await ledger.AppendAsync([LedgerSubject.Draft(0)], Durability.Relaxed, default);
        var latest = ledger.Latest;
        await subject.CloseAsync();

        var note = await File.ReadAllTextAsync(Path.Combine(subject.Folder, "checkpoint"));
        Assert.StartsWith(latest.ToString(), note, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger.AppendAsync([LedgerSubject.Draft(1)], Durability.Relaxed, default));
    }

    [Fact]
    public async Task A_second_opening_is_refused_while_the_first_lasts()
    {
        await using var subject = new LedgerSubject();
        await subject.OpenAsync();
        var refused = Assert.IsType<LedgerOpening.Refused>(await subject.TryOpenAsync());
        Assert.Equal("LS4040", refused.Code);
        Assert.Contains(subject.Folder, refused.Detail, StringComparison.Ordinal);

        await subject.CloseAsync();
        await subject.OpenAsync();
    }

    [Fact]
    public async Task A_key_that_others_may_read_or_that_is_gone_is_refused()
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(3);
        var key = Path.Combine(subject.Folder, "ledger.key");
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal("LS4041", Assert.IsType<LedgerOpening.Refused>(await subject.TryOpenAsync()).Code);

        File.Delete(key);
        Assert.Equal("LS4041", Assert.IsType<LedgerOpening.Refused>(await subject.TryOpenAsync()).Code);
    }

    [Fact]
    public async Task The_judge_accepts_the_export_its_proofs_and_its_growth()
    {
        await using var subject = new LedgerSubject();
        var ledger = await subject.OpenAsync();
        var (first, second) = (subject.Scratch("first"), subject.Scratch("second"));
        await ledger.AppendAsync([.. Enumerable.Range(0, 700).Select(i => LedgerSubject.Draft(i))], Durability.Intent, default);
        await ledger.ExportAsync(first, default);
        await ledger.AppendAsync([.. Enumerable.Range(0, 66_000 - 700).Select(i => LedgerSubject.Draft(i))], Durability.Intent, default);
        await ledger.ExportAsync(second, default);
        var vkey = (await File.ReadAllTextAsync(Path.Combine(second, "vkey"))).TrimEnd();

        Assert.Contains("700 entries", TlogJudge.Holds("log", "-vkey", vkey, "-dir", first), StringComparison.Ordinal);
        Assert.Contains("66000 entries", TlogJudge.Holds("log", "-vkey", vkey, "-dir", second), StringComparison.Ordinal);
        TlogJudge.Holds("grown", "-vkey", vkey, "-dir", second, "-old", Path.Combine(first, "checkpoint"));

        var bundle = await ledger.ProveAsync([0, 699, 65_999], default);
        foreach (var item in bundle.Items)
        {
            var (entry, proof) = (subject.Scratch("entry"), subject.Scratch("proof"));
            await File.WriteAllBytesAsync(entry, item.Entry.Bytes);
            await File.WriteAllTextAsync(proof, item.Proof);
            TlogJudge.Holds("proof", "-vkey", bundle.VerifierKey, "-entry", entry, "-proof", proof);
            await File.AppendAllTextAsync(entry, " ");
            TlogJudge.DoesNotHold("proof", "-vkey", bundle.VerifierKey, "-entry", entry, "-proof", proof);
        }
    }

    [Fact]
    public async Task Appending_and_opening_go_at_a_rate_worth_stating()
    {
        await using var subject = new LedgerSubject();
        var ledger = await subject.OpenAsync();
        var drafts = Enumerable.Range(0, 4_096).Select(i => LedgerSubject.Draft(i)).ToArray();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 10; i++)
        {
            await ledger.AppendAsync(drafts, Durability.Intent, default);
        }

        var batched = 40_960 / watch.Elapsed.TotalSeconds;
        watch.Restart();
        for (var i = 0; i < 100; i++)
        {
            await ledger.AppendAsync([drafts[i]], Durability.Intent, default);
        }

        var single = watch.Elapsed.TotalMilliseconds / 100;
        await subject.CloseAsync();
        watch.Restart();
        await subject.OpenAsync();
        TestContext.Current.SendDiagnosticMessage(
            $"ledger: {batched:n0} entries/s in batches of 4,096; {single:n2} ms for a lone intent; opened "
                + $"{41_060 / watch.Elapsed.TotalSeconds:n0}/s");
        Assert.True(batched > 1_000, $"{batched:n0} entries/s");
    }
}

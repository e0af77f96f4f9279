using System.Text.Json.Nodes;
using Lockstep.Ledger;
using Xunit;

namespace Lockstep.Testing.Ledger;

/// <summary>What <see cref="ILedger"/> promises. A ledger's test class derives from this and overrides only the start.</summary>
public abstract class LedgerContract
{
    private static readonly CancellationToken Never = CancellationToken.None;

    /// <summary>Starts an empty ledger; the class disposes it.</summary>
    protected abstract Task<ILedger> StartAsync();

    [Fact]
    public async Task An_empty_ledger_is_signed_and_verifies()
    {
        var ledger = await StartAsync();
        Assert.Equal(0, ledger.Latest.Size);
        Assert.Empty(await ledger.ReadAsync(0, Never).ToListAsync());
        Assert.True(VerifierKey.TryParse(ledger.VerifierKey, out var key));
        Assert.Equal(ledger.Origin, key.Name);
        Assert.True(SignedCheckpoint.TryOpen((await ledger.SealAsync(Never)).Note, key, out _, out var reason), reason);
        Assert.IsType<LedgerReport.Holds>(await ledger.VerifyAsync(since: null, Never));
    }

    [Fact]
    public async Task Entries_stand_in_the_order_of_their_drafts_with_their_bytes_as_leaves()
    {
        var ledger = await StartAsync();
        var first = await ledger.AppendAsync([Draft(0), Draft(1)], Durability.Relaxed, Never);
        var second = await ledger.AppendAsync([Draft(2)], Durability.Intent, Never);
        Assert.Equal((0L, 2, 1L, 2L), (first.FirstIndex, first.Count, first.LastIndex, second.FirstIndex));

        var range = new CompactRange();
        await foreach (var entry in ledger.ReadAsync(0, Never))
        {
            Assert.Equal(range.Size, entry.Index);
            Assert.Equal((int)entry.Index, Number(entry));
            Assert.Equal(("test.entry", "tests"), (entry.Kind, entry.By));
            Assert.Equal(entry.Bytes.ToArray(), EntryText.Write(new(entry.Kind, entry.By, entry.Payload), entry.At));
            range.Append(entry.Bytes.Span);
        }

        Assert.Equal(ledger.Latest, new(ledger.Origin, 3, range.Root));
        Assert.Equal([2], (await ledger.ReadAsync(2, Never).ToListAsync()).Select(Number));
        Assert.Empty(await ledger.ReadAsync(99, Never).ToListAsync());
    }

    [Fact]
    public async Task Concurrent_appends_are_each_together_and_each_once()
    {
        var ledger = await StartAsync();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 100).Select(writer => Task.Run(() => ledger.AppendAsync(
            [.. Enumerable.Range(writer * 5, 5).Select(Draft)], writer % 2 == 0 ? Durability.Intent : Durability.Relaxed, Never))));

        var entries = await ledger.ReadAsync(0, Never).ToListAsync();
        Assert.Equal(500, entries.Count);
        foreach (var (writer, receipt) in receipts.Index())
        {
            Assert.Equal(Enumerable.Range(writer * 5, 5), entries.Skip((int)receipt.FirstIndex).Take(5).Select(Number));
        }
    }

    [Fact]
    public async Task A_tail_gives_what_was_there_and_what_comes_and_ends_by_cancellation()
    {
        var ledger = await StartAsync();
        await ledger.AppendAsync([Draft(0), Draft(1)], Durability.Relaxed, Never);
        using var stop = new CancellationTokenSource();
        var seen = new List<int>();
        var tail = Task.Run(async () =>
        {
            await foreach (var entry in ledger.TailAsync(1, stop.Token))
            {
                seen.Add(Number(entry));
                if (seen.Count == 300)
                {
                    await stop.CancelAsync();
                }
            }
        });
        for (var i = 2; i < 301; i++)
        {
            await ledger.AppendAsync([Draft(i)], Durability.Relaxed, Never);
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tail.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(Enumerable.Range(1, 300), seen);
    }

    [Fact]
    public async Task A_draft_that_cannot_be_written_leaves_its_whole_append_out()
    {
        var ledger = await StartAsync();
        await Assert.ThrowsAsync<LedgerDraftException>(
            () => ledger.AppendAsync([Draft(0), Draft(1) with { Kind = "No" }], Durability.Intent, Never));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ledger.AppendAsync([], Durability.Intent, Never));
        Assert.Equal(0, ledger.Latest.Size);
    }

    [Fact]
    public async Task Every_proof_of_every_size_verifies()
    {
        var ledger = await StartAsync();
        var older = new List<Checkpoint>();
        for (var i = 0; i < 40; i++)
        {
            await ledger.AppendAsync([Draft(i)], Durability.Relaxed, Never);
            older.Add(ledger.Latest);
        }

        Assert.All(older, c => Assert.True(MerkleProofs.Verify(ledger.ProveConsistency(c.Size, 40), c.Root, ledger.Latest.Root)));
        var bundle = await ledger.ProveAsync([.. Enumerable.Range(0, 40).Select(i => (long)i)], Never);
        Assert.Equal(40, bundle.Items.Length);
        Assert.All(bundle.Items, item => Assert.Equal(
            new ProofOutcome.Holds(item.Entry.Index, bundle.Checkpoint.Checkpoint),
            ProofVerifier.Verify(item.Entry.Bytes.Span, item.Proof, bundle.VerifierKey)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ledger.ProveAsync([40], Never));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.ProveConsistency(1, 41));
    }

    [Fact]
    public async Task An_older_checkpoint_of_this_ledger_holds_and_one_of_another_does_not()
    {
        var ledger = await StartAsync();
        await ledger.AppendAsync([Draft(0)], Durability.Relaxed, Never);
        var older = await ledger.SealAsync(Never);
        await ledger.AppendAsync([Draft(1)], Durability.Relaxed, Never);
        using var namesake = SigningKey.Create(ledger.Origin);

        Assert.Equal(older.Checkpoint, Assert.IsType<LedgerReport.Holds>(await ledger.VerifyAsync(older, Never)).Since);
        Assert.IsType<LedgerReport.Damaged>(await ledger.VerifyAsync(namesake.Sign(older.Checkpoint), Never));
    }

    [Fact]
    public async Task The_judge_accepts_the_export()
    {
        var ledger = await StartAsync();
        await ledger.AppendAsync([.. Enumerable.Range(0, 600).Select(Draft)], Durability.Intent, Never);
        var directory = Directory.CreateTempSubdirectory("ls-ledger-").FullName;
        try
        {
            await ledger.ExportAsync(directory, Never);
            TlogJudge.Holds("log", "-vkey", ledger.VerifierKey, "-dir", directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static LedgerDraft Draft(int n) =>
        LedgerDraft.Of("test.entry", "tests", new JsonObject { ["n"] = n, ["pad"] = new string('x', n % 97) });

    private static int Number(LedgerEntry entry) => entry.Payload.GetProperty("n").GetInt32();
}

using System.Text.Json;
using Lockstep.Ledger;
using Lockstep.Server.Config;
using Lockstep.Server.Decisions;
using Lockstep.Server.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Lockstep.Server.Tests.Decisions;

/// <summary>The log of decisions never holds an answer up, and what it loses it says.</summary>
public class DecisionLogTests
{
    /// <summary>
    /// Goal: a ledger that stands still costs no answer. Method: it is held while more decisions are noted than the queue takes; had one
    /// note waited, this test would never end. Then it is let go, and what is written plus what is told as lost is everything.
    /// </summary>
    [Fact]
    public async Task A_ledger_that_stands_still_holds_no_answer_up_and_what_is_lost_is_told()
    {
        const int Noted = 12_000;
        await using var host = await TestHost.StartAsync();
        var point = host.Host.Services.GetRequiredService<DecisionPoint>();
        var ledger = new HeldLedger(host.Host.Ledger);
        var config = new LockstepConfig { DataFolder = host.Folder, Policy = new PolicyConfig { LogDeniesOneIn = 1 } };
        using var log = new DecisionLog(ledger, config, NullLogger<DecisionLog>.Instance);
        await log.StartAsync(CancellationToken.None);
        var (round, verdict) = Deny(point);

        log.Note(round, verdict, "token:t");
        await ledger.Asked;
        for (var i = 1; i < Noted; i++)
        {
            log.Note(round, verdict, "token:t");
        }

        var lost = log.Lost;
        Assert.InRange(lost, 1, Noted - 10_000);
        ledger.Release();
        await log.StopAsync(CancellationToken.None);

        Assert.Equal(lost, log.Lost);
        Assert.Equal(Noted - lost, log.Logged);
        var entries = ledger.Drafts;
        Assert.Equal(log.Logged, entries.Count(e => e.Kind == "decision.made"));
        Assert.Equal(lost, entries.Where(e => e.Kind == "decision.lost").Sum(e => e.Payload.GetProperty("count").GetInt64()));
    }

    private static (DecisionRound Round, Verdict Verdict) Deny(DecisionPoint point)
    {
        var round = point.Begin();
        using var body = JsonDocument.Parse(Pep.Question("identity/dana", "FLY", "resource/ledger"));
        var reach = new Reach.Asked(round.Picture.Estate.Graph, round.At, CancellationToken.None);
        var verdict = round.Decide(new QuestionReader(round).Read(body.RootElement), reach);
        Assert.False(verdict.IsAllowed);
        return (round, verdict);
    }

    /// <summary>A ledger that takes nothing until it is released.</summary>
    private sealed class HeldLedger(ILedger inner) : ILedger
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Gets a task that ends when the first entries are given to it.</summary>
        public Task Asked => _asked.Task;

        public List<LedgerDraft> Drafts { get; } = [];

        public string Origin => inner.Origin;

        public string VerifierKey => inner.VerifierKey;

        public Checkpoint Latest => inner.Latest;

        public void Release() => _released.SetResult();

        public async Task<LedgerReceipt> AppendAsync(
            IReadOnlyList<LedgerDraft> drafts, Durability durability, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            await _released.Task;
            Drafts.AddRange(drafts);
            return await inner.AppendAsync(drafts, durability, cancellationToken);
        }

        public IAsyncEnumerable<LedgerEntry> ReadAsync(long fromIndex, CancellationToken cancellationToken) =>
            inner.ReadAsync(fromIndex, cancellationToken);

        public IAsyncEnumerable<LedgerEntry> TailAsync(long fromIndex, CancellationToken cancellationToken) =>
            inner.TailAsync(fromIndex, cancellationToken);

        public Task<SignedCheckpoint> SealAsync(CancellationToken cancellationToken) => inner.SealAsync(cancellationToken);

        public InclusionProof ProveInclusion(long index, long size) => inner.ProveInclusion(index, size);

        public ConsistencyProof ProveConsistency(long oldSize, long newSize) => inner.ProveConsistency(oldSize, newSize);

        public Task<EvidenceBundle> ProveAsync(IReadOnlyList<long> indexes, CancellationToken cancellationToken) =>
            inner.ProveAsync(indexes, cancellationToken);

        public Task ExportAsync(string directory, CancellationToken cancellationToken) => inner.ExportAsync(directory, cancellationToken);

        public Task<LedgerReport> VerifyAsync(SignedCheckpoint? since, CancellationToken cancellationToken) =>
            inner.VerifyAsync(since, cancellationToken);
    }
}

using System.Text.Json.Nodes;
using System.Threading.Channels;
using Lockstep.Ledger;
using Lockstep.Server.Config;
using Lockstep.Server.Workers;

namespace Lockstep.Server.Decisions;

/// <summary>
/// Writes decisions to the ledger: every deny of high risk, and one in so many of the others. The answer never waits for it; what is
/// lost because too much came at once is counted, and the count is written.
/// </summary>
/// <threadsafety>Any number of threads.</threadsafety>
internal sealed class DecisionLog(ILedger ledger, LockstepConfig config, ILogger<DecisionLog> log) : BackgroundService
{
    private const int WaitingMax = 10_000;
    private const int BatchMax = 500;
    private const int LinksMax = 16;
    private readonly Channel<Noted> _waiting = Channel.CreateBounded<Noted>(WaitingMax);
    private long _permits;
    private long _denies;
    private long _logged;
    private long _lost;
    private long _lostSaid;

    /// <summary>Gets how many decisions were written since the start.</summary>
    public long Logged => Interlocked.Read(ref _logged);

    /// <summary>Gets how many should have been written and were not.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Notes a decision if the rule takes it.</summary>
    public void Note(DecisionRound round, Verdict verdict, string by)
    {
        if (IsTaken(verdict) && !_waiting.Writer.TryWrite(new(verdict, round.At, round.Policies.Digest, by)))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Ends when the writer is completed, so that what was noted before a stop is still written.
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var drafts = new List<LedgerDraft>();
            while (drafts.Count < BatchMax && _waiting.Reader.TryRead(out var noted))
            {
                drafts.Add(Draft(noted));
            }

            await WriteAsync(drafts);
        }
    }

    private async Task WriteAsync(List<LedgerDraft> drafts)
    {
        var (decisions, lost) = (drafts.Count, Lost);
        if (lost > _lostSaid)
        {
            drafts.Add(LedgerDraft.Of("decision.lost", "lockstep", new JsonObject { ["count"] = lost - _lostSaid }));
        }

        try
        {
            await ledger.AppendAsync(drafts, Durability.Relaxed, CancellationToken.None);
            Interlocked.Add(ref _logged, decisions);
            _lostSaid = lost;
        }
        catch (Exception e) when (e is IOException or LedgerDraftException or ObjectDisposedException)
        {
            Interlocked.Add(ref _lost, decisions);
            log.DecisionsNotLogged(e.Message);
        }
    }

    private bool IsTaken(Verdict verdict) => verdict.IsAllowed
        ? (Interlocked.Increment(ref _permits) - 1) % config.Policy.LogPermitsOneIn == 0
        : verdict.IsHighRisk || (Interlocked.Increment(ref _denies) - 1) % config.Policy.LogDeniesOneIn == 0;

    private static LedgerDraft Draft(Noted noted)
    {
        var (verdict, request) = (noted.Verdict, noted.Verdict.Question.Request);
        return LedgerDraft.Of("decision.made", noted.By, new JsonObject
        {
            ["decision"] = verdict.IsAllowed,
            ["reason"] = VerdictWire.WordOf(verdict.Reason),
            ["subject"] = request.Principal.ToString(),
            ["action"] = request.Action.Id,
            ["resource"] = request.Resource.ToString(),
            ["highRisk"] = verdict.IsHighRisk,
            ["policies"] = new JsonArray([.. verdict.Policies.Take(LinksMax).Select(p => (JsonNode)p.Id)]),
            ["chain"] = new JsonArray([.. verdict.Chain.Take(LinksMax).Select(l => (JsonNode)l.Key.ToString())]),
            ["unknown"] = verdict.Unknown.Count,
            ["policyDigest"] = noted.Digest,
            ["asOf"] = noted.At.UtcDateTime.ToString("O"),
        });
    }

    private sealed record Noted(Verdict Verdict, DateTimeOffset At, string Digest, string By);
}

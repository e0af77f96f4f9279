using Lockstep.Ledger;

namespace Lockstep.Server.Workers;

/// <summary>Signs the ledger's newest content every few seconds, if there is any, and offers it to the witnesses.</summary>
internal sealed class LedgerSealer(
    ILedger ledger, Witnesses witnesses, EstateHolder estate, TimeProvider time, ILogger<LedgerSealer> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        long? sealedSize = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (ledger.Latest.Size == sealedSize)
            {
                continue;
            }

            try
            {
                sealedSize = await SealAsync(stoppingToken);
            }
            catch (IOException e)
            {
                log.LedgerNotSealed(e.Message);
            }
        }
    }

    /// <summary>Seals once, writes down which witnesses changed their mind, and gives the size that was sealed.</summary>
    internal async Task<long> SealAsync(CancellationToken cancellationToken)
    {
        var head = await ledger.SealAsync(cancellationToken);
        var known = estate.Current.Witnesses;
        LedgerDraft[] changed =
        [
            .. from standing in witnesses.StandingsTo(head)
               where known.GetValueOrDefault(standing.Witness)?.Refusal != standing.Refusal
               select standing.ToDraft(),
        ];
        if (changed.Length > 0)
        {
            var last = await ledger.AppendAsync(changed, Durability.Intent, cancellationToken);
            await estate.AtLeastAsync(last.LastIndex + 1, cancellationToken);
        }

        return head.Checkpoint.Size;
    }
}

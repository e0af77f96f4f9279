using Lockstep.Ledger;

namespace Lockstep.Server.Workers;

/// <summary>Signs the ledger's newest content every few seconds, if there is any, and offers it to the witnesses.</summary>
internal sealed class LedgerSealer(ILedger ledger, TimeProvider time, ILogger<LedgerSealer> log) : BackgroundService
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
                sealedSize = (await ledger.SealAsync(stoppingToken)).Checkpoint.Size;
            }
            catch (IOException e)
            {
                log.LedgerNotSealed(e.Message);
            }
        }
    }
}

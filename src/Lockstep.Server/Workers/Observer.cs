using System.Collections.Concurrent;
using Lockstep.Connectors;
using Lockstep.Ledger;
using Lockstep.Reconciliation;
using Lockstep.Server.Config;

namespace Lockstep.Server.Workers;

/// <summary>What came of looking at one system.</summary>
internal sealed record Look(
    string SystemName, bool IsComplete, int Asserted, int Retracted, TimeSpan Took, ConnectorError? Error, IReadOnlyList<CoverageGap> Gaps);

/// <summary>
/// Looks at one system at a time and writes what changed to the ledger. A system that is slow, down or lying costs only itself.
/// </summary>
/// <threadsafety>Any number of callers; looks at one system follow each other.</threadsafety>
internal sealed class Observer(
    ILedger ledger, EstateHolder estate, ConnectedSystems systems, LockstepConfig config, TimeProvider time, ILogger<Observer> log)
{
    private const int ChangesPerAppend = 2_000;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Looks at a system and returns when the estate reflects what was seen.</summary>
    /// <param name="systemName">The configured name.</param>
    /// <param name="isFull">Whether to list everything; otherwise from the last cursor on, where there is one.</param>
    /// <param name="cancellationToken">Abandons the look, which then counts as broken off.</param>
    public async Task<Look> LookAsync(string systemName, bool isFull, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(systemName, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await LookAloneAsync(systemName, isFull, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Look> LookAloneAsync(string name, bool isFull, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var before = await estate.AtLeastAsync(ledger.Latest.Size, cancellationToken);
        var connector = systems.Connectors[name];
        if (connector is not IObserveAccess observing)
        {
            var cannot = new ConnectorError("LS2003", ConnectorErrorKind.Unsupported, $"a {connector.SystemKind} cannot be observed");
            return new(name, false, 0, 0, TimeSpan.Zero, cannot, []);
        }

        var cursor = isFull ? null : before.CursorOf(name);
        await ledger.AppendAsync([ObservationEntries.Start(name, connector.SystemKind, cursor)], Durability.Relaxed, cancellationToken);
        var writer = new ChangeWriter(ledger, name);
        var diff = new ObservationDiff(before.FactsOf(name));
        var error = await ReadAsync(observing, cursor, diff, writer, cancellationToken);
        await writer.FlushAsync(CancellationToken.None);
        var end = error is null
            ? ObservationEntries.End(name, connector.SystemKind, diff.End!, diff.Gaps)
            : ObservationEntries.BreakOff(name, connector.SystemKind, error);
        var receipt = await ledger.AppendAsync([end], Durability.Relaxed, CancellationToken.None);
        await estate.AtLeastAsync(receipt.LastIndex + 1, cancellationToken);
        if (error is not null)
        {
            log.LookBrokeOff(name, error.Code, error.Detail);
        }

        return new(name, error is null, writer.Asserted, writer.Retracted, time.GetElapsedTime(started), error, diff.Gaps);
    }

    private async Task<ConnectorError?> ReadAsync(
        IObserveAccess observing, string? cursor, ObservationDiff diff, ChangeWriter writer, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(config.ObserveTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await foreach (var observation in observing.ObserveAsync(cursor, either.Token).WithCancellation(either.Token))
            {
                await writer.AddAsync(diff.Take(observation), ChangesPerAppend, either.Token);
            }

            return diff.End is not null
                ? null
                : new("LS2002", ConnectorErrorKind.Malformed, "the connector's listing ended without saying that it was complete");
        }
        catch (IncompleteObservationException e)
        {
            return e.Error;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new("LS2001", ConnectorErrorKind.Unreachable, $"no complete listing within {config.ObserveTimeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A connector reports expected failures as values, so this is a bug in it. It must cost us this look only.
            log.ConnectorThrew(observing.SystemName, e);
            return new("LS2002", ConnectorErrorKind.Malformed, $"the connector threw {e.GetType().Name}");
        }
    }
}

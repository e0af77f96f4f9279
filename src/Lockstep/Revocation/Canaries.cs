using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Ledger;
using Lockstep.Reconciliation;
using Lockstep.Secrets;

namespace Lockstep.Revocation;

/// <summary>Where a canary is.</summary>
/// <param name="SystemName">The system that is tried.</param>
/// <param name="AccountSystem">The system that has the account: the same, or one that it trusts.</param>
/// <param name="AccountName">The account's log-in name there.</param>
public sealed record CanaryPlace(string SystemName, string AccountSystem, string AccountName);

/// <summary>What came of one round. Closed.</summary>
public abstract record CanaryRound
{
    private CanaryRound()
    {
    }

    /// <summary>It was measured and is in the ledger.</summary>
    public sealed record Done(IReadOnlyList<CanaryMeasured> Measured) : CanaryRound;

    /// <summary>Nothing was measured, which is not zero.</summary>
    public sealed record NotMeasured(string SystemName, ConnectorError Error) : CanaryRound;
}

/// <summary>
/// Measures what a cut is worth: makes our own account usable, lets it in everywhere that it is for, cuts it by an ordinary case, and
/// tries its doors until they are refused. Afterwards it stays cut until the next round.
/// </summary>
/// <threadsafety>Any number of callers; rounds follow each other.</threadsafety>
public sealed class Canaries(
    ICaseWorld world, Cases cases, ILedger ledger, IReadOnlyList<CanaryPlace> places, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Gets where there are canaries.</summary>
    public IReadOnlyList<CanaryPlace> Places => places;

    /// <summary>Gives the bound that is promised for a system; <see langword="null"/> if nothing bounds it or nothing is known.</summary>
    public static TimeSpan? Promised(IConnector connector) =>
        connector is IPromiseDenial { LetsInFor: { } lets } promise ? lets + promise.AppliesWithin : null;

    /// <summary>Measures one account's canary, on every system that it is for.</summary>
    public async Task<CanaryRound> RunAsync(string accountSystem, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await RunAloneAsync([.. places.Where(p => p.AccountSystem == accountSystem)], accountSystem, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static CanaryRound.NotMeasured Not(string system, string code, string why) =>
        new(system, new ConnectorError(code, ConnectorErrorKind.Unsupported, why));

    private async Task<CanaryRound> RunAloneAsync(List<CanaryPlace> here, string system, CancellationToken cancellationToken)
    {
        if (here.Count == 0 || world.Connectors.GetValueOrDefault(system) is not IKeepCanary keeper)
        {
            return Not(system, "LS7040", $"`{system}` has no canary: configure one, where the system allows it");
        }

        var name = here[0].AccountName;
        if (world.Estate.NodesOf(NodeKinds.Account).FirstOrDefault(n => n.Id.SystemName == system && n.Name == name) is not { Id: var account })
        {
            return Not(system, "LS7041", $"no account of `{system}` is called `{name}`; was the system observed?");
        }

        using var value = SecretText.Generate();
        if (await keeper.RestoreAsync(account, value, cancellationToken) is CutOutcome.Failed failed)
        {
            return new CanaryRound.NotMeasured(system, failed.Error);
        }

        // Before the doors are opened: a cache counts from a token's first use, and what passes between that and the cut is not measured.
        await world.ObserveAsync([account.SystemName], cancellationToken);

        List<CanaryWatch> watches = [];
        try
        {
            foreach (var place in here)
            {
                var tries = (ITryCanary)world.Connectors[place.SystemName];
                switch (await tries.OpenAsync(account, value, cancellationToken))
                {
                    case CanaryOpening.Open open:
                        watches.Add(new CanaryWatch(place.SystemName, Promised(tries), open.Doors, time));
                        break;
                    case CanaryOpening.Failed closed:
                        return new CanaryRound.NotMeasured(place.SystemName, closed.Error);
                }
            }

            return await MeasureAsync(account, watches, cancellationToken);
        }
        finally
        {
            foreach (var watch in watches)
            {
                await watch.DisposeAsync();
            }
        }
    }

    private async Task<CanaryRound> MeasureAsync(NodeId account, List<CanaryWatch> watches, CancellationToken cancellationToken)
    {
        foreach (var watch in watches)
        {
            if (await watch.FindClosedAsync(cancellationToken) is { } closed)
            {
                return Not(watch.SystemName, "LS7042", $"the canary's way in (`{closed}`) does not work before the cut");
            }
        }

        var cut = new Cut { Kind = CutKind.DisableAccount, Target = account };
        var view = await cases.RevokeAsync(cut, CaseCause.Canary, "a canary is cut to measure what a cut is worth", "lockstep", cancellationToken);
        var watching = watches.ConvertAll(w => w.UntilDeniedAsync(view.OpenedAt, cancellationToken));
        await Task.WhenAll([cases.WaitAsync(view.Id, cancellationToken), .. watching]);
        List<CanaryMeasured> measured = [];
        foreach (var watch in watches)
        {
            measured.Add(await watch.ConfirmAsync(account, view, cancellationToken));
        }

        await ledger.AppendAsync([.. measured.Select(m => m.ToDraft())], Durability.Relaxed, cancellationToken);
        return new CanaryRound.Done(measured);
    }
}

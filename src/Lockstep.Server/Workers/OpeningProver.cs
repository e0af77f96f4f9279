using System.Collections.Concurrent;
using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Ledger;
using Lockstep.Reconciliation;
using Lockstep.Reconciliation.Derivation;

namespace Lockstep.Server.Workers;

/// <summary>
/// Proves what secrets open: reads each value, holds it against the stored verifiers of every system that takes passwords, keeps a
/// keyed fingerprint and forgets the value.
/// </summary>
internal sealed class OpeningProver(
    ILedger ledger, EstateHolder estate, ConnectedSystems systems, FingerprintKey key, TimeProvider time, ILogger<OpeningProver> log)
    : IDisposable
{
    private const int Parallel = 4;
    private static readonly TimeSpan PatiencePerValue = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Proves anew if one of the systems just looked at is a vault whose values may be read, or takes passwords.</summary>
    public async Task ProveAsync(IReadOnlyCollection<string> lookedAt, CancellationToken cancellationToken)
    {
        var vaults = systems.Connectors.Values.OfType<IStoreSecrets>().Where(v => systems.Configs[v.SystemName].Fingerprint).ToList();
        if (vaults.Count == 0 || !lookedAt.Any(n => systems.Connectors.GetValueOrDefault(n) is IStoreSecrets or IRotateCredentials))
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var before = await estate.AtLeastAsync(ledger.Latest.Size, cancellationToken);
            var proved = new ConcurrentBag<ProvedOpening>();
            await System.Threading.Tasks.Parallel.ForEachAsync(
                from vault in vaults from secret in SecretsOf(before, vault.SystemName) select (vault, secret),
                new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
                async (one, token) => await ProveOneAsync(one.vault, one.secret, proved, token));
            await WriteAsync(before, proved, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static IEnumerable<NodeId> SecretsOf(Estate estate, string vault) =>
        estate.FactsOf(vault).Values.OfType<Fact.OfNode>().Select(f => f.Node.Id).Where(
            id => id.Kind == NodeKinds.Secret && id.SystemName == vault);

    private async Task ProveOneAsync(
        IStoreSecrets vault, NodeId secret, ConcurrentBag<ProvedOpening> proved, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(PatiencePerValue, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var reading = await vault.ReadValueAsync(secret, either.Token);
            if (reading is SecretReading.Failed failed)
            {
                log.ValueNotRead(secret, failed.Error.Code, failed.Error.Detail);
            }
            else if (reading is SecretReading.Read read)
            {
                using var value = read.Value;
                var credentials = new List<NodeId>();
                foreach (var rotating in systems.Connectors.Values.OfType<IRotateCredentials>())
                {
                    credentials.AddRange(await rotating.MatchAsync(value, either.Token));
                }

                proved.Add(new ProvedOpening(secret, key.Of(value), [.. credentials.Distinct().Order()], "stored verifier"));
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Time-outs and bugs of one connector cost this secret's proof only: what was proved before stays as it was.
            log.ValueNotRead(secret, "LS2002", e.GetType().Name);
        }
    }

    private async Task WriteAsync(Estate before, ConcurrentBag<ProvedOpening> proved, CancellationToken cancellationToken)
    {
        var known = before.FactsOf(ObservedFacts.OwnSource);
        var changes = ProvedOpening.Changes(known, [.. proved]).Concat(OfSecretsThatAreGone(before, known)).ToList();
        if (changes.Count == 0)
        {
            return;
        }

        var receipt = await ledger.AppendAsync(
            [.. ObservationEntries.Changes(ObservedFacts.OwnSource, changes)], Durability.Relaxed, cancellationToken);
        await estate.AtLeastAsync(receipt.LastIndex + 1, cancellationToken);
    }

    private static IEnumerable<FactChange> OfSecretsThatAreGone(Estate before, IReadOnlyDictionary<FactKey, Fact> known) =>
        from fact in known.Values.OfType<Fact.OfNode>()
        where fact.Node.Id.Kind == NodeKinds.Secret && before.Systems.Any(s => s.SystemName == fact.Node.Id.SystemName)
            && !before.FactsOf(fact.Node.Id.SystemName).ContainsKey(new FactKey.OfNode(fact.Node.Id.SystemName, fact.Node.Id))
        from gone in known.Values
        where gone.Scope == ProvedOpening.ScopeOf(fact.Node.Id)
        select new FactChange.Retracted(gone.Key);
}

using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Revocation;

/// <summary>Rotates one shared credential: vault first, then the system that accepts it, then the old value is proven dead.</summary>
/// <remarks>
/// INVARIANT (vault-first): the system is given nothing that was not read back from the vault, so that a crash at any line leaves the
/// new value where its consumers look for it, and a repeat of the step sets that same value.
/// Values are held in memory for the length of this call and nowhere else.
/// </remarks>
internal sealed class RotationRun(ICaseWorld world, CaseJournal journal, GuardedCall calls, OldValue memory)
{
    public async Task<ConnectorError?> RunAsync(CaseView view, CaseStepView step, StepEvent e, CancellationToken cancellationToken)
    {
        var plan = step.Plan;
        if (world.Connectors[plan.SystemName] is not IRotateCredentials acceptor)
        {
            return new("LS7007", ConnectorErrorKind.Unsupported, $"connector of `{plan.SystemName}` cannot rotate");
        }

        var vaults = plan.Secrets.Select(s => (Secret: s, Vault: world.Connectors.GetValueOrDefault(s.SystemName) as IStoreSecrets)).ToList();
        if (vaults.Find(v => v.Vault is null) is { Secret: { } orphan })
        {
            return new("LS7008", ConnectorErrorKind.Unsupported, $"connector of `{orphan.SystemName}` cannot store secrets");
        }

        var key = new StepKey(view.Id, plan.Index);
        var (next, unread) = await FindStoredAsync(acceptor, plan, vaults!, step.IsStored, cancellationToken);
        if (unread is not null)
        {
            return unread;
        }

        var isNew = next is null;
        next ??= SecretText.Generate();
        using (next)
        {
            return await StoreAsync(vaults!, isNew ? 0 : 1, next, key, e, cancellationToken)
                ?? await SetAndProveAsync(acceptor, plan, key, next, vaults!, e, cancellationToken);
        }
    }

    /// <summary>
    /// Finds the new value if an earlier attempt, perhaps of a process that died, has stored it already; else keeps the old value in mind.
    /// The vault's value is the new one if the ledger says so, or if the system does not accept it yet.
    /// </summary>
    private async Task<(SecretText? Next, ConnectorError? Error)> FindStoredAsync(
        IRotateCredentials acceptor,
        PlannedStep plan,
        List<(NodeId Secret, IStoreSecrets Vault)> vaults,
        bool isStored,
        CancellationToken cancellationToken)
    {
        if (vaults.Count == 0)
        {
            return (null, null);
        }

        var (current, unread) = await ReadAsync(vaults[0].Vault, vaults[0].Secret, cancellationToken);
        if (current is null || isStored)
        {
            return (current, unread);
        }

        switch (await ProbeAsync(acceptor, plan.Cut!.Target, current, cancellationToken))
        {
            case ProbeOutcome.Refused:
                return (current, null);
            case ProbeOutcome.Works:
                memory.Keep(current);
                return (null, null);
            case ProbeOutcome.Unknown(var error):
                current.Dispose();
                return (null, error);
            default:
                current.Dispose();
                return (null, new("LS7010", ConnectorErrorKind.Unsupported, "the stored value cannot be tried"));
        }
    }

    private async Task<ConnectorError?> StoreAsync(
        List<(NodeId Secret, IStoreSecrets Vault)> vaults, int from, SecretText next, StepKey key, StepEvent e, CancellationToken cancellationToken)
    {
        foreach (var (secret, vault) in vaults.Skip(from))
        {
            var stored = await calls.RunAsync(
                c => vault.StoreValueAsync(secret, next, key, c), error => new CutOutcome.Failed(error), cancellationToken);
            if (stored is CutOutcome.Failed(var unstored))
            {
                return unstored;
            }

            var (back, unread) = await ReadAsync(vault, secret, cancellationToken);
            using (back)
            {
                if (back is null || !next.Reveal(back.Matches))
                {
                    return unread ?? new("LS7012", ConnectorErrorKind.Broken, $"`{secret.SystemName}` said that it stored the new value, and gives another");
                }
            }
        }

        await journal.StepAsync(CaseEntries.Stored, e with { Evidence = $"new value stored in {vaults.Count} place(s)" }, cancellationToken);
        return null;
    }

    private async Task<ConnectorError?> SetAndProveAsync(
        IRotateCredentials acceptor,
        PlannedStep plan,
        StepKey key,
        SecretText next,
        List<(NodeId Secret, IStoreSecrets Vault)> vaults,
        StepEvent e,
        CancellationToken cancellationToken)
    {
        var credential = plan.Cut!.Target;
        var set = await calls.RunAsync(
            c => acceptor.SetValueAsync(credential, next, key, c), error => new CutOutcome.Failed(error), cancellationToken);
        if (set is CutOutcome.Failed(var unset))
        {
            return unset;
        }

        await journal.StepAsync(CaseEntries.Acknowledged, e with { Evidence = ((CutOutcome.Acknowledged)set).Evidence }, cancellationToken);
        var alive = await ProbeAsync(acceptor, credential, next, cancellationToken);
        if (alive is not ProbeOutcome.Works(var accepted, _))
        {
            return alive is ProbeOutcome.Unknown(var error)
                ? error
                : new("LS7009", ConnectorErrorKind.Broken, "the new value was set and is not accepted");
        }

        await journal.StepAsync(CaseEntries.Gone, e with { Evidence = $"new value accepted: {accepted}" }, cancellationToken);
        foreach (var (secret, vault) in vaults)
        {
            var retired = await calls.RunAsync(
                c => vault.RetireOldValuesAsync(secret, key, c), failure => new CutOutcome.Failed(failure), cancellationToken);
            if (retired is CutOutcome.Failed(var unretired))
            {
                return unretired;
            }
        }

        return await ProveOldDeadAsync(acceptor, credential, e, cancellationToken);
    }

    private async Task<ConnectorError?> ProveOldDeadAsync(
        IRotateCredentials acceptor, NodeId credential, StepEvent e, CancellationToken cancellationToken)
    {
        if (memory.Old is not { } old)
        {
            // After a crash between vault and system the old value is gone from memory too; the system keeps one value, and it is the new one.
            var replaced = e with { Evidence = "the old value is no longer known to us and was replaced by the new one", Proof = ProofKind.Listing };
            await journal.StepAsync(CaseEntries.Proven, replaced, cancellationToken);
            return null;
        }

        switch (await ProbeAsync(acceptor, credential, old, cancellationToken))
        {
            case ProbeOutcome.Refused(var evidence):
                await journal.StepAsync(
                    CaseEntries.Proven, e with { Evidence = $"old value refused: {evidence}", Proof = ProofKind.Probe }, cancellationToken);
                return null;
            case ProbeOutcome.Unknown(var error):
                return error;
            case ProbeOutcome.NotProbeable(var reason):
                return new("LS7010", ConnectorErrorKind.Unsupported, $"the old value cannot be tried: {reason}");
            default:
                return new("LS7011", ConnectorErrorKind.Broken, "the old value still works");
        }
    }

    private Task<ProbeOutcome> ProbeAsync(IRotateCredentials acceptor, NodeId credential, SecretText value, CancellationToken cancellationToken) =>
        calls.RunAsync<ProbeOutcome>(
            c => acceptor.ProbeValueAsync(credential, value, c), error => new ProbeOutcome.Unknown(error), cancellationToken);

    private async Task<(SecretText? Value, ConnectorError? Error)> ReadAsync(
        IStoreSecrets vault, NodeId secret, CancellationToken cancellationToken) =>
        await calls.RunAsync<SecretReading>(
            c => vault.ReadValueAsync(secret, c), error => new SecretReading.Failed(error), cancellationToken) switch
        {
            SecretReading.Read(var value) => (value, null),
            SecretReading.Failed(var error) => (null, error),
            var other => throw new System.Diagnostics.UnreachableException($"Bug in Lockstep: unknown reading {other.GetType().Name}."),
        };
}

/// <summary>The value that is being replaced, kept in memory across the attempts of one step so that it can be proven dead.</summary>
internal sealed class OldValue : IDisposable
{
    /// <summary>Gets the value, or <see langword="null"/> if this process never saw it.</summary>
    public SecretText? Old { get; private set; }

    /// <summary>Keeps the first value seen; later ones are disposed of.</summary>
    public void Keep(SecretText value)
    {
        if (Old is null)
        {
            Old = value;
        }
        else
        {
            value.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Old?.Dispose();
}

using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Revocation;

/// <summary>Rotates one shared credential: vault first, then the system that accepts it, then the old value is proven dead.</summary>
/// <remarks>
/// INVARIANT (vault-first): what is set in the system is read back from the vault, never taken from memory alone, so that a crash at
/// any line leaves the new value where its consumers look for it, and a repeat of the step sets that same value.
/// Values are held in memory for the length of this call and nowhere else.
/// </remarks>
internal sealed class RotationRun(ICaseWorld world, CaseJournal journal, GuardedCall calls)
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
        SecretText? old = null;
        SecretText? next = null;
        try
        {
            if (vaults.Count > 0 && !step.IsStored)
            {
                (old, var unread) = await ReadAsync(vaults[0].Vault!, vaults[0].Secret, cancellationToken);
                if (unread is not null)
                {
                    return unread;
                }
            }

            (next, var unstored) = await StoreAsync(vaults!, key, e, cancellationToken);
            return unstored ?? await SetAndProveAsync(acceptor, plan, key, old, next!, vaults!, e, cancellationToken);
        }
        finally
        {
            old?.Dispose();
            next?.Dispose();
        }
    }

    private async Task<(SecretText? Next, ConnectorError? Error)> StoreAsync(
        List<(NodeId Secret, IStoreSecrets Vault)> vaults, StepKey key, StepEvent e, CancellationToken cancellationToken)
    {
        var next = SecretText.Generate();
        foreach (var (secret, vault) in vaults)
        {
            var value = next;
            var stored = await calls.RunAsync(
                c => vault.StoreValueAsync(secret, value, key, c), error => new CutOutcome.Failed(error), cancellationToken);
            var error = (stored as CutOutcome.Failed)?.Error;
            (var back, error) = error is null ? await ReadAsync(vault, secret, cancellationToken) : (null, error);
            next.Dispose();
            if (back is null)
            {
                return (null, error);
            }

            next = back;
        }

        await journal.StepAsync(CaseEntries.Stored, e with { Evidence = $"new value stored in {vaults.Count} place(s)" }, cancellationToken);
        return (next, null);
    }

    private async Task<ConnectorError?> SetAndProveAsync(
        IRotateCredentials acceptor,
        PlannedStep plan,
        StepKey key,
        SecretText? old,
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

        return await ProveOldDeadAsync(acceptor, credential, old, e, cancellationToken);
    }

    private async Task<ConnectorError?> ProveOldDeadAsync(
        IRotateCredentials acceptor, NodeId credential, SecretText? old, StepEvent e, CancellationToken cancellationToken)
    {
        if (old is null)
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

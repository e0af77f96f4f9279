using System.Diagnostics;
using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Revocation;

/// <summary>Rotates one shared credential: vault first, then the system that accepts it, then the old value is proven dead.</summary>
/// <remarks>
/// INVARIANT (vault-first): the system is given nothing that was not read back from the vault and recognised by its digest as a value
/// that this step generated. So a crash at any line leaves the new value where its consumers look for it, a repeat of the step sets that
/// same value, and a value that somebody may know is never set again, whatever the vault hands out.
/// Values are held in memory for the length of a step and nowhere else.
/// </remarks>
internal sealed class RotationRun(ICaseWorld world, CaseJournal journal, GuardedCall calls, RotationMemory memory)
{
    /// <summary>Makes one attempt; <see langword="null"/> if the step is settled, else what stood in the way.</summary>
    public async Task<ConnectorError?> RunAsync(Guid caseId, CaseStepView step, StepEvent e, CancellationToken cancellationToken)
    {
        var plan = step.Plan;
        if (world.Connectors[plan.SystemName] is not IRotateCredentials acceptor)
        {
            return new("LS7007", ConnectorErrorKind.Unsupported, $"connector of `{plan.SystemName}` cannot rotate");
        }

        var places = new List<Place>();
        foreach (var secret in plan.Secrets)
        {
            if (world.Connectors.GetValueOrDefault(secret.SystemName) is not IStoreSecrets vault)
            {
                return new("LS7008", ConnectorErrorKind.Unsupported, $"connector of `{secret.SystemName}` cannot store secrets");
            }

            places.Add(new(secret, vault));
        }

        if (places.Count == 0)
        {
            return new("LS7014", ConnectorErrorKind.Unsupported, "no vault keeps the value, so that a new one would be lost");
        }

        var key = new StepKey(caseId, plan.Index);
        var renewing = places.Find(p => p.Vault is IRenewSecrets vault && vault.Renews(p.Secret));
        var (next, error) = renewing is null
            ? await StoreAsync(places, step, key, e, cancellationToken)
            : await RenewAsync(renewing, [.. places.Where(p => p != renewing)], step, key, e, cancellationToken);
        using (next)
        {
            return next is null ? error
                : await SetAsync(acceptor, renewing, plan.Cut!.Target, key, next, e, cancellationToken)
                    ?? await ProveAsync(acceptor, plan.Cut!.Target, key, next, places, e, cancellationToken);
        }
    }

    /// <summary>
    /// Has the vault make a new value where it makes values itself, and sees to it that every other place has the same one. What was made
    /// before a crash and is not known by its digest is replaced once more.
    /// </summary>
    private async Task<(SecretText? Next, ConnectorError? Error)> RenewAsync(
        Place renewing, List<Place> others, CaseStepView step, StepKey key, StepEvent e, CancellationToken cancellationToken)
    {
        var (current, unread) = await ReadAsync(renewing, cancellationToken);
        if (current is null)
        {
            return (null, unread);
        }

        var next = current;
        if (!step.Digests.Contains(ValueDigest.Of(current, key)))
        {
            memory.Keep(current);
            var vault = (IRenewSecrets)renewing.Vault;
            var renewed = await calls.RunAsync<CutOutcome>(
                c => vault.RenewValueAsync(renewing.Secret, key, c), error => new CutOutcome.Failed(error), cancellationToken);
            if (renewed is CutOutcome.Failed(var unrenewed))
            {
                return (null, unrenewed);
            }

            (var made, unread) = await ReadAsync(renewing, cancellationToken);
            if (made is null || memory.Old!.Reveal(made.Matches))
            {
                made?.Dispose();
                const string Same = "the vault said that it made a new value, and gives the old one";
                return (null, unread ?? new("LS7017", ConnectorErrorKind.Broken, Same));
            }

            next = made;
            await journal.StepAsync(CaseEntries.Storing, e with { Digest = ValueDigest.Of(next, key) }, cancellationToken);
        }

        foreach (var place in others)
        {
            if (await StoreAsync(place, next, key, cancellationToken) is { } unstored)
            {
                next.Dispose();
                return (null, unstored);
            }
        }

        var stored = e with { Evidence = $"new value made by {renewing.Secret.SystemName} and read back; stored in {others.Count} other place(s)" };
        await journal.StepAsync(CaseEntries.Stored, stored, cancellationToken);
        return (next, null);
    }

    /// <summary>Sees to it that every place has the same new value, and gives it as the first place has it.</summary>
    private async Task<(SecretText? Next, ConnectorError? Error)> StoreAsync(
        List<Place> places, CaseStepView step, StepKey key, StepEvent e, CancellationToken cancellationToken)
    {
        var (current, unread) = await ReadAsync(places[0], cancellationToken);
        if (current is null)
        {
            return (null, unread);
        }

        SecretText next;
        if (step.Digests.Contains(ValueDigest.Of(current, key)))
        {
            next = current;
        }
        else if (step.IsStored)
        {
            current.Dispose();
            const string Changed = "the vault no longer gives the value that was stored; it is not set anywhere";
            return (null, new("LS7013", ConnectorErrorKind.Broken, Changed));
        }
        else
        {
            memory.Keep(current);
            next = SecretText.Generate();
            await journal.StepAsync(CaseEntries.Storing, e with { Digest = ValueDigest.Of(next, key) }, cancellationToken);
        }

        foreach (var place in step.IsStored ? [] : places)
        {
            if (await StoreAsync(place, next, key, cancellationToken) is { } unstored)
            {
                next.Dispose();
                return (null, unstored);
            }
        }

        if (!step.IsStored)
        {
            var stored = e with { Evidence = $"new value stored in {places.Count} place(s) and read back" };
            await journal.StepAsync(CaseEntries.Stored, stored, cancellationToken);
        }

        return (next, null);
    }

    private async Task<ConnectorError?> StoreAsync(Place place, SecretText next, StepKey key, CancellationToken cancellationToken)
    {
        var stored = await calls.RunAsync(
            c => place.Vault.StoreValueAsync(place.Secret, next, key, c), error => new CutOutcome.Failed(error), cancellationToken);
        if (stored is CutOutcome.Failed(var unstored))
        {
            return unstored;
        }

        var (back, unread) = await ReadAsync(place, cancellationToken);
        using (back)
        {
            return back is null ? unread
                : next.Reveal(back.Matches) ? null
                : new(
                    "LS7012", ConnectorErrorKind.Broken,
                        $"`{place.Secret.SystemName}` said that it stored the new value, and gives another");
        }
    }

    /// <summary>Sets the new value where it is accepted, unless the vault has done so.</summary>
    private async Task<ConnectorError?> SetAsync(
        IRotateCredentials acceptor, Place? renewing, NodeId credential, StepKey key, SecretText next, StepEvent e,
        CancellationToken cancellationToken)
    {
        var set = renewing is not null
            ? new CutOutcome.Acknowledged($"{renewing.Secret.SystemName} set it at {credential.SystemName} itself")
            : await calls.RunAsync(
                c => acceptor.SetValueAsync(credential, next, key, c), error => new CutOutcome.Failed(error), cancellationToken);
        if (set is not CutOutcome.Acknowledged(var answered))
        {
            return ((CutOutcome.Failed)set).Error;
        }

        await journal.StepAsync(CaseEntries.Acknowledged, e with { Evidence = answered }, cancellationToken);
        return null;
    }

    private async Task<ConnectorError?> ProveAsync(
        IRotateCredentials acceptor,
        NodeId credential,
        StepKey key,
        SecretText next,
        List<Place> places,
        StepEvent e,
        CancellationToken cancellationToken)
    {
        switch (await ProbeAsync(acceptor, credential, next, cancellationToken))
        {
            case ProbeOutcome.Works(var accepted, _):
                await journal.StepAsync(CaseEntries.Gone, e with { Evidence = $"new value accepted: {accepted}" }, cancellationToken);
                break;
            case ProbeOutcome.Unknown(var error):
                return error;
            case ProbeOutcome.NotProbeable(var reason):
                return await LeaveAsync(e, $"set, and neither the new nor the old value can be tried: {reason}", null, cancellationToken);
            default:
                return new("LS7009", ConnectorErrorKind.Broken, "the new value was set and is not accepted");
        }

        foreach (var place in places)
        {
            var retired = await calls.RunAsync(
                c => place.Vault.RetireOldValuesAsync(place.Secret, key, c), error => new CutOutcome.Failed(error), cancellationToken);
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
            // After a crash between vault and system the old value is gone from memory too.
            const string Why = "the old value was forgotten in a restart and cannot be tried; the system keeps one value, and accepts the "
                + "new one";
            await journal.StepAsync(CaseEntries.Proven, e with { Evidence = Why, Proof = ProofKind.Listing }, cancellationToken);
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
                return await LeaveAsync(e, $"the old value cannot be tried: {reason}", null, cancellationToken);
            case ProbeOutcome.Works(var evidence, { } until):
                return await LeaveAsync(e, $"the old value still works: {evidence}", until, cancellationToken);
            default:
                return new("LS7011", ConnectorErrorKind.Broken, "the old value still works");
        }
    }

    private async Task<ConnectorError?> LeaveAsync(StepEvent e, string why, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        await journal.StepAsync(CaseEntries.Residual, e with { Evidence = why, Until = until }, cancellationToken);
        return null;
    }

    private Task<ProbeOutcome> ProbeAsync(
        IRotateCredentials acceptor, NodeId credential, SecretText value, CancellationToken cancellationToken) =>
        calls.RunAsync<ProbeOutcome>(
            c => acceptor.ProbeValueAsync(credential, value, c), error => new ProbeOutcome.Unknown(error), cancellationToken);

    private async Task<(SecretText? Value, ConnectorError? Error)> ReadAsync(Place place, CancellationToken cancellationToken) =>
        await calls.RunAsync<SecretReading>(
            c => place.Vault.ReadValueAsync(place.Secret, c), error => new SecretReading.Failed(error), cancellationToken) switch
        {
            SecretReading.Read(var value) => (value, null),
            SecretReading.Failed(var error) => (null, error),
            var other => throw new UnreachableException($"Bug in Lockstep: unknown reading {other.GetType().Name}."),
        };

    private sealed record Place(NodeId Secret, IStoreSecrets Vault);
}

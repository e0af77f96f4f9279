using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Ldap;

/// <summary>A directory that speaks LDAP v3: accounts, groups, owners, locks and the presence of passwords.</summary>
/// <remarks>README.md beside this file says which rights it needs and what it cannot cut.</remarks>
/// <threadsafety>Calls may overlap; two observations wait for each other.</threadsafety>
public sealed class LdapConnector : IObserveAccess, IWatchAccess, ICutAccess, IProbeAccess, IRotateCredentials, IKnowSurvivors,
    IKeepCanary, ITryCanary
{
    private readonly LdapSettings _settings;
    private readonly LdapReader _reader;
    private readonly LdapObserver _observer;
    private readonly LdapProbes _probes;
    private readonly LdapPasswords _passwords;
    private readonly LdapCanary _canary;

    private LdapConnector(string systemName, LdapSettings settings, TimeProvider time)
    {
        (SystemName, _settings, _reader) = (systemName, settings, new(settings, time));
        _observer = new(systemName, settings, _reader);
        _probes = new(settings, _reader, time);
        _passwords = new(systemName, settings, _reader, _probes);
        _canary = new(settings, _reader, _probes, time);
    }

    /// <inheritdoc/>
    public string SystemName { get; }

    /// <inheritdoc/>
    public string SystemKind => "ldap";

    /// <inheritdoc/>
    public IReadOnlyList<CutCapability> Cuts => LdapCuts.Capabilities;

    /// <inheritdoc/>
    public IReadOnlyList<SurvivalRow> Survivors => Atlas.Of(SystemKind);

    /// <summary>Makes a connector; nothing is connected before the first call.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it.</exception>
    public static LdapConnector Create(string systemName, LdapSettings settings, TimeProvider time)
    {
        if (settings.Address.Scheme is not ("ldap" or "ldaps"))
        {
            throw new ArgumentException($"`{settings.Address}` is not an ldap:// or ldaps:// address", nameof(settings));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(settings.PageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.PageSize, 10_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Timeout, TimeSpan.FromMilliseconds(100));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Timeout, TimeSpan.FromMinutes(5));
        return new(systemName, settings, time);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Observation> ObserveAsync(string? cursor, CancellationToken cancellationToken) =>
        BrokenListing.AsIncomplete(
            _observer.ObserveAsync(cursor, cancellationToken), LdapErrors.IsExpected, LdapErrors.Of, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="IncompleteObservationException">The stream broke off; watching again starts with the whole directory.</exception>
    public IAsyncEnumerable<Observation> WatchAsync(CancellationToken cancellationToken) => BrokenListing.AsIncomplete(
        new LdapWatch(SystemName, _settings, _reader, _observer).WatchAsync(cancellationToken), LdapErrors.IsExpected, LdapErrors.Of,
            cancellationToken);

    /// <inheritdoc/>
    public async Task<CutOutcome> CutAsync(Cut cut, StepKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await new LdapCuts(SystemName, _settings, _reader).CutAsync(cut, cancellationToken);
        }
        catch (Exception failure) when (LdapErrors.IsExpected(failure))
        {
            return new CutOutcome.Failed(LdapErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public async Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken)
    {
        try
        {
            return await new LdapLooks(_reader).LookAsync(cut, cancellationToken);
        }
        catch (Exception failure) when (LdapErrors.IsExpected(failure))
        {
            return new LookOutcome.Unknown(LdapErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public async Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken)
    {
        if (cut.Kind != CutKind.DisableAccount)
        {
            return new ProbeOutcome.NotProbeable("it cannot be tried without the holder's own password; the complete listing is the proof");
        }

        try
        {
            return await _probes.ProbeLockAsync(cut.Target, cancellationToken);
        }
        catch (Exception failure) when (LdapErrors.IsExpected(failure))
        {
            return new ProbeOutcome.Unknown(LdapErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IncompleteObservationException">The stored hashes cannot be read: then nothing is known, not "none".</exception>
    public async Task<IReadOnlyList<NodeId>> MatchAsync(SecretText value, CancellationToken cancellationToken)
    {
        try
        {
            return await _passwords.MatchAsync(value, cancellationToken);
        }
        catch (Exception failure) when (failure is not IncompleteObservationException && LdapErrors.IsExpected(failure))
        {
            throw new IncompleteObservationException(LdapErrors.Of(failure), failure);
        }
    }

    /// <inheritdoc/>
    public async Task<CutOutcome> SetValueAsync(NodeId credential, SecretText value, StepKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await _passwords.SetAsync(credential, value, cancellationToken);
        }
        catch (Exception failure) when (LdapErrors.IsExpected(failure))
        {
            return new CutOutcome.Failed(LdapErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public async Task<ProbeOutcome> ProbeValueAsync(NodeId credential, SecretText value, CancellationToken cancellationToken)
    {
        try
        {
            return await _probes.ProbeValueAsync(credential, value, cancellationToken);
        }
        catch (Exception failure) when (LdapErrors.IsExpected(failure))
        {
            return new ProbeOutcome.Unknown(LdapErrors.Of(failure));
        }
    }

    /// <summary>Takes a lock away; the account's password stays as it is. For the lab and for a cut made in error.</summary>
    public async Task<CutOutcome> UnlockAsync(NodeId account, CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await _reader.OpenAsync(cancellationToken);
            if (EntryFacts.Uuid(account) is not { } uuid || await _reader.FindAsync(channel, uuid, cancellationToken) is not { } entry)
            {
                return new CutOutcome.Failed(LdapErrors.Unsupported($"there is no `{account}` here"));
            }

            await LdapLock.UnlockAsync(channel, entry, cancellationToken);
            return new CutOutcome.Acknowledged($"`{entry.Dn}` is unlocked");
        }
        catch (Exception failure) when (LdapErrors.IsExpected(failure))
        {
            return new CutOutcome.Failed(LdapErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public TimeSpan? LetsInFor => TimeSpan.Zero;

    /// <inheritdoc/>
    public string LetsInBecause => "the directory looks at each bind";

    /// <inheritdoc/>
    public async Task<CutOutcome> RestoreAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        try
        {
            return await _canary.RestoreAsync(account, value, cancellationToken);
        }
        catch (Exception failure) when (LdapErrors.IsExpected(failure))
        {
            return new CutOutcome.Failed(LdapErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public async Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        try
        {
            return await _canary.OpenAsync(account, value, cancellationToken);
        }
        catch (Exception failure) when (LdapErrors.IsExpected(failure))
        {
            return new CanaryOpening.Failed(LdapErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public Task<Checkup> CheckAsync(CancellationToken cancellationToken) => new LdapCheckup(_settings, _reader).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _observer.Dispose();
        return ValueTask.CompletedTask;
    }
}
